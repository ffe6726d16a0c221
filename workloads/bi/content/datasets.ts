import {FLAGS} from "../../../api/event/quality.ts";
import type {Dataset} from "./model.ts";
import {predicted} from "./predictions.ts";

/** The hour before the last full one: later hours may not be in the table of hours yet. */
const RECENT = "date_trunc('hour', now()) - interval '1 hour'";

/** A mean of hours that have no reading, or of a few, counts for so many. */
const mean = (measure: string): string => `SUM(avg_${measure} * count_${measure}) / NULLIF(SUM(count_${measure}), 0)`;
/** A metre a second of a standing receiver is no drive. */
const MOVED = "max_speed >= 5";

const hours: Dataset = {
  title: "Vehicle hours",
  description:
    "A row for each vehicle and hour in which it sent something, up to now, with its present plate and group.",
  source: "timescaledb",
  sql: `SELECT hours.*, known.plate, known.group_name FROM (SELECT vehicle_id, hour, count AS events, avg_speed, max_speed, count_speed,
  min_temperature, avg_temperature, max_temperature, count_temperature, avg_humidity, count_humidity
FROM telemetry_hourly WHERE hour < ${RECENT}
UNION ALL
SELECT vehicle_id, date_trunc('hour', ts), count(*), avg(speed), max(speed), count(speed),
  min(temperature), avg(temperature), max(temperature), count(temperature), avg(humidity), count(humidity)
FROM telemetry WHERE ts >= ${RECENT} GROUP BY 1, 2) hours
LEFT JOIN vehicle_current known ON known.vehicle_id = hours.vehicle_id`,
  columns: {
    ...{vehicle_id: "text", plate: "text", group_name: "text", hour: "time", events: "number"},
    ...{avg_speed: "number", max_speed: "number", count_speed: "number"},
    ...{min_temperature: "number", avg_temperature: "number", max_temperature: "number", count_temperature: "number"},
    ...{avg_humidity: "number", count_humidity: "number"},
  },
  metrics: {
    events: {title: "Events", sql: "SUM(events)"},
    vehicles: {title: "Vehicles", sql: "COUNT(DISTINCT vehicle_id)", format: ",d"},
    mean_speed: {title: "Mean speed (km/h)", sql: mean("speed"), format: ",.1f"},
    top_speed: {title: "Top speed (km/h)", sql: "MAX(max_speed)", format: ",.0f"},
    hours: {title: "Vehicle hours", sql: "COUNT(*)", format: ",d"},
    moving: {
      title: "Vehicles on the move",
      sql: `COUNT(DISTINCT CASE WHEN ${MOVED} THEN vehicle_id END)`,
      format: ",d",
    },
    moved: {title: "Hours on the move", sql: `COUNT(CASE WHEN ${MOVED} THEN 1 END)`, format: ",d"},
    utilisation: {
      title: "Utilisation (%)",
      sql: `100.0 * COUNT(CASE WHEN ${MOVED} THEN 1 END) / COUNT(*)`,
      format: ",.1f",
    },
    days: {title: "Days", sql: "COUNT(DISTINCT date_trunc('day', hour))", format: ",d"},
    coldest: {title: "Lowest temperature (°C)", sql: "MIN(min_temperature)", format: ",.1f"},
    mean_temperature: {title: "Mean temperature (°C)", sql: mean("temperature"), format: ",.1f"},
    warmest: {title: "Highest temperature (°C)", sql: "MAX(max_temperature)", format: ",.1f"},
    mean_humidity: {title: "Mean humidity (%)", sql: mean("humidity"), format: ",.0f"},
    ...Object.fromEntries(
      ["speed", "temperature", "humidity"].map((measure) => [
        `without_${measure}`,
        {title: `Without ${measure} (%)`, sql: `100.0 * (1 - SUM(count_${measure}) / SUM(events))`, format: ",.2f"},
      ]),
    ),
    last: {title: "Last hour heard", sql: "MAX(hour)"},
  },
};

const now: Dataset = {
  title: "Vehicles now",
  description: "The newest event of each vehicle that sent one within the last hour, with its plate, group and driver.",
  source: "timescaledb",
  sql: `SELECT newest.*, known.plate, known.group_name, known.driver_name FROM (
  SELECT DISTINCT ON (vehicle_id) vehicle_id, ts, latitude, longitude, speed, temperature, humidity
  FROM telemetry WHERE ts > now() - interval '1 hour' ORDER BY vehicle_id, ts DESC) newest
LEFT JOIN vehicle_current known ON known.vehicle_id = newest.vehicle_id`,
  columns: {
    ...{vehicle_id: "text", plate: "text", group_name: "text", driver_name: "text"},
    ...{ts: "moment", latitude: "number", longitude: "number"},
    ...{speed: "number", temperature: "number", humidity: "number"},
  },
  metrics: {vehicles: {title: "Vehicles", sql: "COUNT(*)", format: ",d"}},
};

const doubts = Object.entries(FLAGS).map(([name, {bit}]) => `(${bit}, '${name}')`);

