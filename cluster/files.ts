import {linkSync, renameSync, rmSync, writeFileSync} from "node:fs";

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
