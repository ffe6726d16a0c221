import type pg from "pg";
import {inTransaction, pooled} from "../lib/postgres.ts";
import type {BreachTarget} from "./breach/target.ts";
import * as metrics from "./metrics.ts";

const NAME = "cold-chain-breach";
/** Rows of one round: some seconds of work at most. */
const MOST = 20_000;

/**
 * What happened after predictions whose horizon has been over for a minute: that is how late an event may come. Until the vehicle has an event
 * from after the horizon, it stays open, for an hour at the most: the ingester may be behind.
 */
const FILL = `
WITH open AS (
  SELECT vehicle_id, ts, horizon FROM prediction
  WHERE model = '${NAME}' AND actual IS NULL AND ts > now() - interval '7 days' AND ts + horizon < now() - interval '1 minute'
  ORDER BY ts LIMIT ${MOST}),
seen AS (
  SELECT open.vehicle_id, open.ts, CASE
    WHEN EXISTS (SELECT FROM telemetry t WHERE t.vehicle_id = open.vehicle_id AND t.ts > open.ts
      AND t.ts <= open.ts + open.horizon AND t.temperature > $1) THEN 'breach'
    WHEN EXISTS (SELECT FROM telemetry t WHERE t.vehicle_id = open.vehicle_id AND t.ts > open.ts
      AND t.ts <= now() + interval '1 day'
      AND (t.ts >= open.ts + open.horizon OR open.ts + open.horizon < now() - interval '1 hour')) THEN 'none'
    WHEN open.ts + open.horizon < now() - interval '1 hour' THEN 'unknown' END AS actual
  FROM open)
UPDATE prediction SET actual = seen.actual FROM seen
WHERE prediction.vehicle_id = seen.vehicle_id AND prediction.ts = seen.ts AND prediction.model = '${NAME}'
  AND prediction.ts > now() - interval '7 days' AND seen.actual IS NOT NULL`;

const LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended('actuals of predictions', 0)) AS mine";

/** Fills in what happened, unless another process is at it. Returns how many predictions it was known of. */
export function fillActuals(pool: pg.Pool, {max}: BreachTarget): Promise<number> {
  return pooled(pool, (client) =>
    inTransaction(client, async () => {
      const {rows} = await client.query(LOCK);
      return rows[0].mine ? ((await client.query(FILL, [max])).rowCount ?? 0) : 0;
    }),
  );
}

const QUALITY = `
SELECT version, count(*) FILTER (WHERE label = 'breach' AND actual = 'breach')::float8 AS hits,
  count(*) FILTER (WHERE label = 'breach')::float8 AS said, count(*) FILTER (WHERE actual = 'breach')::float8 AS came
FROM prediction WHERE model = '${NAME}' AND actual IN ('breach', 'none') AND ts > now() - interval '1 day' GROUP BY version`;

/** Sets the figures of the last 24 hours; without a warning, or a breach, a version has none. */
export async function showQuality(pool: pg.Pool): Promise<void> {
  const {rows} = await pool.query(QUALITY);
  metrics.precision.reset();
  metrics.recall.reset();
  for (const {version, hits, said, came} of rows) {
    const labels = {model: NAME, version};
    if (said > 0) metrics.precision.set(labels, hits / said);
    if (came > 0) metrics.recall.set(labels, hits / came);
  }
}
