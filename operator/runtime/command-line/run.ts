import {helpOf, usageOf} from "./help.ts";
import {parse, UsageError} from "./parse.ts";
import type {Program} from "./table.ts";

/** The exit code of a command line that cannot be carried out, or of a command that failed. */
const FAILED = 2;

/** Runs the command that a command line names; returns the exit code. */
export async function runProgram(program: Program, words: string[], failed = FAILED): Promise<number> {
  try {
    const {command, help, args, options} = parse(program, words);
    if (command && !help) return await command.run(args, options);
    const text = command ? helpOf(program, command) : usageOf(program);
    (help ? process.stdout : process.stderr).write(`${text}\n`);
    return help ? 0 : FAILED;
  } catch (error) {
    console.error(`error: ${(error as Error).message}`);
    return error instanceof UsageError ? FAILED : failed;
  }
}
