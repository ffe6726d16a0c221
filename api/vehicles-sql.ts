/**
 * The beginning of a query over each vehicle with a row that meets the condition: a table `vehicle(id)`, whose last row is NULL. It finds the
 * next vehicle by one index probe, however many rows there are. DISTINCT ON would read every row, and TimescaleDB's own skip scan is not in
 * its Apache build.
 */
export const eachVehicle = (condition: string): string => `WITH RECURSIVE vehicle(id) AS (
  (SELECT vehicle_id FROM telemetry WHERE ${condition} ORDER BY vehicle_id LIMIT 1)
  UNION ALL
  SELECT (SELECT vehicle_id FROM telemetry WHERE vehicle_id > vehicle.id AND ${condition} ORDER BY vehicle_id LIMIT 1)
  FROM vehicle WHERE vehicle.id IS NOT NULL)`;
