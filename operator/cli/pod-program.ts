import {PassThrough} from "node:stream";
import {pipeline} from "node:stream/promises";
import {readLines} from "../runtime/lines.ts";
import type {Connection} from "./connection.ts";
import type {EventFormat} from "./event-format.ts";
import {exec, OutputCutError, type Target} from "./exec.ts";
import {showProgress} from "./progress.ts";

interface Result {
  code: number;
  /** How many lines the program printed on stdout. */
  lines: number;
}

/** Takes one line of the program's output. */
type Sink = (line: string) => void | Promise<void>;

/**
 * Runs a program of the workloads image in a pod that has the addresses and credentials of the stores, so that no port needs to be opened. Its
 * stderr goes to ours.
 *
 * @param resumable whether to name the mark at which an export that was cut off goes on
 * @param input what the program reads; its end is for the program to see, as stdin has none
 */
export async function runInPod(
  {kubeConfig}: Connection,
  target: Target,
  args: string[],
  sink: Sink,
  resumable = false,
  input?: AsyncIterable<string>,
): Promise<Result> {
  const [stdout, stderr, stdin] = [new PassThrough(), new PassThrough(), new PassThrough()];
  // A reader that has read enough, such as head, ends the command.
  process.stdout.on("error", () => process.exit(0));
  const output = Promise.all([showProgress(stderr), feed(stdout, sink)]);
  // A program that has ended reads no more.
  if (input) pipeline(input, stdin, {end: false}).catch(() => {});
  let code: number | undefined;
  let cut = false;
  try {
    code = await exec(await kubeConfig(), target, ["node", ...args], {stdout, stderr, stdin});
  } catch (error) {
    cut = error instanceof OutputCutError;
    throw error;
  } finally {
    stdin.destroy();
    stdout.end();
    stderr.end();
    const [resume] = await output;
    if (code !== 0 && resume && resumable && !cut)
      console.error(`The export was cut off. Continue with --resume ${resume}; events behind this mark come again.`);
  }
  return {code, lines: (await output)[1]};
}

/** Prints each line in a format, with its header before the first. */
export function printer({header, line}: EventFormat): Sink {
  let first = true;
  return async (text) => {
    if (first && header) process.stdout.write(`${header}\n`);
    first = false;
    if (!process.stdout.write(`${line(text)}\n`)) await new Promise((resolve) => process.stdout.once("drain", resolve));
  };
}

/** Prints what a program lists, or on stderr that there is nothing; returns the exit code. */
export async function printList(
  connection: Connection,
  target: Target,
  args: string[],
  format: EventFormat,
  empty: string,
): Promise<number> {
  const {code, lines} = await runInPod(connection, target, args, printer(format));
  if (code === 0 && lines === 0) console.error(empty);
  return code;
}

/** `--since x --limit 3` of the options that are given. */
export const flags = (options: Record<string, string | undefined>): string[] =>
  Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]));

async function feed(stream: PassThrough, sink: Sink): Promise<number> {
  let lines = 0;
  for await (const text of readLines(stream, true)) {
    lines++;
    await sink(text);
  }
  return lines;
}
