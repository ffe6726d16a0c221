import {noteIn} from "../../lake/iceberg/note.ts";
import type {TableMetadata} from "../../lake/iceberg/types.ts";

export const DAY_MS = 86_400_000;
/** As people write it. */
export const nameOf = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** The outcome of a prediction is filled in for a week after its day; then, and a day later for certain, nothing of it changes. */
const SETTLED_MS = 8 * DAY_MS;

/** Of the predictions of a day that TimescaleDB has: all, those that are for the lake, and a hash of these. */
export interface There {
  all: number;
  rows: number;
  hash: string;
}

/** The key of a snapshot's summary for what its days were copied from. */
export const COPIED = "telemetry.copied";

/** Days are counted since 1970. */
interface Copied {
  /** Days before this one have been copied for good. */
  settled: number;
  /** Of later ones: what TimescaleDB had when they were copied. */
  days: Record<string, string>;
}

export const copiedOf = (metadata: TableMetadata): Copied =>
  JSON.parse(noteIn(metadata, COPIED) ?? '{"settled":0,"days":{}}');

const markOf = ({rows, hash}: There): string => `${rows} ${hash}`;

/**
 * What becomes of a day of the lake. It is kept as it is where TimescaleDB has less of it, or has begun to drop it: what the lake has is then more.
 *
 * @param rows that the lake has of the day
 * @param retentionMs of TimescaleDB
 */
export function verdictOf(
  {day, there, rows, copied}: {day: number; there: There; rows: number; copied: Copied},
  retentionMs: number | undefined,
  now: number,
): "same" | "copied" | "kept" {
  if (rows === there.rows && (rows === 0 || copied.days[day] === markOf(there))) return "same";
  const isBegun = retentionMs !== undefined && day * DAY_MS < now - retentionMs;
  return rows > 0 && (isBegun || there.all < rows) ? "kept" : "copied";
}

/**
 * What is noted with a day that is copied, once the days from `first` up to it have been gone through. If the table was taken back meanwhile to what
 * it was before, the days before `first` are not settled.
 */
export function copiedAfter(
  {settled: before, days}: Copied,
  {day, there, first}: {day: number; there: There; first: number},
  now: number,
): Copied {
  const end = Math.floor((now - SETTLED_MS) / DAY_MS);
  const settled = before < first ? before : Math.max(before, Math.min(day, end));
  const open = Object.entries(days).filter(([one]) => Number(one) >= settled);
  return {settled, days: {...Object.fromEntries(open), [day]: markOf(there)}};
}
