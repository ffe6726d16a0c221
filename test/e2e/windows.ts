/**
 * What the stream job should have written, worked out by PostgreSQL from the raw rows alone, beside what it wrote: windows that differ.
 * Events that came too late are in vehicle_late and count in no window. The last window may still be on its way.
 */
export const differingWindows = (seconds: number) => `
WITH counted AS (
  SELECT * FROM telemetry t WHERE NOT EXISTS (SELECT FROM vehicle_late l WHERE l.vehicle_id = t.vehicle_id AND l.ts = t.ts)
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
