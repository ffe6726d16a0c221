import {isPlace, kmBetween, mostKm} from "../../api/geo-sql.ts";

/** Vehicle and time (ISO 8601) of an event that was in Kafka in time, and once more too late. */
export type Again = [vehicle: string, time: string];

/** Run where Kafka's credentials are: prints those events as JSON. The broker's clock decides, as in the job. */
export const againProgram = (latenessMs: number) => `
import {connectKafka} from "/app/workloads/lib/kafka.ts";
import {logger} from "/app/workloads/lib/process.ts";
import {readToEnd} from "/app/workloads/lib/read.ts";
import {createReader} from "/app/api/event/read.ts";
const read = createReader();
const inTime = new Set();
const again = new Map();
const source = {topic: process.env.KAFKA_TOPIC, groupId: "again-" + process.pid + "-" + Date.now(), commit: false};
await readToEnd(connectKafka("again", logger("again", "stderr")), source, (message) => {
  const {timestamp} = message;
  const [row] = read(message).rows;
  if (!row) return;
  const id = row.vehicle_id + " " + row.ts.toISOString();
  if (Number(timestamp) - row.ts.getTime() <= ${latenessMs}) inTime.add(id);
  else if (inTime.has(id)) again.set(id, id.split(" "));
});
console.log(JSON.stringify([...again.values()]));
process.exit(0);`;

/** The raw rows that count: without those that came too late (vehicle_late), unless they had been there in time as well. */
const countedRows = (again: Again[]) => `SELECT * FROM telemetry t WHERE NOT EXISTS (
    SELECT FROM vehicle_late l WHERE l.vehicle_id = t.vehicle_id AND l.ts = t.ts
  ) OR (vehicle_id, ts) IN (VALUES ${[["", "epoch"], ...again].map(([vehicle, time]) => `('${vehicle}', timestamptz '${time}')`).join(", ")})`;

/** Both NULL, or the same but for the order in which they were added up. */
const close = (one: string, other: string) => `abs(coalesce(${one}, -1e9) - coalesce(${other}, -1e9)) < 1e-9`;

/**
 * What the stream job should have written, worked out by PostgreSQL from the raw rows alone, beside what it wrote: the number of windows
 * that are the same and of those that differ. The last window may still be on its way.
 */
export const differingWindows = (seconds: number, again: Again[]) => `
WITH counted AS (
  ${countedRows(again)}
), steps AS (
  SELECT vehicle_id, ts, ${kmBetween("lag(latitude) OVER w", "lag(longitude) OVER w", "latitude", "longitude")} AS km,
    ${mostKm("trunc(extract(epoch FROM ts - lag(ts) OVER w))")} AS most
  FROM counted WHERE ${isPlace()} WINDOW w AS (PARTITION BY vehicle_id ORDER BY ts)
), moves AS (
  SELECT c.*, CASE WHEN s.km <= s.most THEN s.km ELSE 0 END AS km,
    CASE WHEN NOT ${isPlace()} OR s.km > s.most THEN 1 ELSE 0 END AS left_out
  FROM counted c LEFT JOIN steps s USING (vehicle_id, ts)
), expected AS (
  SELECT vehicle_id, time_bucket('${seconds} seconds', ts) AS window_start, count(*) AS n, avg(speed) AS speed, max(speed) AS fastest,
    avg(temperature) AS temperature, avg(humidity) AS humidity, avg(odometer) AS odometer, min(odometer) AS least, max(odometer) AS most, sum(km) AS km, sum(left_out) AS left_out
  FROM moves GROUP BY 1, 2
), closed AS (SELECT max(window_end) - interval '${seconds} seconds' AS until FROM vehicle_window),
compared AS (
  SELECT e.n IS NOT DISTINCT FROM g.count AND e.fastest IS NOT DISTINCT FROM g.max_speed AND ${close("e.speed", "g.avg_speed")}
    AND ${close("e.temperature", "g.avg_temperature")} AND ${close("e.humidity", "g.avg_humidity")}
    AND ${close("e.odometer", "g.avg_odometer")} AND e.least IS NOT DISTINCT FROM g.min_odometer AND e.most IS NOT DISTINCT FROM g.max_odometer
    AND abs(e.km - g.distance_km) < 1e-9 AND e.left_out = g.left_out AND g.window_end = window_start + interval '${seconds} seconds' AS same
  FROM expected e FULL JOIN vehicle_window g USING (vehicle_id, window_start), closed
  WHERE window_start + interval '${seconds} seconds' <= until
)
SELECT count(*) FILTER (WHERE same) || ' ' || count(*) FILTER (WHERE same IS NOT TRUE) FROM compared`;

/** Speeding alerts that should be there, beside those that are: how many are the same, and how many differ. Those of the last dwell time are still to come. */
export const differingSpeeding = (limit: number, margin: number, dwellSeconds: number, again: Again[]) => `
WITH counted AS (
  ${countedRows(again)}
), decided AS (
  SELECT vehicle_id, ts, CASE WHEN speed > ${limit} THEN 1 ELSE 0 END AS state FROM counted WHERE speed > ${limit} OR speed <= ${limit - margin}
), neighbours AS (
  SELECT *, coalesce(lag(state) OVER w, 0) AS before FROM decided WINDOW w AS (PARTITION BY vehicle_id ORDER BY ts)
), crossings AS (
  SELECT *, lead(ts) OVER w AS next FROM neighbours WHERE state <> before WINDOW w AS (PARTITION BY vehicle_id ORDER BY ts)
), lasting AS (
  SELECT *, coalesce(lag(state) OVER w, 0) AS state_before FROM crossings
  WHERE next IS NULL OR next > ts + interval '${dwellSeconds} seconds' WINDOW w AS (PARTITION BY vehicle_id ORDER BY ts)
), expected AS (SELECT vehicle_id, ts FROM lasting WHERE state = 1 AND state_before = 0),
found AS (SELECT vehicle_id, ts, 1 AS one FROM vehicle_alert WHERE kind = 'speeding'),
closed AS (SELECT max(window_end) - interval '${dwellSeconds + 10} seconds' AS until FROM vehicle_window)
SELECT count(*) FILTER (WHERE e.ts IS NOT NULL AND one = 1) || ' ' || count(*) FILTER (WHERE e.ts IS NULL OR one IS NULL)
FROM expected e FULL JOIN found f USING (vehicle_id, ts), closed WHERE coalesce(e.ts, f.ts) < until`;