const doubtful: Dataset = {
  title: "Doubtful events",
  description: "Of the last 24 hours: a row for each vehicle, hour and kind of doubt (docs/data.md).",
  source: "timescaledb",
  sql: `SELECT vehicle_id, date_trunc('hour', ts) AS hour, doubt, count(*) AS events
FROM telemetry JOIN (VALUES ${doubts.join(", ")}) AS flag (bit, doubt) ON quality_flags & bit <> 0
WHERE ts > now() - interval '24 hours' AND quality_flags IS NOT NULL GROUP BY 1, 2, 3`,
  columns: {vehicle_id: "text", hour: "time", doubt: "text", events: "number"},
  metrics: {events: {title: "Doubtful events", sql: "COALESCE(SUM(events), 0)", format: ",d"}},
};

const alerts: Dataset = {
  title: "Alerts",
  description: "What Alertmanager has told the alert receiver: a row for each time that an alert fired.",
  source: "timescaledb",
  sql: `SELECT starts_at, ends_at, name, severity, status, summary, labels->>'vehicle_id' AS vehicle_id,
  EXTRACT(EPOCH FROM COALESCE(ends_at, now()) - starts_at) / 60 AS minutes
FROM alert`,
  columns: {
    ...{starts_at: "time", ends_at: "moment", name: "text", severity: "text", status: "text", summary: "text"},
    ...{vehicle_id: "text", minutes: "number"},
  },
  metrics: {
    alerts: {title: "Alerts", sql: "COUNT(*)", format: ",d"},
    firing: {title: "Firing now", sql: "COUNT(CASE WHEN status = 'firing' THEN 1 END)", format: ",d"},
    minutes: {title: "Mean minutes until resolved", sql: "AVG(minutes)", format: ",.0f"},
  },
};

const crossings: Dataset = {
  title: "Speeding and geofences",
  description: "What the stream job found: a row for each time that a vehicle was too fast or crossed a geofence.",
  source: "timescaledb",
  sql: "SELECT vehicle_id, ts, kind, subject, value FROM vehicle_alert",
  columns: {vehicle_id: "text", ts: "time", kind: "text", subject: "text", value: "number"},
  metrics: {
    crossings: {title: "Times", sql: "COUNT(*)", format: ",d"},
    vehicles: {title: "Vehicles", sql: "COUNT(DISTINCT vehicle_id)", format: ",d"},
  },
};

const minutes: Dataset = {
  title: "Fleet minutes",
  description: "A row for each minute of the whole fleet, from the warehouse.",
  source: "warehouse",
  sql: `SELECT __time AS "minute", events AS "events", speed_sum AS "speed_sum", speed_count AS "speed_count", speed_max AS "speed_max",
  temperature_sum AS "temperature_sum", temperature_count AS "temperature_count" FROM telemetry_minute`,
  columns: {
    ...{minute: "time", events: "number", speed_sum: "number", speed_count: "number", speed_max: "number"},
    ...{temperature_sum: "number", temperature_count: "number"},
  },
  metrics: {
    events: {title: "Events", sql: 'SUM("events")'},
    mean_speed: {title: "Mean speed (km/h)", sql: 'SUM("speed_sum") / SUM("speed_count")', format: ",.1f"},
    top_speed: {title: "Top speed (km/h)", sql: 'MAX("speed_max")', format: ",.0f"},
    mean_temperature: {
      title: "Mean temperature (°C)",
      sql: 'SUM("temperature_sum") / SUM("temperature_count")',
      format: ",.1f",
    },
  },
};

const vehicleDays: Dataset = {
  title: "Vehicle days",
  description: "A row for each vehicle and day, from the warehouse.",
  source: "warehouse",
  sql: `SELECT __time AS "day", vehicle_id AS "vehicle_id", events AS "events", speed_max AS "speed_max", speed_quantiles AS "speed_quantiles",
  temperature_max AS "temperature_max" FROM telemetry_day`,
  columns: {day: "time", vehicle_id: "text", events: "number", speed_max: "number", temperature_max: "number"},
  metrics: {
    events: {title: "Events", sql: 'SUM("events")'},
    vehicles: {title: "Vehicles", sql: 'COUNT(DISTINCT "vehicle_id")', format: ",d"},
    fast: {
      title: "Speed of 95 % of events (km/h)",
      sql: 'APPROX_QUANTILE_DS("speed_quantiles", 0.95)',
      format: ",.1f",
    },
    top_speed: {title: "Top speed (km/h)", sql: 'MAX("speed_max")', format: ",.0f"},
  },
};

const history: Dataset = {
  title: "All events",
  description: "Every event, from the lake.",
  source: "lake",
  sql: `SELECT vehicle_id, "timestamp" AS ts, speed, temperature, humidity FROM events`,
  columns: {vehicle_id: "text", ts: "time", speed: "number", temperature: "number", humidity: "number"},
  metrics: {
    events: {title: "Events", sql: "COUNT(*)"},
    vehicles: {title: "Vehicles", sql: "COUNT(DISTINCT vehicle_id)", format: ",d"},
    median_speed: {title: "Median speed (km/h)", sql: "MEDIAN(speed)", format: ",.1f"},
    warmest: {title: "Highest temperature (°C)", sql: "MAX(temperature)", format: ",.1f"},
  },
};

/** By name. The tables of the warehouse are those whose names begin with `table`. */
export const datasetsOf = (table: string): Record<string, Dataset> => ({
  hours,
  now,
  doubtful,
  alerts,
  crossings,
  predictions: predicted,
  minutes: {...minutes, sql: minutes.sql.replaceAll("telemetry_minute", `${table}_minute`)},
  vehicle_days: {...vehicleDays, sql: vehicleDays.sql.replaceAll("telemetry_day", `${table}_day`)},
  history,
});
