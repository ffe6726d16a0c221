import {FIGURE_NAMES, MEASURE_NAMES} from "../../api/event.ts";
import {isPlace} from "../../api/geo-sql.ts";
import {eachVehicle} from "../../api/vehicles-sql.ts";
import {openPool} from "../lib/postgres.ts";
import {AHEAD_MS, type Reading} from "./fleet.ts";
import {SEEN_WITHIN_MS, type Source} from "./source.ts";

const COLUMNS = `vehicle_id, (extract(epoch FROM ts) * 1000)::float8 AS ts, ${FIGURE_NAMES}`;

const newestOf = (condition: string) =>
  `(SELECT ${COLUMNS} FROM telemetry WHERE vehicle_id = vehicle.id AND ${condition} ORDER BY telemetry.ts DESC LIMIT 1)`;

/** The newest row of each vehicle by one index probe, and by another the newest of a clock that is ahead. */
const LATEST = `${eachVehicle("ts > $1")}
SELECT newest.* FROM vehicle CROSS JOIN LATERAL (
  ${newestOf("ts > $1 AND ts <= $2")} UNION ALL ${newestOf("ts > $2")}) newest`;

const SINCE = `SELECT DISTINCT ON (vehicle_id) ${COLUMNS} FROM telemetry WHERE ts > $1 AND ts <= $2
ORDER BY vehicle_id, telemetry.ts DESC`;

const HISTORY = `SELECT (extract(epoch FROM time_bucket(make_interval(secs => $4), ts)) * 1000)::float8 AS ms,
  ${MEASURE_NAMES.map((name) => `avg(${name}) AS ${name}`)},
  last(latitude, ts) FILTER (WHERE ${isPlace()}) AS latitude, last(longitude, ts) FILTER (WHERE ${isPlace()}) AS longitude,
  count(*) FILTER (WHERE (${isPlace()}) IS NOT TRUE)::int AS "leftOut"
FROM telemetry WHERE vehicle_id = $1 AND ts >= $2 AND ts < $3 GROUP BY 1 ORDER BY 1`;

/** Up to which time a row's clock can be right. */
const limit = () => new Date(Date.now() + AHEAD_MS);

/** TimescaleDB by libpq's PG* environment variables, and only read. */
export function readTimescaleDB(): Source {
  const pool = openPool(4, 20_000);

  /** In a transaction that can only read: the role of an external server's login may do more. */
  async function query(text: string, values: unknown[]): Promise<any[]> {
    const client = await pool.connect();
    try {
      await client.query("BEGIN READ ONLY");
      const {rows} = await client.query(text, values);
      await client.query("COMMIT");
      client.release();
      return rows;
    } catch (error) {
      client.release(error as Error);
      throw error;
    }
  }

  return {
    name: "timescaledb",
    periodMs: 1_000,
    latest: (): Promise<Reading[]> => query(LATEST, [new Date(Date.now() - SEEN_WITHIN_MS), limit()]),
    since: (ms): Promise<Reading[]> => query(SINCE, [new Date(ms), limit()]),
    history: ({vehicle, from, to, stepMs}) => query(HISTORY, [vehicle, new Date(from), new Date(to), stepMs / 1_000]),
  };
}
