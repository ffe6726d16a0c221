import type {Row} from "../telemetry.ts";

/** From `since`, including it, to `until`, not including it. */
export interface Range {
  since: Date;
  until: Date;
}

/** What a store is asked for. */
export interface Reader {
  /** The newest rows of a range first. */
  query(wanted: Range & {vehicle: string | undefined; limit: number}): AsyncIterable<Row>;
  /** All rows of a range, part by part; an item without a row says that its part has ended. */
  all(wanted: Range & {fromPart: number}): AsyncIterable<{part: number; parts: number; row?: Row}>;
  close(): Promise<void>;
}

const UNIT_MS: Record<string, number> = {s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000};

/**
 * A range by two times, each ISO 8601 or an age such as 15m; without any, the last 15 minutes.
 *
 * @throws Error naming the option that is wrong
 */
export function rangeOf(since: string | undefined, until: string | undefined, now: number): Range {
  const range = {since: timeOf("--since", since ?? "15m", now), until: timeOf("--until", until ?? "0s", now)};
  if (range.since >= range.until) throw new Error("--since must be before --until");
  return range;
}

function timeOf(option: string, value: string, now: number): Date {
  const age = /^(\d+)([smhd])$/.exec(value);
  const time = age ? new Date(now - Number(age[1]) * UNIT_MS[age[2]!]!) : new Date(value);
  if (Number.isNaN(time.getTime()))
    throw new Error(`${option}: "${value}" is no time; write 2026-01-01T00:00:00Z or an age such as 15m`);
  return time;
}
