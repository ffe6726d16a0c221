import type {Retention} from "../lib/retention.ts";
import type {Row} from "../telemetry.ts";
import type {EventId} from "./event-id.ts";

/** From `since`, including it, to `until`, not including it. */
export interface Range {
  since: Date;
  until: Date;
}

/** How far an export is: so many of its parts have ended, and `resume` names where the next one begins. */
export interface Progress {
  part: number;
  parts: number;
  resume: string;
}

/** All of a range goes part by part; `resume` leaves out those before it. */
export type Wanted = Range & {resume: string | undefined};

/** The events that a query is for. */
export interface Reader {
  /** The newest rows of a range first. */
  query(wanted: Range & {vehicle: string | undefined; limit: number}): AsyncIterable<Row>;
  all(wanted: Wanted): AsyncIterable<{row: Row} | {ended: Progress}>;
  /** The same as records of CSV, where the store itself writes it, in the order of `tableNames`. */
  csv?(wanted: Wanted): AsyncIterable<{records: string[]} | {ended: Progress}>;
  /** The row of one event, and when the store got it, where it knows. */
  find(id: EventId): Promise<{row: Row; written: Date | null} | undefined>;
  close(): Promise<void>;
}

const UNIT_MS: Record<string, number> = {s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000};

/** How far back a range goes that says no `since`. */
const RECENT_MS = 900_000;

/** Each time that a Date can hold, also what a vehicle with a wrong clock calls the future. */
const ALWAYS: Range = {since: new Date(0), until: new Date(8.64e15)};

/**
 * A range by two times, each ISO 8601 or an age such as 15m. Without `until` it ends at `now`; without `since` it is the 15 minutes
 * before its end. An `unbounded` range has no bound on a side that is not named.
 *
 * @throws Error naming the option that is wrong
 */
export function rangeOf(since: string | undefined, until: string | undefined, now: number, unbounded = false): Range {
  const end = until !== undefined ? timeOf("--until", until, now) : unbounded ? ALWAYS.until : new Date(now);
  const start = unbounded ? ALWAYS.since : new Date(end.getTime() - RECENT_MS);
  const range = {since: since !== undefined ? timeOf("--since", since, now) : start, until: end};
  if (range.since >= range.until) throw new Error("--since must be before --until");
  return range;
}

/** `no events of v1 between … and …`; a side without a bound is left out. */
export function emptyMessage({since, until, vehicle}: Range & {vehicle?: string | undefined}): string {
  const from = since.getTime() > ALWAYS.since.getTime() ? since.toISOString() : undefined;
  const to = until.getTime() < ALWAYS.until.getTime() ? until.toISOString() : undefined;
  const bounds = from && to ? ` between ${from} and ${to}` : from ? ` since ${from}` : to ? ` before ${to}` : "";
  return `no events${vehicle ? ` of vehicle ${vehicle}` : ""}${bounds}`;
}

/** How far back a vehicle is looked for in a store that keeps its events for ever, and that reads a day at a time. */
const FAR_MS = 3_653 * UNIT_MS.d!;

/** The time of the oldest event that a store keeps. */
export const oldestKept = (retention: Retention | undefined, now = Date.now()): Date =>
  new Date(now - (retention?.ms ?? FAR_MS));

function timeOf(option: string, value: string, now: number): Date {
  const age = /^(\d+)([smhd])$/.exec(value);
  const time = age ? new Date(now - Number(age[1]) * UNIT_MS[age[2]!]!) : new Date(value);
  if (Number.isNaN(time.getTime()))
    throw new Error(`${option}: "${value}" is no time; write 2026-01-01T00:00:00Z or an age such as 15m`);
  return time;
}
