import {join} from "node:path";
import {number, text} from "../lib/environment.ts";
import {folderTarget, s3Target, type Target} from "./target.ts";

/** The dumps of pg_dump in BACKUP_DIR, kept there or in the bucket if S3_BUCKET is set. */
const NEW = ".new.dump";
const FETCHED = ".restore.dump";
const folder = () => text("BACKUP_DIR", "/backups");

function target(): Target {
  const prefix = text("BACKUP_PREFIX");
  return process.env.S3_BUCKET ? s3Target(prefix) : folderTarget(join(folder(), prefix));
}

/** Gives the new dump its name, and removes all but the newest KEEP. */
export async function keep() {
  const to = target();
  const name = `telemetry-${new Date().toISOString().replaceAll(/[:.]/g, "-")}.dump`;
  await to.put(join(folder(), NEW), name);
  const all = await to.list();
  const old = all.slice(0, -number("KEEP", 7));
  for (const backup of old) await to.remove(backup.name);
  return {made: all.find((backup) => backup.name === name), removed: old.map((backup) => backup.name)};
}

/** Brings the dump FROM, by default the newest, back for pg_restore. */
export async function fetch() {
  const from = target();
  const name = process.env.FROM || (await from.list()).at(-1)?.name;
  // A drill has nothing to try then, and that backups are not made is told by what makes them.
  if (!name && process.env.OPTIONAL === "true") return {fetched: null};
  if (!name) throw new Error("there is no backup yet");
  await from.get(name, join(folder(), FETCHED));
  return {fetched: name};
}

export const list = () => target().list();
