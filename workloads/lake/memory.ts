import {mkdtempSync, rmSync} from "node:fs";
import {tmpdir, totalmem} from "node:os";
import {join} from "node:path";

const MIB = 1_048_576;
/** With less it reads nothing; with more a query gains little. */
const [LEAST_MIB, MOST_MIB] = [96, 2_048];
/** Node itself, and what DuckDB does not count. */
const BESIDE_MIB = 128;

/** Of what is free in the container: a query must not end the program that it runs beside. */
export const memoryOf = (limit: number, used: number): number =>
  Math.round(Math.min(MOST_MIB, Math.max(LEAST_MIB, ((limit - used) / MIB - BESIDE_MIB) * 0.75)));

/** MiB for DuckDB, by the container's limit, whatever kind of cgroup says it. */
export function freeMemory(): number {
  // Without a limit: 0, or more than the machine has.
  const limit = process.constrainedMemory();
  return limit > 0 && limit <= totalmem() ? memoryOf(limit, limit - process.availableMemory()) : MOST_MIB / 2;
}

/** Does some work with a folder of its own on the pod's disk. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(process.env.SPILL_DIR || tmpdir(), "lake-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
}
