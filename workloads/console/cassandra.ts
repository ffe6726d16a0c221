import cassandra from "cassandra-driver";
import {type EventColumn, kindOf} from "../../api/event/columns.ts";
import {FLAG_COLUMN, isUndoubted} from "../../api/event/quality.ts";
import {byMeasure, COLUMNS, MEASURE_NAMES} from "../../api/event.ts";
import {isPlace} from "../../api/geo.ts";
import {lastingClient} from "../lib/cassandra.ts";
import {madeColumns} from "../query/cassandra-columns.ts";
import {AHEAD_MS, type Reading} from "./fleet.ts";
import {createColumns, inOrder, LOOKED_AT, type Point, SEEN_WITHIN_MS, type Source, TEXT_SHOWN} from "./source.ts";
import type {FieldValue} from "./wire.ts";

const READ = [...COLUMNS, FLAG_COLUMN];
const PARTITIONS = "SELECT DISTINCT vehicle_id, day FROM telemetry";
const NEWEST = `SELECT ${READ} FROM telemetry WHERE vehicle_id = ? AND day = ? LIMIT 1`;
const NEWEST_BY = `SELECT ${READ} FROM telemetry WHERE vehicle_id = ? AND day = ? AND ts <= ? LIMIT 1`;
const dayQuery = (columns: EventColumn[]) =>
  `SELECT ${[...READ, ...columns.map(quoted)]} FROM telemetry WHERE vehicle_id = ? AND day = ? AND ts >= ? AND ts < ? ORDER BY ts ASC`;
const newestRows = (columns: EventColumn[]) =>
  `SELECT ${["ts", ...columns.map(quoted)]} FROM telemetry WHERE vehicle_id = ? AND day = ? AND ts > ? AND ts <= ? LIMIT ${LOOKED_AT}`;
const quoted = ({name}: EventColumn) => `"${name}"`;
const DAY_MS = 86_400_000;
/** The list of all partitions is read this often: Cassandra cannot ask for vehicles by time. */
const LIST_MS = 60_000;
const IN_FLIGHT = 64;

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const localDate = (day: string) => cassandra.types.LocalDate.fromString(day);

/** The UTC days that a span touches. */
export const daysOf = (from: number, to: number): string[] =>
  Array.from({length: Math.max(0, Math.floor((to - 1) / DAY_MS) - Math.floor(from / DAY_MS) + 1)}, (_, at) =>
    dayOf(from + at * DAY_MS),
  );

/** Averages of consecutive rows over each step, with the last place of each. */
export function bucketed(stepMs: number) {
  const points: (Point & {leftOut: number; fields: (number | null)[]})[] = [];
  let counts = byMeasure(() => 0);
  let fieldCounts: number[] = [];
  const averaged = (average: number | null, value: number, count: number) =>
    (average ?? 0) + (value - (average ?? 0)) / count;
  return {
    add({ts, latitude, longitude, ...row}: Reading, fields: (number | null)[] = []) {
      const ms = Math.floor(ts / stepMs) * stepMs;
      if (points.at(-1)?.ms !== ms) {
        const none = fields.map(() => null);
        points.push({ms, ...byMeasure(() => null), latitude: null, longitude: null, leftOut: 0, fields: none});
        counts = byMeasure(() => 0);
        fieldCounts = fields.map(() => 0);
      }
      const last = points.at(-1)!;
      for (const field of MEASURE_NAMES) {
        const value = row[field];
        if (value !== null) last[field] = averaged(last[field], value, ++counts[field]);
      }
      for (const [at, value] of fields.entries())
        if (value !== null) last.fields[at] = averaged(last.fields[at]!, value, ++fieldCounts[at]!);
      if (isPlace({latitude, longitude})) Object.assign(last, {latitude, longitude});
      else last.leftOut++;
    },
    points: (): Point[] => points,
  };
}

function readingOf(row: cassandra.types.Row): Reading {
  const {[FLAG_COLUMN]: flags, ...columns} = row as any;
  const reading = {...columns, ts: columns.ts.getTime()};
  return isUndoubted(flags) ? reading : {...reading, latitude: null, longitude: null};
}

const numbersOf = (columns: EventColumn[], row: cassandra.types.Row) =>
  columns.map(({name}) => (row.get(name) === null ? null : Number(row.get(name))));

