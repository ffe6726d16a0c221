import {secondsOf} from "../../operator/api/fields.ts";
import type {FlinkSpec} from "../../operator/api/profiles.ts";
import type {Statements} from "./flink-statements.ts";

/** Where the job reads and writes; credentials are put in by the pod (workloads/flink/bin/render-sql.sh). */
export interface FlinkEndpoints {
  brokers: string;
  topic: string;
  alertsTopic: string;
  group: string;
  /** Kafka client properties. */
  properties: Record<string, string>;
  jdbcUrl: string;
}

/** Brokers number the records of one partition in time to this; a leader that takes over may have another clock. */
const CLOCK_SLACK_SECONDS = 2;
/** A partition that is silent for longer holds no window back. Longer than any restart, or what it then brings would come too late. */
const IDLE = "60 s";
const EARTH_KM = 6371.0088;

/** A duration as SQL writes it: the planner refuses seconds of many digits. */
const interval = (seconds: number): string => {
  const clock = new Date((seconds % 86_400) * 1_000).toISOString().slice(11, 19);
  return `INTERVAL '${Math.floor(seconds / 86_400)} ${clock}' DAY TO SECOND`;
};

const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
const options = (values: Record<string, string>) =>
  Object.entries(values)
    .map(([key, value]) => `  ${text(key)} = ${text(value)}`)
    .join(",\n");

/** The great circle between two points by the haversine formula, km. */
const distance = (latitude: string, longitude: string, toLatitude: string, toLongitude: string) =>
  `2 * ${EARTH_KM}E0 * ASIN(LEAST(1E0, SQRT(POWER(SIN(RADIANS(${toLatitude} - ${latitude}) / 2), 2)
    + COS(RADIANS(${latitude})) * COS(RADIANS(${toLatitude})) * POWER(SIN(RADIANS(${toLongitude} - ${longitude}) / 2), 2))))`;

/**
 * The job as one script. What is late is decided by when Kafka got an event, not by what the job has seen so far: the same events give the
 * same windows after every restart and replay.
 *
 * @param run whether the statements run or are only explained
 */
export function flinkSql(flink: FlinkSpec, at: FlinkEndpoints, user: Statements, run: "EXECUTE" | "EXPLAIN"): string {
  const lateness = secondsOf(flink.lateness);
  const alerts = [speedingAlerts(flink), ...(flink.geofences ?? []).map(geofenceAlerts)];
  return `SET 'table.local-time-zone' = 'UTC';

CREATE TEMPORARY TABLE telemetry (
  vehicle_id STRING, \`timestamp\` TIMESTAMP_LTZ(3),
  latitude DOUBLE, longitude DOUBLE, speed DOUBLE, temperature DOUBLE, humidity DOUBLE,
  arrived TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  WATERMARK FOR \`timestamp\` AS arrived - ${interval(lateness + CLOCK_SLACK_SECONDS)}
) WITH (
${options({
  connector: "kafka",
  topic: at.topic,
  "properties.bootstrap.servers": at.brokers,
  "properties.group.id": at.group,
  ...Object.fromEntries(Object.entries(at.properties).map(([key, value]) => [`properties.${key}`, value])),
  "scan.startup.mode": "earliest-offset",
  "scan.topic-partition-discovery.interval": "30 s",
  "scan.watermark.idle-timeout": IDLE,
  format: "json",
  "json.timestamp-format.standard": "ISO-8601",
  "json.ignore-parse-errors": "true",
})}
);

-- What the ingesters accept; they put the rest into the dead-letter topic.
CREATE TEMPORARY VIEW valid_event AS
SELECT vehicle_id, \`timestamp\` AS ts, latitude, longitude, speed, temperature, humidity, arrived FROM telemetry
WHERE REGEXP(vehicle_id, '^[A-Za-z0-9._:-]{1,64}$') AND latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180
  AND speed BETWEEN 0 AND 500 AND temperature BETWEEN -90 AND 90 AND humidity BETWEEN 0 AND 100
  AND \`timestamp\` >= TIMESTAMP '2000-01-01 00:00:00' AND \`timestamp\` <= arrived + INTERVAL '24' HOUR;

CREATE TEMPORARY VIEW on_time AS SELECT * FROM valid_event WHERE arrived <= ts + ${interval(lateness)};
CREATE TEMPORARY VIEW late AS SELECT * FROM valid_event WHERE arrived > ts + ${interval(lateness)};

-- Each event beside the one before of its vehicle; of events of one time the first stays, as in the stores.
CREATE TEMPORARY VIEW vehicle_event AS
SELECT vehicle_id, ts, latitude, longitude, speed, temperature, humidity, places = 1 AS is_first,
  before_latitude, before_longitude, before_speed,
  ${distance("before_latitude", "before_longitude", "latitude", "longitude")} AS distance_km
FROM (
  SELECT *, COUNT(*) OVER pair AS places, FIRST_VALUE(ts) OVER pair AS before_ts,
    FIRST_VALUE(latitude) OVER pair AS before_latitude, FIRST_VALUE(longitude) OVER pair AS before_longitude,
    FIRST_VALUE(speed) OVER pair AS before_speed
  FROM on_time WINDOW pair AS (PARTITION BY vehicle_id ORDER BY ts ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
) WHERE places = 1 OR before_ts <> ts;

CREATE TEMPORARY TABLE vehicle_window (
  vehicle_id STRING, window_start TIMESTAMP(3), window_end TIMESTAMP(3), \`count\` BIGINT, avg_speed DOUBLE, max_speed DOUBLE,
  avg_temperature DOUBLE, avg_humidity DOUBLE, distance_km DOUBLE, PRIMARY KEY (vehicle_id, window_start) NOT ENFORCED
) WITH (
${jdbc(at, "vehicle_window")}
);
CREATE TEMPORARY TABLE vehicle_late (
  vehicle_id STRING, ts TIMESTAMP(3), arrived TIMESTAMP(3), PRIMARY KEY (vehicle_id, ts) NOT ENFORCED
) WITH (
${jdbc(at, "vehicle_late")}
);
CREATE TEMPORARY TABLE vehicle_alert (
  vehicle_id STRING, ts TIMESTAMP(3), kind STRING, subject STRING, \`value\` DOUBLE, latitude DOUBLE, longitude DOUBLE,
  PRIMARY KEY (vehicle_id, ts, kind, subject) NOT ENFORCED
) WITH (
${jdbc(at, "vehicle_alert")}
);
CREATE TEMPORARY TABLE alert_topic (
  vehicle_id STRING, ts TIMESTAMP_LTZ(3), kind STRING, subject STRING, \`value\` DOUBLE, latitude DOUBLE, longitude DOUBLE
) WITH (
${options({
  connector: "kafka",
  topic: at.alertsTopic,
  "properties.bootstrap.servers": at.brokers,
  ...Object.fromEntries(Object.entries(at.properties).map(([key, value]) => [`properties.${key}`, value])),
  "key.format": "raw",
  "key.fields": "vehicle_id",
  "value.format": "json",
  "value.json.timestamp-format.standard": "ISO-8601",
})}
);

CREATE TEMPORARY VIEW alert AS
${alerts.join("\nUNION ALL\n")};

${user.definitions.map((statement) => `${statement};\n`).join("")}
${run} STATEMENT SET BEGIN
INSERT INTO vehicle_window
SELECT vehicle_id, window_start, window_end, COUNT(*), AVG(speed), MAX(speed), AVG(temperature), AVG(humidity), SUM(distance_km)
FROM TABLE(TUMBLE(TABLE vehicle_event, DESCRIPTOR(ts), ${interval(secondsOf(flink.window))}))
GROUP BY vehicle_id, window_start, window_end;
INSERT INTO vehicle_late SELECT vehicle_id, CAST(ts AS TIMESTAMP(3)), CAST(arrived AS TIMESTAMP(3)) FROM late;
INSERT INTO vehicle_alert SELECT vehicle_id, CAST(ts AS TIMESTAMP(3)), kind, subject, \`value\`, latitude, longitude FROM alert;
INSERT INTO alert_topic SELECT vehicle_id, ts, kind, subject, \`value\`, latitude, longitude FROM alert;
${user.inserts.map((statement) => `${statement};\n`).join("")}END;
`;
}

