import {mkdtempSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {DuckDBTimestampTZValue, type DuckDBValue} from "@duckdb/node-api";
import {type EventColumn, restOf} from "../../api/event/columns.ts";
import {FLAG_COLUMN} from "../../api/event/quality.ts";
import {FIGURE_NAMES, type Readings, TIME, VEHICLE} from "../../api/event.ts";
import {named, quoted} from "../lake/duckdb.ts";
import {currentSchema} from "../lake/iceberg/types.ts";
import {openReadable} from "../lake/open.ts";
import {EVENTS, madeColumns} from "../lake/tables.ts";
import type {Row} from "../telemetry.ts";
import type {Reader} from "./range.ts";

const DAY_MS = 86_400_000;
/** Beyond it no time of the lake has four digits. */
const LAST_MS = Date.UTC(9999, 11, 31);

const [ID, AT] = [named(VEHICLE.name), named(TIME.name)];

/** The lake by the variables LAKE_*, as it is at this moment. */
export async function lakeReader(): Promise<Reader> {
  const work = mkdtempSync(join(process.env.SPILL_DIR || tmpdir(), "query-"));
  const {connection, tables} = await openReadable(work);
  const {metadata} = tables.get(EVENTS)!;
  const there = new Set(currentSchema(metadata).fields.map(({name}) => name));
  const columns = madeColumns(metadata).filter(({name}) => there.has(name));
  const names = [VEHICLE.name, TIME.name, ...FIGURE_NAMES, FLAG_COLUMN, "extra", ...columns.map(({name}) => name)];
  const selection = names.map(named).join();

  async function* rows(rest: string): AsyncIterable<Row> {
    const result = await connection.stream(`SELECT ${selection} FROM ${named(EVENTS)} ${rest}`);
    for await (const chunk of result.yieldRows()) for (const values of chunk) yield rowOf(values, columns);
  }

  return {
    query: ({since, until, vehicle, limit}) =>
      rows(
        `WHERE ${within(since, until)}${vehicle ? ` AND ${ID} = ${quoted(vehicle)}` : ""} ORDER BY ${AT} DESC, ${ID} LIMIT ${limit}`,
      ),
    async *all({since, until, resume}) {
      // JavaScript takes a bare number for a year.
      const from = resume === undefined ? since : new Date(resume.includes("T") ? resume : Number.NaN);
      if (Number.isNaN(from.getTime())) throw new Error(`--resume: "${resume}" is no time; an export names them`);
      const found = await connection.runAndReadAll(
        `SELECT DISTINCT epoch_ms(${AT}) // ${DAY_MS} FROM ${named(EVENTS)} WHERE ${within(from, until)} ORDER BY 1`,
      );
      const days = found.getRows().map(([day]) => Number(day));
      for (const [part, day] of days.entries()) {
        const start = new Date(Math.max(day * DAY_MS, from.getTime()));
        const end = new Date(Math.min((day + 1) * DAY_MS, until.getTime()));
        for await (const row of rows(`WHERE ${within(start, end)}`)) yield {row};
        yield {ended: {part: part + 1, parts: days.length, resume: end.toISOString()}};
      }
    },
    async find({vehicle, time}) {
      for await (const row of rows(`WHERE ${ID} = ${quoted(vehicle)} AND ${AT} = ${instant(time)} LIMIT 1`))
        return {row, written: null};
      return undefined;
    },
    async close() {
      connection.closeSync();
      rmSync(work, {recursive: true, force: true});
    },
  };
}

const instant = (time: Date): string =>
  `TIMESTAMPTZ ${quoted(new Date(Math.min(time.getTime(), LAST_MS)).toISOString())}`;
const within = (since: Date, until: Date): string => `${AT} >= ${instant(since)} AND ${AT} < ${instant(until)}`;

function rowOf([vehicle, time, ...rest]: DuckDBValue[], columns: EventColumn[]): Row {
  const figures = Object.fromEntries(FIGURE_NAMES.map((name, at) => [name, rest[at]])) as unknown as Readings;
  const [flags, extra, ...fields] = rest.slice(FIGURE_NAMES.length);
  return {
    vehicle_id: String(vehicle),
    ts: dateOf(time!),
    ...figures,
    quality_flags: flags as number | null,
    extra: restOf(
      columns,
      fields.map((value) => (value instanceof DuckDBTimestampTZValue ? dateOf(value) : value)),
      extra as string | null,
    ),
  };
}

const dateOf = (value: DuckDBValue): Date => new Date(Number((value as DuckDBTimestampTZValue).micros / 1_000n));
