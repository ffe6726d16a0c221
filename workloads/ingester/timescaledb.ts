import pg from "pg";
import {postgres} from "../lib/postgres.ts";
import type {Store} from "./store.ts";

const CONNECTIONS = 3;
const ROWS_PER_INSERT = 4_000;

const INSERT = `INSERT INTO telemetry (vehicle_id, ts, latitude, longitude, speed, temperature, humidity, extra)
SELECT * FROM json_to_recordset($1::json) AS event(vehicle_id text, "timestamp" timestamptz, latitude float8,
  longitude float8, speed float8, temperature float8, humidity float8, extra jsonb)
ON CONFLICT DO NOTHING`;

/** TimescaleDB by libpq's PG* environment variables. */
export function openTimescaleDB(): Store {
  const pool = new pg.Pool({...postgres(), max: CONNECTIONS, statement_timeout: 60_000});
  // An idle connection that the server closed; the pool replaces it.
  pool.on("error", () => {});
  return {
    name: "timescaledb",
    async write(rows) {
      for (let at = 0; at < rows.length; at += ROWS_PER_INSERT) {
        // The events' own text, once validated, is what PostgreSQL reads fastest.
        const part = rows.slice(at, at + ROWS_PER_INSERT).map(({json}) => json);
        await pool.query({name: "insert", text: INSERT, values: [`[${part.join(",")}]`]});
      }
    },
    // Data exceptions, integrity constraints and limits, by the first two characters of the SQLSTATE.
    refusesRow: (error) => /^(22|23|54)/.test((error as {code?: string}).code ?? ""),
    async newest() {
      const {rows} = await pool.query("SELECT ts FROM telemetry ORDER BY ts DESC LIMIT 1");
      return rows[0]?.ts ?? null;
    },
    close: () => pool.end(),
  };
}
