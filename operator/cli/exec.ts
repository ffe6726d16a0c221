import type {Readable, Writable} from "node:stream";
import {Exec, type KubeConfig, type V1Status} from "@kubernetes/client-node";

/** Where a command runs: a container of a pod. */
export interface Target {
  namespace: string;
  pod: string;
  container: string;
}

/**
 * Runs a command in a pod, as `kubectl exec -i` does, and resolves with its exit code.
 *
 * @throws Error if the pod cannot be reached
 */
export async function exec(
  config: KubeConfig,
  {namespace, pod, container}: Target,
  command: string[],
  streams: {stdout: Writable; stderr: Writable; stdin: Readable},
): Promise<number> {
  const status = Promise.withResolvers<V1Status>();
  const socket = await new Exec(config).exec(
    namespace,
    pod,
    container,
    command,
    streams.stdout,
    streams.stderr,
    streams.stdin,
    false,
    status.resolve,
  );
  socket.on("error", status.reject);
  socket.on("close", () => status.reject(new Error(`the connection to pod ${pod} was lost`)));
  const {status: word, message, details} = await status.promise;
  if (word === "Success") return 0;
  const code = Number(details?.causes?.find(({reason}) => reason === "ExitCode")?.message);
  if (!Number.isInteger(code)) throw new Error(message ?? "the command failed");
  return code;
}
