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

const underWay = new Map<string, Promise<string>>();

/**
 * Makes a folder whole or not at all, unless it is there; a process makes it once, and of several that make it at once, the first one's
 * stays. `fill` may leave what else it needs in `work`, of which nothing is kept.
 */
export function makeWhole(dir: string, fill: (out: string, work: string) => Promise<unknown>): Promise<string> {
  const making = underWay.get(dir) ?? make(dir, fill).finally(() => underWay.delete(dir));
  underWay.set(dir, making);
  return making;
}

async function make(dir: string, fill: (out: string, work: string) => Promise<unknown>): Promise<string> {
  if (existsSync(dir)) return dir;
  mkdirSync(dirname(dir), {recursive: true});
  const work = mkdtempSync(`${dir}.`);
  const out = join(work, "out");
  try {
    mkdirSync(out);
    await fill(out, work);
    try {
      renameSync(out, dir);
    } catch (error) {
      if (!existsSync(dir)) throw error;
    }
  } finally {
    rmSync(work, {recursive: true, force: true});
  }
  return dir;
}
