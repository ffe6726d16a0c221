import type {FlinkSpec} from "../../../api/components/flink.ts";
import {EARTH_KM} from "../../../api/geo.ts";
import {float, isPlace} from "../../../api/geo-sql.ts";
import {secondsOf} from "../../../api/quantities.ts";
import {interval, text} from "./text.ts";

/** A limit, or the rim of a circle, that vehicles pass: where an event is beyond it, where it is back, and what an alert says. */
interface Limit {
  rule: "speeding" | "geofence";
  subject: string;
  /** Conditions on an event, or with a prefix on the one before; between the two nothing is decided. */
  beyond(event: string): string;
  back(event: string): string;
  value: string;
}

/**
 * The view `alert`. What is passed and passed back is one state, "beyond" or "back"; between the two a vehicle keeps its state, so that one that
 * drives along the limit does not flap (hysteresis), and a state counts once it has lasted (dwell). Only where something changes does an event
 * go beyond the first view: the rest costs no state.
 */
export function alertViews(flink: FlinkSpec): string {
  const limits = [
    speeding(flink),
    ...(flink.geofences ?? []).map((circle) => geofence(circle, flink.geofenceMarginKm)),
  ];
  return `-- Of each limit the events at which a vehicle is beyond it (1) or back (0) and was not, or not decidedly, at the event before. Vehicle, rule
-- and subject are one column: a view forgets the brackets around several by which a session is partitioned.
CREATE TEMPORARY VIEW limit_state AS
${limits.map(decided).join("\nUNION ALL\n")};

-- Where a vehicle goes from one of the two to the other; at first it is back.
CREATE TEMPORARY VIEW limit_crossing AS
SELECT passing, ts, state, \`value\`, latitude, longitude FROM (
  SELECT *, COUNT(*) OVER pair AS crossings, FIRST_VALUE(state) OVER pair AS before_state
  FROM limit_state WINDOW pair AS (PARTITION BY passing ORDER BY ts ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
) WHERE state <> CASE WHEN crossings = 1 THEN 0 ELSE before_state END;

-- Crossings that follow each other within the dwell time are one, and the last of them counts. One text, as the largest has the newest time.
CREATE TEMPORARY VIEW limit_lasting AS
SELECT passing, window_time, MAX(CONCAT_WS('|', DATE_FORMAT(ts, '${TIME}'), CAST(state AS STRING), CAST(\`value\` AS STRING),
  CAST(latitude AS STRING), CAST(longitude AS STRING))) AS newest
FROM TABLE(SESSION(TABLE limit_crossing PARTITION BY passing, DESCRIPTOR(ts), ${interval(secondsOf(flink.alertDwell))}))
GROUP BY passing, window_start, window_end, window_time;

CREATE TEMPORARY VIEW alert AS
SELECT SPLIT_INDEX(passing, '|', 0) AS vehicle_id,
  CAST(TO_TIMESTAMP(SPLIT_INDEX(newest, '|', 0), '${TIME}') AS TIMESTAMP_LTZ(3)) AS ts,
  CASE WHEN SPLIT_INDEX(passing, '|', 1) = 'speeding' THEN 'speeding' WHEN state = '1' THEN 'geofence-entered' ELSE 'geofence-left' END AS kind,
  SPLIT_INDEX(passing, '|', 2) AS subject, ${part(2)} AS \`value\`, ${part(3)} AS latitude, ${part(4)} AS longitude
FROM (
  SELECT *, COUNT(*) OVER pair AS states, FIRST_VALUE(state) OVER pair AS before_state
  FROM (SELECT *, SPLIT_INDEX(newest, '|', 1) AS state FROM limit_lasting)
  WINDOW pair AS (PARTITION BY passing ORDER BY window_time ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
) WHERE state <> CASE WHEN states = 1 THEN '0' ELSE before_state END AND (SPLIT_INDEX(passing, '|', 1) <> 'speeding' OR state = '1');`;
}

const TIME = "yyyy-MM-dd HH:mm:ss.SSS";
const part = (at: number) => `CAST(SPLIT_INDEX(newest, '|', ${at}) AS DOUBLE)`;

function decided({rule, subject, beyond, back, value}: Limit): string {
  const [now, before] = ["", "before_"];
  return `SELECT CONCAT_WS('|', vehicle_id, '${rule}', ${text(subject)}) AS passing, ts,
  CASE WHEN ${beyond(now)} THEN 1 ELSE 0 END AS state, ${value} AS \`value\`, latitude, longitude
FROM vehicle_event WHERE (${beyond(now)} AND (is_first OR (${beyond(before)}) IS NOT TRUE)) OR (${back(now)} AND NOT is_first AND NOT (${back(before)}))`;
}

/** A limit below the margin is passed back by standing still. The speed before is the last that was said, and NULL if none was. */
const speeding = ({speedLimit, speedMargin}: FlinkSpec): Limit => ({
  rule: "speeding",
  subject: `${speedLimit} km/h`,
  beyond: (event) => `${event}speed > ${float(speedLimit)}`,
  back: (event) => `${event}speed <= ${float(Math.max(0, speedLimit - speedMargin))}`,
  value: "speed",
});

/**
 * Entered within the radius, left outside of the margin around it. By the spherical law of cosines, its constants worked out here: what the
 * planner has to carry stays small. One query a circle: a join with a list would keep every event. An event without a fix decides nothing.
 */
const geofence = (
  {name, latitude, longitude, radiusKm}: NonNullable<FlinkSpec["geofences"]>[number],
  marginKm: number,
): Limit => {
  const radians = (latitude * Math.PI) / 180;
  const cosine = (event: string) =>
    `${float(Math.sin(radians))} * SIN(RADIANS(${event}latitude)) + ${float(Math.cos(radians))} * COS(RADIANS(${event}latitude)) * COS(RADIANS(${event}longitude - ${float(longitude)}))`;
  const placed = (event: string) => isPlace(`${event}latitude`, `${event}longitude`);
  const at = (km: number) => float(Math.cos(km / EARTH_KM));
  return {
    rule: "geofence",
    subject: name,
    beyond: (event) => `${placed(event)} AND ${cosine(event)} >= ${at(radiusKm)}`,
    back: (event) => `${placed(event)} AND ${cosine(event)} < ${at(radiusKm + marginKm)}`,
    value: `${float(EARTH_KM)} * ACOS(LEAST(1E0, ${cosine("")}))`,
  };
};
