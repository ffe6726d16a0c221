import {exitFlushed, lastWords} from "../lib/output.ts";

/** Runs a program to its end; what it fails by is in the pod's status too, and so in that of the pipeline. */
export async function runToEnd(program: () => Promise<void>): Promise<never> {
  try {
    await program();
    return exitFlushed(0);
  } catch (error) {
    const {message, stack} = error as Error;
    process.stderr.write(`${stack}\n`);
    lastWords(message);
    return exitFlushed(1);
  }
}
