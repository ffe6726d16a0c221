import {existsSync, writeFileSync} from "node:fs";
import {exitFlushed} from "../lib/output.ts";

const TERMINATION_LOG = "/dev/termination-log";

/** Runs a program to its end; what it fails by is in the pod's status too, and so in that of the pipeline. */
export async function runToEnd(program: () => Promise<void>): Promise<never> {
  try {
    await program();
    return exitFlushed(0);
  } catch (error) {
    const {message, stack} = error as Error;
    process.stderr.write(`${stack}\n`);
    // Outside of a pod there is no such file, and nobody who would read it.
    if (existsSync(TERMINATION_LOG)) writeFileSync(TERMINATION_LOG, message.slice(0, 4_000));
    return exitFlushed(1);
  }
}
