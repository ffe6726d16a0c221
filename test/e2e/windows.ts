/** Vehicle and time (ISO 8601) of an event that was in Kafka in time, and once more too late. */
export type Again = [vehicle: string, time: string];

/** Run where Kafka's credentials are: prints those events as JSON. The broker's clock decides, as in the job. */
export const againProgram = (latenessMs: number) => `
import {connectKafka} from "/app/workloads/lib/kafka.ts";
import {logger} from "/app/workloads/lib/process.ts";
import {readToEnd} from "/app/workloads/lib/read.ts";
import {parseEvent} from "/app/workloads/telemetry.ts";
const inTime = new Set();
const again = new Map();
const source = {topic: process.env.KAFKA_TOPIC, groupId: "again-" + process.pid + "-" + Date.now(), commit: false};
await readToEnd(connectKafka("again", logger("again", "stderr")), source, ({value, timestamp}) => {
  const {row} = parseEvent(value);
  if (!row) return;
  const id = row.vehicle_id + " " + row.ts.toISOString();
  if (Number(timestamp) - row.ts.getTime() <= ${latenessMs}) inTime.add(id);
  else if (inTime.has(id)) again.set(id, id.split(" "));
});
console.log(JSON.stringify([...again.values()]));
process.exit(0);`;

/** The raw rows that count: without those that came too late (vehicle_late), unless they had been there in time as well. */
export const countedRows = (again: Again[]) => `SELECT * FROM telemetry t WHERE NOT EXISTS (
    SELECT FROM vehicle_late l WHERE l.vehicle_id = t.vehicle_id AND l.ts = t.ts
  ) OR (vehicle_id, ts) IN (VALUES ${[["", "epoch"], ...again].map(([vehicle, time]) => `('${vehicle}', timestamptz '${time}')`).join(", ")})`;

/**
 * What the stream job should have written, worked out by PostgreSQL from the raw rows alone, beside what it wrote: the number of windows
 * that are the same and of those that differ. The last window may still be on its way.
 */
export const differingWindows = (seconds: number, again: Again[]) => `
WITH counted AS (
  ${countedRows(again)}
), moves AS (
  SELECT *, CASE WHEN lag(ts) OVER w IS NULL THEN 0 ELSE 2 * 6371.0088 * asin(least(1, sqrt(power(sin(radians(latitude - lag(latitude) OVER w) / 2), 2)
    + cos(radians(lag(latitude) OVER w)) * cos(radians(latitude)) * power(sin(radians(longitude - lag(longitude) OVER w) / 2), 2)))) END AS km
  FROM counted WINDOW w AS (PARTITION BY vehicle_id ORDER BY ts)
), expected AS (
  SELECT vehicle_id, time_bucket('${seconds} seconds', ts) AS window_start, count(*) AS n, avg(speed) AS speed, max(speed) AS fastest,
    avg(temperature) AS temperature, avg(humidity) AS humidity, sum(km) AS km
  FROM moves GROUP BY 1, 2
), closed AS (SELECT max(window_end) - interval '${seconds} seconds' AS until FROM vehicle_window),
compared AS (
  SELECT e.n IS NOT DISTINCT FROM g.count AND e.fastest = g.max_speed AND abs(e.speed - g.avg_speed) < 1e-9
    AND abs(e.temperature - g.avg_temperature) < 1e-9 AND abs(e.humidity - g.avg_humidity) < 1e-9
    AND abs(e.km - g.distance_km) < 1e-9 AND g.window_end = window_start + interval '${seconds} seconds' AS same
  FROM expected e FULL JOIN vehicle_window g USING (vehicle_id, window_start), closed
  WHERE window_start + interval '${seconds} seconds' <= until
)
SELECT count(*) FILTER (WHERE same) || ' ' || count(*) FILTER (WHERE same IS NOT TRUE) FROM compared`;
