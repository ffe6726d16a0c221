import {runProgram} from "../operator/runtime/command-line/run.ts";
import {program} from "./commands.ts";

/** The exit code of a command that failed. */
const FAILED = 1;

process.exitCode = await runProgram(program, process.argv.slice(2), FAILED);
