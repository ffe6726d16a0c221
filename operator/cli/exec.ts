import {PassThrough, type Readable, type Writable} from "node:stream";
import {text} from "node:stream/consumers";
import {finished} from "node:stream/promises";
import {Exec, type KubeConfig, type V1Status} from "@kubernetes/client-node";
import {sleep} from "../../api/backoff.ts";
import {EndMark, withEndMark} from "./end-mark.ts";

/** The container of a pod in which a command runs. */
export interface Target {
  namespace: string;
  pod: string;
  container: string;
}

/** The command is reported to have succeeded, and the end of its output is missing. */
export class OutputCutError extends Error {
  constructor(pod: string) {
    super(`the output of pod ${pod} was cut off on its way: run the command again`);
    this.name = "OutputCutError";
  }
}

/**
 * Runs a command in a pod, as `kubectl exec -i` does, and resolves with its exit code.
 *
 * @throws Error if the pod cannot be reached, or its output is cut off
 */
export async function exec(
  config: KubeConfig,
  {namespace, pod, container}: Target,
  command: string[],
  streams: {stdout: Writable; stderr: Writable; stdin: Readable},
): Promise<number> {
  const status = Promise.withResolvers<V1Status>();
  const stdout = new EndMark();
  stdout.pipe(streams.stdout);
  const stdin = new PassThrough();
  const socket = await new Exec(config)
    .exec(namespace, pod, container, withEndMark(command), stdout, streams.stderr, stdin, false, status.resolve)
    .catch((error: Error) => {
      throw new Error(refusal(error.message, pod, namespace));
    });
  socket.on("error", status.reject);
  socket.on("close", () => status.reject(new Error(`the connection to pod ${pod} was lost`)));
  feed(streams.stdin, stdin, socket).catch(() => {});
  const {status: result, message, details} = await status.promise.finally(() => stdout.end());
  await finished(stdout);
  if (result === "Success") {
    if (!stdout.seen) throw new OutputCutError(pod);
    return 0;
  }
  const code = Number(details?.causes?.find(({reason}) => reason === "ExitCode")?.message);
  if (!Number.isInteger(code)) throw new Error(message ?? "the command failed");
  return code;
}

/** Bytes on their way to a pod, and how long to wait for them to go. */
const AHEAD = 1_048_576;
const AHEAD_MS = 20;

/** Passes on what a command reads, no faster than the connection takes it: the client would keep all of it in memory. */
async function feed(from: Readable, to: Writable, socket: {bufferedAmount: number; readyState: number; OPEN: number}) {
  for await (const chunk of from) {
    if (socket.readyState !== socket.OPEN) return;
    to.write(chunk);
    while (socket.bufferedAmount > AHEAD && socket.readyState === socket.OPEN) await sleep(AHEAD_MS);
  }
}

/** The API server answers a request to run a command by its HTTP code alone. */
const refusal = (message: string, pod: string, namespace: string): string =>
  / 403$/.test(message)
    ? `you may not run commands in pods of namespace ${namespace}: the right to create pods/exec is missing`
    : `the API server cannot run a command in pod ${pod}: ${message}`;

/** The output of a program of ours in a pod. Rejects with its last words when it fails. */
export async function outputOf(config: KubeConfig, target: Target, args: string[]): Promise<string> {
  const [stdout, stderr, stdin] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const output = Promise.all([text(stdout), text(stderr)]);
  const code = await exec(config, target, ["node", ...args], {stdout, stderr, stdin});
  stdout.end();
  stderr.end();
  const [out, problem] = await output;
  if (code !== 0) throw new Error(problem.trim());
  return out;
}
