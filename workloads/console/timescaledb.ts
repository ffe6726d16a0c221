import {FIGURE_NAMES, MEASURE_NAMES} from "../../api/event.ts";
import {openPool} from "../lib/postgres.ts";
import {AHEAD_MS, type Reading} from "./fleet.ts";
import {IS_PLACE} from "./page/places.ts";
import {SEEN_WITHIN_MS, type Source} from "./source.ts";

const COLUMNS = `vehicle_id, (extract(epoch FROM ts) * 1000)::float8 AS ts, ${FIGURE_NAMES}`;

const newestOf = (condition: string) =>
  `(SELECT ${COLUMNS} FROM telemetry WHERE vehicle_id = vehicle.id AND ${condition} ORDER BY telemetry.ts DESC LIMIT 1)`;

/**
 * The next vehicle by one index probe, its newest row by another, and by a third the newest of a clock that is ahead: a few probes a
 * vehicle and chunk, however many rows there are. (DISTINCT ON would read every row; TimescaleDB's own skip scan is not in its Apache build.)
 */
const LATEST = `WITH RECURSIVE vehicle(id) AS (
  (SELECT vehicle_id FROM telemetry WHERE ts > $1 ORDER BY vehicle_id LIMIT 1)
  UNION ALL
  SELECT (SELECT vehicle_id FROM telemetry WHERE vehicle_id > vehicle.id AND ts > $1 ORDER BY vehicle_id LIMIT 1)
  FROM vehicle WHERE vehicle.id IS NOT NULL)
SELECT newest.* FROM vehicle CROSS JOIN LATERAL (
  ${newestOf("ts > $1 AND ts <= $2")} UNION ALL ${newestOf("ts > $2")}) newest`;

const SINCE = `SELECT DISTINCT ON (vehicle_id) ${COLUMNS} FROM telemetry WHERE ts > $1 AND ts <= $2
ORDER BY vehicle_id, telemetry.ts DESC`;

const HISTORY = `SELECT (extract(epoch FROM time_bucket(make_interval(secs => $4), ts)) * 1000)::float8 AS ms,
  ${MEASURE_NAMES.map((name) => `avg(${name}) AS ${name}`)},
  last(latitude, ts) FILTER (WHERE ${IS_PLACE}) AS latitude, last(longitude, ts) FILTER (WHERE ${IS_PLACE}) AS longitude,
  count(*) FILTER (WHERE NOT (${IS_PLACE}))::int AS "leftOut"
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
