import {existsSync, writeFileSync} from "node:fs";

/** Ends the program with a code once all of its output is written: `process.exit` loses what a full pipe has not taken yet. */
export async function exitFlushed(code: number): Promise<never> {
  // Also when nobody reads any more.
  const written = (stream: NodeJS.WriteStream) => new Promise<void>((done) => stream.write("", () => done()));
  await Promise.all([written(process.stdout), written(process.stderr)]);
  process.exit(code);
}

const TERMINATION_LOG = "/dev/termination-log";
/** Kubernetes keeps as much of it. */
const LAST_WORDS = 4_000;

/** What a program ends with, for the status of its pod. Outside of a pod there is no such file, and nobody who would read it. */
export function lastWords(words: string): void {
  if (existsSync(TERMINATION_LOG)) writeFileSync(TERMINATION_LOG, words.slice(0, LAST_WORDS));
}

/** Writes to stdout, and waits while whoever reads has enough. */
export async function write(text: string | Uint8Array): Promise<void> {
  if (!process.stdout.write(text)) await new Promise((resolve) => process.stdout.once("drain", resolve));
}
