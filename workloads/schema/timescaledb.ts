import pg from "pg";
import {number} from "../lib/environment.ts";

/** Serialises set-ups that run at the same time. */
const LOCK = 7_306_201;

/** Makes the telemetry hypertable, or brings its settings to what is wanted. Safe to run again at any time. */
export async function setUpTimescaleDB(): Promise<void> {
  const client = new pg.Client({connectionTimeoutMillis: 5_000});
  client.on("error", () => {});
  await client.connect();
  try {
    await client.query("BEGIN");
    await client.query("SELECT pg_advisory_xact_lock($1)", [LOCK]);
    await client.query("CREATE EXTENSION IF NOT EXISTS timescaledb");
    await client.query(`CREATE TABLE IF NOT EXISTS telemetry (
      vehicle_id text NOT NULL, ts timestamptz NOT NULL, latitude float8 NOT NULL, longitude float8 NOT NULL,
      speed float8 NOT NULL, temperature float8 NOT NULL, humidity float8 NOT NULL, extra jsonb,
      PRIMARY KEY (vehicle_id, ts))`);
    const interval = `${number("CHUNK_INTERVAL_SECONDS", 86_400)} seconds`;
    await client.query("SELECT create_hypertable('telemetry', by_range('ts', $1::interval), if_not_exists => true)", [
      interval,
    ]);
    await client.query("SELECT set_chunk_time_interval('telemetry', $1::interval)", [interval]);
    await client.query("COMMIT");
  } finally {
    await client.end();
  }
}
