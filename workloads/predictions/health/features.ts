/** What is predicted of a cooling unit. */
export interface HealthTarget {
  /** °C: warmer is too warm. */
  max: number;
  /** Minutes a day on the road, too warm, that make a unit one that fails. */
  minutes: number;
  /** Seconds after a stop in which a hold may be warm: its door was open. */
  settle: number;
  /** Hours of a day that must have events for the day to count. */
  hours: number;
}

interface Range {
  /** A table or view with vehicle_id, ts, speed and temperature. */
  table: string;
  /** Midnight of UTC, both. */
  since: Date;
  until: Date;
  target: HealthTarget;
}

/** In the order of the model's input. Temperatures are K above the most that is allowed, slopes K an hour. */
export const HEALTH_FEATURES = [
  "drive_mean",
  "drive_p90",
  "drive_max",
  "settled_mean",
  "night_mean",
  "recovery",
  "near_share",
  "warm_minutes",
  "hours_driven",
  "stops",
  "drive_mean_change",
  "settled_mean_change",
  "recovery_change",
  "near_share_change",
] as const;

const OWN = HEALTH_FEATURES.filter((name) => !name.endsWith("_change"));
const CHANGES = HEALTH_FEATURES.filter((name) => name.endsWith("_change")).map((name) => name.slice(0, -7));

/** km/h from which a vehicle drives; a stop of so many seconds opens the door; the hold then recovers for so many. */
const [DRIVING, STOP, RECOVERY] = [1, 60, 1_800];
/** Readings that a slope takes. */
const LEAST_READINGS = 5;
/** Seconds between two events beyond which nothing is known of the time between. */
const GAP = 300;
/** K below what is allowed from which a hold is near it. */
const NEAR = 3;
const DAY = 86_400;

/**
 * The features of each vehicle's days (UTC), in SQL that PostgreSQL and DuckDB both understand: vehicle_id, ts (the end of the day), HEALTH_FEATURES,
 * rule, and label: whether the hold is too warm on the next day's road (null: not known, as that day is not over, or the vehicle was hardly heard of).
 */
export const healthSql = ({table, since, until, target: {max, minutes, settle, hours}}: Range): string => `
WITH reading AS (
  SELECT vehicle_id, extract(epoch FROM ts)::float8 AS t, temperature::float8 - (${max}) AS above, speed >= ${DRIVING} AS driving
  FROM ${table}
  WHERE ts >= TIMESTAMPTZ '${since.toISOString()}' AND ts < TIMESTAMPTZ '${until.toISOString()}'
    AND temperature IS NOT NULL AND speed IS NOT NULL),
step AS (
  SELECT vehicle_id, t, above, driving, lag(driving) OVER w AS before, least(t - coalesce(lag(t) OVER w, t), ${GAP}) AS gap
  FROM reading WINDOW w AS (PARTITION BY vehicle_id ORDER BY t)),
turn AS (
  SELECT vehicle_id, t, above, driving, gap,
    max(CASE WHEN before AND NOT driving THEN t END) OVER w AS arrived,
    max(CASE WHEN driving AND NOT before THEN t END) OVER w AS departed
  FROM step WINDOW w AS (PARTITION BY vehicle_id ORDER BY t)),
state AS (
  SELECT vehicle_id, floor(t / ${DAY})::bigint AS day, floor(t / 3600)::bigint AS hour, t, above, driving, gap, departed,
    driving AND departed - arrived >= ${STOP} AND t - departed <= ${RECOVERY} AS recovering,
    driving AND (departed IS NULL OR t - departed >= ${settle}) AS settled
  FROM turn),
recovered AS (
  SELECT vehicle_id, floor(departed / ${DAY})::bigint AS day, regr_slope(above, (t - departed) / 3600) AS slope
  FROM state WHERE recovering GROUP BY vehicle_id, departed HAVING count(*) >= ${LEAST_READINGS}),
recoveries AS (
  SELECT vehicle_id, day, avg(slope) AS recovery, count(*) AS stops FROM recovered GROUP BY vehicle_id, day),
daily AS (
  SELECT vehicle_id, day, count(DISTINCT hour) AS hours,
    avg(above) FILTER (WHERE driving) AS drive_mean,
    percentile_cont(0.9) WITHIN GROUP (ORDER BY above) FILTER (WHERE driving) AS drive_p90,
    max(above) FILTER (WHERE driving) AS drive_max,
    avg(above) FILTER (WHERE settled) AS settled_mean,
    avg(above) FILTER (WHERE NOT driving AND (hour % 24 >= 22 OR hour % 24 < 5)) AS night_mean,
    avg(CASE WHEN above > -${NEAR} THEN 1.0 ELSE 0.0 END) FILTER (WHERE driving) AS near_share,
    coalesce(sum(gap) FILTER (WHERE settled AND above > 0), 0) / 60 AS warm_minutes,
    coalesce(sum(gap) FILTER (WHERE driving), 0) / 3600 AS hours_driven
  FROM state GROUP BY vehicle_id, day HAVING count(DISTINCT hour) >= ${hours}),
known AS (
  SELECT daily.*, recovery, coalesce(stops, 0) AS stops
  FROM daily LEFT JOIN recoveries ON recoveries.vehicle_id = daily.vehicle_id AND recoveries.day = daily.day)
SELECT today.vehicle_id, to_timestamp((today.day + 1) * ${DAY}) AS ts,
  ${OWN.map((name) => `today.${name}`).join(", ")},
  ${CHANGES.map((name) => `today.${name} - before.${name} AS ${name}_change`).join(", ")},
  1 / (1 + exp(-(today.drive_mean + coalesce(today.drive_mean - before.drive_mean, 0))))::float8 AS rule,
  CASE WHEN after.hours_driven > 0 THEN after.warm_minutes >= ${minutes} END AS label
FROM known AS today
LEFT JOIN known AS before ON before.vehicle_id = today.vehicle_id AND before.day = today.day - 1
LEFT JOIN known AS after ON after.vehicle_id = today.vehicle_id AND after.day = today.day + 1
WHERE today.hours_driven > 0`;
