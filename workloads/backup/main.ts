import {existsSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {number, text} from "../lib/environment.ts";
import {logger} from "../lib/process.ts";
import {folderTarget, s3Target} from "./target.ts";

/**
 * Keeps what pg_dump wrote to BACKUP_DIR: `keep` gives the new dump its name, in the bucket if S3_BUCKET is set, and removes
 * all but the newest KEEP; `fetch [NAME]` brings one back for pg_restore, by default the newest; `list` names them. The answer
 * is JSON, on stdout and as the pod's termination message.
 */
const NEW = ".new.dump";
const FETCHED = ".restore.dump";
const TERMINATION_LOG = "/dev/termination-log";
const log = logger("backup", "stderr");
const folder = text("BACKUP_DIR", "/backups");
const prefix = text("BACKUP_PREFIX");
const target = process.env.S3_BUCKET ? s3Target(prefix) : folderTarget(join(folder, prefix));

async function keep() {
  const name = `telemetry-${new Date().toISOString().replaceAll(/[:.]/g, "-")}.dump`;
  await target.put(join(folder, NEW), name);
  const all = await target.list();
  const old = all.slice(0, -number("KEEP", 7));
  for (const backup of old) await target.remove(backup.name);
  return {made: all.find((backup) => backup.name === name), removed: old.map((backup) => backup.name)};
}

async function fetch() {
  const name = process.argv[3] ?? (await target.list()).at(-1)?.name;
  if (!name) throw new Error("there is no backup yet");
  await target.get(name, join(folder, FETCHED));
  return {fetched: name};
}

const tasks: Record<string, () => Promise<unknown>> = {keep, fetch, list: target.list};
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
  // Kubernetes keeps 4 KiB of it.
  if (existsSync(TERMINATION_LOG)) writeFileSync(TERMINATION_LOG, line.slice(0, 4_000));
}