/** Raised when the limit is passed, not again while the vehicle stays above it. */
const speedingAlerts = ({
  speedLimit,
}: FlinkSpec) => `SELECT vehicle_id, CAST(ts AS TIMESTAMP_LTZ(3)) AS ts, 'speeding' AS kind,
  CAST('${speedLimit} km/h' AS STRING) AS subject, speed AS \`value\`, latitude, longitude
FROM vehicle_event WHERE speed > ${speedLimit}E0 AND (is_first OR before_speed <= ${speedLimit}E0)`;

/**
 * Raised at the first event inside and at the first outside again. By the spherical law of cosines, its constants worked out here: what the
 * planner has to carry stays small. One query a circle: a join with a list would keep every event.
 */
const geofenceAlerts = ({name, latitude, longitude, radiusKm}: NonNullable<FlinkSpec["geofences"]>[number]) => {
  const radians = (latitude * Math.PI) / 180;
  const number = (value: number) => value.toExponential();
  const cosine = (point: string) =>
    `${number(Math.sin(radians))} * SIN(RADIANS(${point}latitude)) + ${number(Math.cos(radians))} * COS(RADIANS(${point}latitude)) * COS(RADIANS(${point}longitude - ${number(longitude)}))`;
  const inside = (point: string) => `(${cosine(point)} >= ${number(Math.cos(radiusKm / EARTH_KM))})`;
  return `SELECT vehicle_id, CAST(ts AS TIMESTAMP_LTZ(3)) AS ts,
  CASE WHEN ${inside("")} THEN 'geofence-entered' ELSE 'geofence-left' END AS kind,
  CAST(${text(name)} AS STRING) AS subject, ${number(EARTH_KM)} * ACOS(LEAST(1E0, ${cosine("")})) AS \`value\`, latitude, longitude
FROM vehicle_event WHERE ${inside("")} <> (NOT is_first AND ${inside("before_")})`;
};

const jdbc = ({jdbcUrl}: FlinkEndpoints, table: string) =>
  options({
    connector: "jdbc",
    url: jdbcUrl,
    username: "${PGUSER}",
    password: "${PGPASSWORD}",
    "table-name": table,
    "sink.buffer-flush.max-rows": "2000",
    "sink.buffer-flush.interval": "1s",
    "sink.max-retries": "5",
  });
