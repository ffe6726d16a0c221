import pg from "pg";
import {number, text} from "../lib/environment.ts";
import {postgres} from "../lib/postgres.ts";

/** Serialises set-ups that run at the same time. */
const LOCK = 7_306_201;

/** One transaction that no other set-up runs beside. */
async function locked(work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client(postgres());
  client.on("error", () => {});
  await client.connect();
  try {
    await client.query("BEGIN");
    await client.query("SELECT pg_advisory_xact_lock($1)", [LOCK]);
    await work(client);
    await client.query("COMMIT");
  } finally {
    await client.end();
  }
}

/**
 * Makes the telemetry hypertable and, on a server of ours, a role that can only read it, or brings them to what is wanted.
 * Safe to run again at any time.
 */
export const setUpTimescaleDB = (): Promise<void> =>
  locked(async (client) => {
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
    if (process.env.READER_USERNAME) await grantReader(client);
  });

/** The role of those that only read. */
async function grantReader(client: pg.Client): Promise<void> {
  const [reader, password] = [text("READER_USERNAME"), client.escapeLiteral(text("READER_PASSWORD"))];
  const role = client.escapeIdentifier(reader);
  const {rowCount} = await client.query("SELECT FROM pg_roles WHERE rolname = $1", [reader]);
  if (!rowCount) await client.query(`CREATE ROLE ${role}`);
  await client.query(`ALTER ROLE ${role} LOGIN PASSWORD ${password} CONNECTION LIMIT 20`);
  await client.query(`ALTER ROLE ${role} SET default_transaction_read_only = on`);
  await client.query(`ALTER ROLE ${role} SET statement_timeout = '30s'`);
  await client.query(`GRANT USAGE ON SCHEMA public TO ${role}`);
  await client.query(`GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${role}`);
}

/** Drops the chunks whose newest row is past the retention: the Apache build of TimescaleDB has no policy for it. */
export const dropOldChunks = (): Promise<void> =>
  locked(async (client) => {
    const age = `${number("RETENTION_SECONDS")} seconds`;
    await client.query("SELECT drop_chunks('telemetry', older_than => $1::interval)", [age]);
  });
