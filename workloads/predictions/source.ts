import {cursorRows, openSnapshot} from "../lib/postgres.ts";

export type Cell = string | number | null;

/** Where events are read by SQL that PostgreSQL and DuckDB both understand. */
export interface Source {
  name: "lake" | "timescaledb";
  /** In the order that the statement says, a part of them at a time. */
  rows(sql: string): AsyncIterable<Cell[]>;
  close(): Promise<void>;
}

/** The table of events in either: vehicle_id, ts, and the figures. */
export const TABLE = "telemetry";

/** The lake if this pod knows of one, which does not mind long reads; otherwise TimescaleDB. */
export async function openSource(): Promise<Source> {
  if (!process.env.LAKE_BUCKET) return timescaledbSource();
  // Loaded for it alone: of the images few have DuckDB.
  const {lakeSource} = await import("./lake-source.ts");
  return lakeSource();
}

/** By libpq's PG* variables; it reads one state of the table, however long that takes. */
async function timescaledbSource(): Promise<Source> {
  const client = await openSnapshot();
  return {name: "timescaledb", rows: (sql) => cursorRows<Cell[]>(client, sql, [], "array"), close: () => client.end()};
}

/**
 * A statement for the rows of features that `sql` makes: vehicle, seconds since the epoch, the features in their order, the rule's score, the label
 * (1, 0, or null where it is unknown). All but the vehicle are numbers in either database.
 */
export const featureRows = (sql: string, features: readonly string[], where = "true"): string =>
  `SELECT vehicle_id, extract(epoch FROM ts)::float8, ${features.map((name) => `"${name}"::float8`).join()},
     rule::float8, label::int
   FROM (${sql}) AS made WHERE ${where} ORDER BY 1, 2`;
