import type {Long} from "../iceberg/json.ts";
import {headOf, type TableMetadata} from "../iceberg/types.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** How far back every commit can be restored, the last of each hour, and the last of each day. */
const [EVERY_MS, HOURLY_MS, DAILY_MS] = [HOUR_MS, DAY_MS, 7 * DAY_MS];

/**
 * Snapshots that are to go. With a commit every 30 s a day has 2,880, each a part of what every further commit writes. Branches and tags of others keep theirs.
 */
export function expiredSnapshots(
  metadata: Pick<TableMetadata, "snapshots" | "refs" | "current-snapshot-id">,
  now: number,
): Long[] {
  const {snapshots = [], refs = {}} = metadata;
  const kept = new Set<Long>(Object.values(refs).map((ref) => ref["snapshot-id"]));
  const head = headOf(metadata as TableMetadata);
  if (head) kept.add(head["snapshot-id"]);
  const spans = new Set<string>();
  // Newest first: of a span the last stays.
  for (const {"snapshot-id": id, "timestamp-ms": ms} of snapshots.toSorted(
    (a, b) => b["timestamp-ms"] - a["timestamp-ms"],
  )) {
    const span = spanOf(ms, now);
    if (span === undefined) continue;
    if (span === "" || !spans.has(span)) kept.add(id);
    spans.add(span);
  }
  return snapshots.map((snapshot) => snapshot["snapshot-id"]).filter((id) => !kept.has(id));
}

/** Empty for a moment of which each snapshot stays; undefined for one of which none does. */
function spanOf(ms: number, now: number): string | undefined {
  const age = now - ms;
  if (age < EVERY_MS) return "";
  if (age < HOURLY_MS) return `hour ${Math.floor(ms / HOUR_MS)}`;
  return age < DAILY_MS ? `day ${Math.floor(ms / DAY_MS)}` : undefined;
}
