import type {Snapshot, TableMetadata} from "./iceberg/types.ts";

/** The table's own record of which snapshot was the newest from when on. */
interface Logged {
  "snapshot-id": Snapshot["snapshot-id"];
  "timestamp-ms": number;
}

/**
 * The snapshot that readers saw at a moment.
 *
 * @throws Error naming the oldest moment that is left, since older snapshots expire
 */
export function snapshotAt(metadata: TableMetadata & {"snapshot-log"?: Logged[]}, ms: number): Snapshot {
  const {snapshots = []} = metadata;
  const log = metadata["snapshot-log"]?.length ? metadata["snapshot-log"] : snapshots;
  const ascending = log.toSorted((a, b) => a["timestamp-ms"] - b["timestamp-ms"]);
  const id = ascending.findLast((entry) => entry["timestamp-ms"] <= ms)?.["snapshot-id"];
  const found = snapshots.find((snapshot) => snapshot["snapshot-id"] === id);
  if (found) return found;
  const oldest = ascending.find((entry) => snapshots.some((one) => one["snapshot-id"] === entry["snapshot-id"]));
  const left = oldest ? `the oldest snapshot is of ${new Date(oldest["timestamp-ms"]).toISOString()}` : "there is none";
  throw new Error(`no snapshot of ${new Date(ms).toISOString()} is left: ${left}`);
}

/** Whether the table has a snapshot of a moment: one that has never been written to has none. */
export const wasThere = ({snapshots = []}: TableMetadata, ms: number): boolean =>
  snapshots.some((snapshot) => snapshot["timestamp-ms"] <= ms);

/**
 * A moment by its text.
 *
 * @throws Error naming the option
 */
export function momentOf(option: string, text: string, now: number): number {
  const ms = /(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms))
    throw new Error(`${option} is "${text}": write a time with its zone, such as 2026-11-26T08:30:00Z`);
  if (ms > now) throw new Error(`${option} ${text} is in the future`);
  return ms;
}
