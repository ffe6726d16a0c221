import {existsSync, linkSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync} from "node:fs";
import {dirname, join} from "node:path";

/** Writes a file that other processes read: they find the old text or the new one, never a part. */
export function writeWhole(file: string, text: string, mode = 0o644): void {
  const part = partOf(file);
  writeFileSync(part, text, {mode});
  renameSync(part, file);
}

/** The same for a file that must not be there yet; false when another process was first. */
export function writeFirst(file: string, text: string, mode = 0o644): boolean {
  const part = partOf(file);
  writeFileSync(part, text, {mode});
  try {
    linkSync(part, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  } finally {
    rmSync(part);
  }
}

const partOf = (file: string) => `${file}.${process.pid}`;

/**
 * Makes a folder whole or not at all, unless it is there; of processes that make it at once, the first one's stays. `fill` may leave
 * what else it needs in `work`, of which nothing is kept.
 */
export async function makeWhole(dir: string, fill: (out: string, work: string) => Promise<unknown>): Promise<string> {
  if (existsSync(dir)) return dir;
  mkdirSync(dirname(dir), {recursive: true});
  const work = mkdtempSync(`${dir}.`);
  const out = join(work, "out");
  try {
    mkdirSync(out);
    await fill(out, work);
    if (!existsSync(dir)) renameSync(out, dir);
  } finally {
    rmSync(work, {recursive: true, force: true});
  }
  return dir;
}
