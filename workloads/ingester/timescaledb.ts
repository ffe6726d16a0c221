import pg from "pg";
import {postgres} from "../lib/postgres.ts";
import type {Row} from "../telemetry.ts";
import {float8Array, textArray, timestamptzArray} from "./arrays.ts";
import {isRefusal, troubleOf} from "./postgres-errors.ts";
import type {Store} from "./store.ts";

const CONNECTIONS = 3;
const ROWS_PER_INSERT = 4_000;
/** A hundred times what an insert takes; one that ends here is tried again. */
const STATEMENT_MS = 20_000;

const INSERT = `INSERT INTO telemetry (vehicle_id, ts, latitude, longitude, speed, temperature, humidity, extra)
SELECT vehicle_id, ts, latitude, longitude, speed, temperature, humidity, extra::jsonb
FROM unnest($1::text[], $2::timestamptz[], $3::float8[], $4::float8[], $5::float8[], $6::float8[], $7::float8[], $8::text[])
  AS event(vehicle_id, ts, latitude, longitude, speed, temperature, humidity, extra)
ON CONFLICT DO NOTHING`;

/** TimescaleDB by libpq's PG* environment variables. */
export function openTimescaleDB(): Store {
  const pool = new pg.Pool({...postgres(STATEMENT_MS), max: CONNECTIONS});
  // An idle connection that the server closed; the pool replaces it.
  pool.on("error", () => {});
  return {
    name: "timescaledb",
    async write(batch) {
      // A vehicle's rows one after another meet in the same pages of the key's index: a fifth less work for PostgreSQL.
      const rows = [...Map.groupBy(batch, ({vehicle_id}) => vehicle_id).values()].flat();
      for (let at = 0; at < rows.length; at += ROWS_PER_INSERT) {
        await pool.query({name: "insert", text: INSERT, values: columnsOf(rows.slice(at, at + ROWS_PER_INSERT))});
      }
    },
    isRefusal,
    troubleOf,
    async newest() {
      const {rows} = await pool.query("SELECT ts FROM telemetry ORDER BY ts DESC LIMIT 1");
      return rows[0]?.ts ?? null;
    },
    close: () => pool.end(),
  };
}

/** The rows by column: what PostgreSQL takes at the least cost, for it and for us. */
function columnsOf(rows: Row[]): Buffer[] {
  return [
    textArray(rows.map(({vehicle_id}) => vehicle_id)),
    timestamptzArray(rows.map(({ts}) => ts)),
    float8Array(rows.map(({latitude}) => latitude)),
    float8Array(rows.map(({longitude}) => longitude)),
    float8Array(rows.map(({speed}) => speed)),
    float8Array(rows.map(({temperature}) => temperature)),
    float8Array(rows.map(({humidity}) => humidity)),
    textArray(rows.map(({extra}) => extra)),
  ];
}
