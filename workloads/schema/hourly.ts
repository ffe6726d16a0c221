import type pg from "pg";
import type {License} from "./features.ts";
import {locked} from "./postgres.ts";

/** What is known of an hour of one vehicle, each by its expression over the rows. */
const MEASURES = {
  count: "count(*)",
  avg_speed: "avg(speed)",
  max_speed: "max(speed)",
  avg_temperature: "avg(temperature)",
  min_temperature: "min(temperature)",
  max_temperature: "max(temperature)",
  avg_humidity: "avg(humidity)",
};
const NAMES = Object.keys(MEASURES);
const EXPRESSIONS = Object.entries(MEASURES).map(([name, expression]) => `${expression} AS ${name}`);
const HOURS = `SELECT vehicle_id, time_bucket('1 hour', ts) AS hour, ${EXPRESSIONS.join(", ")} FROM telemetry`;

/** What makes `telemetry_hourly`: kept by the server itself where its licence allows, otherwise a table that `rollUp` fills. */
export function hourlyStatements(license: License): string[] {
  if (license === "timescale")
    return [
      `CREATE MATERIALIZED VIEW telemetry_hourly WITH (timescaledb.continuous, timescaledb.materialized_only = false) AS ${HOURS} GROUP BY 1, 2 WITH NO DATA`,
      "SELECT add_continuous_aggregate_policy('telemetry_hourly', start_offset => NULL, end_offset => interval '1 hour', schedule_interval => interval '15 minutes')",
    ];
  const columns = NAMES.map((name) => `${name} ${name === "count" ? "bigint" : "float8"} NOT NULL`);
  return [
    `CREATE TABLE telemetry_hourly (vehicle_id text NOT NULL, hour timestamptz NOT NULL, ${columns.join(", ")}, PRIMARY KEY (vehicle_id, hour))`,
    "SELECT create_hypertable('telemetry_hourly', by_range('hour', interval '7 days'))",
  ];
}

/** Hours that are counted again each time: for events that come late. */
const AGAIN = "2 hours";
const STEP_MS = 86_400_000;
/** How far ahead an event may be (telemetry.ts), and a bit. */
const AHEAD_MS = 90_000_000;

const SINCE = `SELECT time_bucket('1 hour', coalesce(
  (SELECT max(hour) FROM telemetry_hourly WHERE hour <= now()) - interval '${AGAIN}', (SELECT min(ts) FROM telemetry))) AS since
FROM pg_class WHERE oid = to_regclass('telemetry_hourly') AND relkind = 'r'`;
const ROLL = `INSERT INTO telemetry_hourly (vehicle_id, hour, ${NAMES.join(", ")})
${HOURS} WHERE ts >= $1 AND ts < $2 GROUP BY 1, 2
ON CONFLICT (vehicle_id, hour) DO UPDATE SET ${NAMES.map((name) => `${name} = EXCLUDED.${name}`).join(", ")}`;

/** Brings the hourly table up to date, a day in a transaction; nothing where the server does so itself. */
export async function rollUp(now = Date.now()): Promise<void> {
  const since = await locked(async (client: pg.Client) => {
    const {rows} = await client.query("SELECT to_regclass('telemetry_hourly') IS NOT NULL AS there");
    return rows[0].there ? (await client.query(SINCE)).rows[0]?.since : undefined;
  });
  if (!since) return;
  for (let from = since.getTime(); from < now + AHEAD_MS; from += STEP_MS)
    await locked((client) => client.query(ROLL, [new Date(from), new Date(from + STEP_MS)]));
}
