import {lastWords} from "../lib/output.ts";
import {logger} from "../lib/process.ts";
import * as archive from "./archive.ts";
import * as dumps from "./dumps.ts";

/**
 * One task of TimescaleDB's backups: for dumps `keep`, `fetch`, `list`; for recovery to a point in time `archive`, `base`, `flush`,
 * `bases`. The answer is JSON, on stdout and as the pod's termination message.
 */
const tasks: Record<string, () => Promise<unknown>> = {
  keep: dumps.keep,
  fetch: dumps.fetch,
  list: dumps.list,
  archive: archive.archive,
  base: archive.base,
  flush: archive.flush,
  bases: archive.list,
};
const log = logger("backup", "stderr");
const task = tasks[process.argv[2] ?? ""];
if (!task) throw new Error(`"${process.argv[2]}" is no task: name ${Object.keys(tasks).join(", ")}`);
try {
  answer(JSON.stringify(await task()));
} catch (error) {
  log.error({err: error}, "backup failed");
  answer((error as Error).message);
  process.exitCode = 1;
}

function answer(line: string) {
  process.stdout.write(`${line}\n`);
  lastWords(line);
}