/** A value as pages get it; a float by its fewest digits. */
function shownOf(column: EventColumn, value: unknown): FieldValue[0] | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.getTime();
  if (column.type === "float") return Number(kindOf(column).json(value));
  if (typeof value === "string") return value.slice(0, TEXT_SHOWN);
  return typeof value === "number" || typeof value === "boolean" ? value : String(value);
}

/** All rows, page by page; the driver's types do not say that its stream is a Readable. */
const rowsOf = (db: cassandra.Client, query: string, values: unknown[]) =>
  db.stream(query, values, {
    prepare: true,
    autoPage: true,
    fetchSize: 5_000,
  }) as unknown as AsyncIterable<cassandra.types.Row>;

/** Cassandra by the CASSANDRA_* environment variables, as a role that can only read. */
export function readCassandra(): Source {
  const lasting = lastingClient();
  const withColumn = createColumns(async () => madeColumns(await lasting.get()));
  let vehicles: string[] = [];
  /** Those that have rows of tomorrow, by a clock that is ahead or shortly before midnight. */
  let early = new Set<string>();
  let listed = 0;

  async function list(db: cassandra.Client) {
    const recent = new Set(daysOf(Date.now() - SEEN_WITHIN_MS, Date.now() + DAY_MS));
    const found = new Set<string>();
    const tomorrow = dayOf(Date.now() + DAY_MS);
    early = new Set();
    for await (const row of rowsOf(db, PARTITIONS, [])) {
      const [vehicle, day] = [row.get("vehicle_id"), row.get("day").toString()];
      if (recent.has(day)) found.add(vehicle);
      if (day === tomorrow) early.add(vehicle);
    }
    vehicles = [...found];
    listed = Date.now();
  }

  return {
    name: "cassandra",
    periodMs: 5_000,
    async latest() {
      const db = await lasting.get();
      if (Date.now() - listed > LIST_MS) await list(db);
      const readings: Reading[] = [];
      const limit = Date.now() + AHEAD_MS;
      const [tomorrow, today, before] = [1, 0, -1].map((days) => dayOf(Date.now() + days * DAY_MS)) as [
        string,
        string,
        string,
      ];
      let next = 0;
      const newest = async (query: string, vehicle: string, day: string, ...by: Date[]) => {
        const {rows} = await db.execute(query, [vehicle, localDate(day), ...by], {prepare: true});
        return rows[0] && readingOf(rows[0]);
      };
      const lane = async () => {
        while (next < vehicles.length) {
          const vehicle = vehicles[next++]!;
          for (const day of early.has(vehicle) ? [tomorrow, today, before] : [today, before]) {
            const reading = await newest(NEWEST, vehicle, day);
            if (!reading) continue;
            readings.push(reading);
            if (reading.ts <= limit) break;
            // By a clock that is ahead: behind it may be what a right one says.
            const right = await newest(NEWEST_BY, vehicle, day, new Date(limit));
            if (!right) continue;
            readings.push(right);
            break;
          }
        }
      };
      await Promise.all(Array.from({length: IN_FLIGHT}, lane));
      return readings;
    },
    async history({vehicle, from, to, stepMs, fields}) {
      const db = await lasting.get();
      const columns = await withColumn(fields);
      const query = dayQuery(columns);
      const buckets = bucketed(stepMs);
      for (const day of daysOf(from, to)) {
        const values = [vehicle, localDate(day), new Date(from), new Date(to)];
        for await (const row of rowsOf(db, query, values)) buckets.add(readingOf(row), numbersOf(columns, row));
      }
      return buckets.points().map((point) => ({...point, fields: inOrder(fields, columns, point.fields ?? [])}));
    },
    async newest(vehicle, fields, ms = Date.now() - SEEN_WITHIN_MS) {
      const db = await lasting.get();
      const columns = await withColumn(fields);
      if (columns.length === 0) return [];
      const query = newestRows(columns);
      const rows: cassandra.types.Row[] = [];
      const last = Date.now() + AHEAD_MS;
      for (const day of daysOf(ms, last + 1).reverse()) {
        const values = [vehicle, localDate(day), new Date(ms), new Date(last)];
        rows.push(...(await db.execute(query, values, {prepare: true})).rows);
        if (rows.length >= LOOKED_AT) break;
      }
      return rows.slice(0, LOOKED_AT).map((row) => {
        const values = columns.map((column) => shownOf(column, row.get(column.name)));
        return {ms: row.get("ts").getTime(), values: inOrder(fields, columns, values)};
      });
    },
  };
}
