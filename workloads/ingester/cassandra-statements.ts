import cassandra from "cassandra-driver";
import type {EventColumn} from "../../api/event/columns.ts";
import {FLAG_COLUMN} from "../../api/event/quality.ts";
import {FIGURE_NAMES} from "../../api/event.ts";
import {dayOf, type Row} from "../telemetry.ts";

const {unset} = cassandra.types;

/** Rows of one partition travel together: measured faster than single inserts by a factor of three and more. */
const ROWS_PER_STATEMENT = 64;
/** Far below the 16 MiB that Cassandra takes in one mutation. */
const BYTES_PER_STATEMENT = 262_144;

const KEY = ["vehicle_id", "day", "ts"];

/** What few rows have. */
const SELDOM = ["extra", FLAG_COLUMN];

/**
 * A batch is one prepared statement, which costs Cassandra and the driver less than a batch of many. Few rows have further fields or flags:
 * the statement for all others leaves their columns out.
 */
function queryOf(rows: number, more: EventColumn[], seldom: boolean): string {
  const columns = [...KEY, ...FIGURE_NAMES, ...more.map(({name}) => `"${name}"`), ...(seldom ? SELDOM : [])];
  const insert = `INSERT INTO telemetry (${columns}) VALUES (${columns.map(() => "?")})`;
  return rows === 1 ? insert : `BEGIN UNLOGGED BATCH ${`${insert}; `.repeat(rows)}APPLY BATCH`;
}

/** Few enough to be prepared, and close enough that two or three statements make any number. */
const SIZES = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, ROWS_PER_STATEMENT];

/** What makes the query for as many rows of one partition as a statement of `statementsOf` has, and its values. */
export function binder(columns: EventColumn[]): (rows: Row[]) => {query: string; params: unknown[]} {
  const [plain, withSeldom] = [false, true].map(
    (seldom) => new Map(SIZES.map((size) => [size, queryOf(size, columns, seldom)])),
  ) as [Map<number, string>, Map<number, string>];
  return (rows) => {
    const [first] = rows as [Row];
    // Encoded once for all.
    const key = [Buffer.from(first.vehicle_id), cassandra.types.LocalDate.fromString(dayOf(first)).toBuffer()];
    const seldom = rows.some(({extra, quality_flags: flags}) => extra !== null || flags);
    const params: unknown[] = [];
    for (const row of rows) {
      params.push(...key, row.ts);
      // What is absent is left out: a null would be a tombstone, dear to write, and a day's worth of them fails reads.
      for (const name of FIGURE_NAMES) params.push(row[name] ?? unset);
      for (let at = 0; at < columns.length; at++) params.push(paramOf(row.fields?.[at]));
      if (seldom) params.push(row.extra ?? unset, row.quality_flags || unset);
    }
    return {query: (seldom ? withSeldom : plain).get(rows.length)!, params};
  };
}

function paramOf(value: unknown): unknown {
  if (value === null || value === undefined) return unset;
  return typeof value === "bigint" ? cassandra.types.Long.fromString(String(value)) : value;
}

/** Groups rows by partition, then cuts the groups into statements of the sizes that are prepared. */
export function statementsOf<R extends Row>(rows: R[]): R[][] {
  const groups: R[][] = [];
  const open = new Map<string, {group: R[]; bytes: number}>();
  for (const row of rows) {
    const key = `${row.vehicle_id} ${Math.floor(row.ts.getTime() / 86_400_000)}`;
    const bytes = lengthOf(row);
    let last = open.get(key);
    if (!last || last.group.length === ROWS_PER_STATEMENT || last.bytes + bytes > BYTES_PER_STATEMENT) {
      last = {group: [], bytes: 0};
      open.set(key, last);
      groups.push(last.group);
    }
    last.group.push(row);
    last.bytes += bytes;
  }
  return groups.flatMap(inSizes);
}

/** Of what may be long. */
function lengthOf({extra, fields = []}: Row): number {
  let length = extra?.length ?? 0;
  for (const value of fields) if (typeof value === "string") length += value.length;
  return length;
}

function inSizes<R>(rows: R[]): R[][] {
  const parts: R[][] = [];
  for (let at = 0; at < rows.length; at += parts.at(-1)!.length) {
    const largest = SIZES.findLast((size) => size <= rows.length - at)!;
    parts.push(rows.slice(at, at + largest));
  }
  return parts;
}
