import {FIGURE_NAMES, MEASURES, PLACE, TIME, VEHICLE} from "../../../api/event.ts";
import {isPlace, kmBetween, mostKm} from "../../../api/geo-sql.ts";
import type {ResolvedSpec} from "../../../api/pipeline.ts";
import {secondsOf} from "../../../api/quantities.ts";
import {alertViews} from "./crossings.ts";
import {fieldsOf} from "./fields.ts";
import type {Statements} from "./statements.ts";
import {interval, text} from "./text.ts";

/** The servers that the job reads and writes; credentials are put in by the pod (workloads/flink/bin/render-sql.sh). */
export interface FlinkEndpoints {
  brokers: string;
  topic: string;
  /** A partition that is silent for longer holds no window back. Longer than any restart, or what it then brings would come too late. */
  idle: string;
  alertsTopic: string;
  group: string;
  /** Kafka client properties. */
  properties: Record<string, string>;
  jdbcUrl: string;
}

/** Brokers number the records of one partition in time to this; a leader that takes over may have another clock. */
const CLOCK_SLACK_SECONDS = 2;

const figures = FIGURE_NAMES.join(", ");
const within = ({name, min, max}: {name: string; min: number; max: number}): string =>
  `${name} BETWEEN ${min} AND ${max}`;

const options = (values: Record<string, string>) =>
  Object.entries(values)
    .map(([key, value]) => `  ${text(key)} = ${text(value)}`)
    .join(",\n");

/**
 * The job as one script. What is late is decided by when Kafka got an event, not by what the job has seen so far: the same events give the
 * same windows after every restart and replay.
 *
 * @param run whether the statements run or are only explained
 */
export function flinkSql(
  {flink, event}: Pick<ResolvedSpec, "flink" | "event">,
  at: FlinkEndpoints,
  user: Statements,
  run: "EXECUTE" | "EXPLAIN",
): string {
  const lateness = secondsOf(flink.lateness);
  const fields = fieldsOf(event.fields);
  return `SET 'table.local-time-zone' = 'UTC';

CREATE TEMPORARY TABLE telemetry (
  vehicle_id STRING, \`timestamp\` TIMESTAMP_LTZ(3),
  ${FIGURE_NAMES.map((name) => `${name} DOUBLE`).join(", ")},${fields.definitions}
  ${fields.arrived} TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  WATERMARK FOR \`timestamp\` AS ${fields.arrived} - ${interval(lateness + CLOCK_SLACK_SECONDS)}
) WITH (
${options({
  connector: "kafka",
  topic: at.topic,
  "properties.bootstrap.servers": at.brokers,
  "properties.group.id": at.group,
  ...Object.fromEntries(Object.entries(at.properties).map(([key, value]) => [`properties.${key}`, value])),
  // As the ingesters: what a producer took back is in no window.
  "properties.isolation.level": "read_committed",
  "scan.startup.mode": "earliest-offset",
  "scan.topic-partition-discovery.interval": "30 s",
  "scan.watermark.idle-timeout": at.idle,
  format: "json",
  "json.timestamp-format.standard": "ISO-8601",
  "json.ignore-parse-errors": "true",
})}
);

-- What the ingesters accept; they put the rest into the dead-letter topic. A reading that is missing or none is NULL.
CREATE TEMPORARY VIEW valid_event AS
SELECT vehicle_id, \`timestamp\` AS ts, ${PLACE.map(({name}) => name).join(", ")},
  ${MEASURES.map((measure) => `CASE WHEN ${within(measure)} THEN ${measure.name} END AS ${measure.name}`).join(",\n  ")},
  ${fields.arrived === "arrived" ? "" : `${fields.arrived} AS `}arrived${fields.selected}
FROM telemetry
WHERE REGEXP(vehicle_id, ${text(VEHICLE.pattern)}) AND ${PLACE.map(within).join(" AND ")}
  AND \`timestamp\` >= TIMESTAMP '${TIME.earliest.slice(0, 19).replace("T", " ")}' AND \`timestamp\` <= ${fields.arrived} + INTERVAL '${TIME.aheadHours}' HOUR;

CREATE TEMPORARY VIEW on_time AS SELECT * FROM valid_event WHERE arrived <= ts + ${interval(lateness)};
CREATE TEMPORARY VIEW late AS SELECT * FROM valid_event WHERE arrived > ts + ${interval(lateness)};

-- Each event with its vehicle's last place and speed up to then: a receiver without a fix sends what is none. LAST_VALUE passes over NULL.
CREATE TEMPORARY VIEW event_place AS
SELECT *, LAST_VALUE(CASE WHEN has_fix THEN latitude END) OVER past AS place_latitude,
  LAST_VALUE(CASE WHEN has_fix THEN longitude END) OVER past AS place_longitude,
  LAST_VALUE(CASE WHEN has_fix THEN CAST(ts AS TIMESTAMP_LTZ(3)) END) OVER past AS place_ts,
  LAST_VALUE(speed) OVER past AS last_speed
FROM (SELECT *, ${isPlace()} AS has_fix FROM on_time)
WINDOW past AS (PARTITION BY vehicle_id ORDER BY ts ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW);

-- Each event beside the one before of its vehicle; of events of one time the first stays, as in the stores.
CREATE TEMPORARY VIEW event_pair AS
SELECT *, ${kmBetween("before_place_latitude", "before_place_longitude", "place_latitude", "place_longitude")} AS step_km,
  ${mostKm("TIMESTAMPDIFF(SECOND, before_place_ts, place_ts)")} AS most_km
FROM (
  SELECT *, COUNT(*) OVER pair AS events, FIRST_VALUE(ts) OVER pair AS before_ts,
    FIRST_VALUE(latitude) OVER pair AS before_latitude, FIRST_VALUE(longitude) OVER pair AS before_longitude,
    CASE WHEN COUNT(last_speed) OVER pair = 2 THEN FIRST_VALUE(last_speed) OVER pair END AS before_speed,
    FIRST_VALUE(place_latitude) OVER pair AS before_place_latitude,
    FIRST_VALUE(place_longitude) OVER pair AS before_place_longitude, FIRST_VALUE(place_ts) OVER pair AS before_place_ts
  FROM event_place WINDOW pair AS (PARTITION BY vehicle_id ORDER BY ts ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
) WHERE events = 1 OR before_ts <> ts;

-- A step from place to place that no vehicle can have driven counts for nothing.
CREATE TEMPORARY VIEW vehicle_event AS
SELECT vehicle_id, ts, ${figures}, events = 1 AS is_first, has_fix,
  before_latitude, before_longitude, before_speed,
  CASE WHEN step_km <= most_km THEN step_km ELSE 0E0 END AS distance_km,
  CASE WHEN NOT has_fix OR step_km > most_km THEN 1 ELSE 0 END AS left_out${fields.passed}
FROM event_pair;

CREATE TEMPORARY TABLE vehicle_window (
  vehicle_id STRING, window_start TIMESTAMP(3), window_end TIMESTAMP(3), \`count\` BIGINT, avg_speed DOUBLE, max_speed DOUBLE,
  avg_temperature DOUBLE, avg_humidity DOUBLE, distance_km DOUBLE, left_out BIGINT,${fields.windows.columns} PRIMARY KEY (vehicle_id, window_start) NOT ENFORCED
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

${alertViews(flink)}

${user.definitions.map((statement) => `${statement};\n`).join("")}
${run} STATEMENT SET BEGIN
INSERT INTO vehicle_window
SELECT vehicle_id, window_start, window_end, COUNT(*), AVG(speed), MAX(speed), AVG(temperature), AVG(humidity), SUM(distance_km),
  CAST(SUM(left_out) AS BIGINT)${fields.windows.values}
FROM TABLE(TUMBLE(TABLE vehicle_event, DESCRIPTOR(ts), ${interval(secondsOf(flink.window))}))
GROUP BY vehicle_id, window_start, window_end;
INSERT INTO vehicle_late SELECT vehicle_id, CAST(ts AS TIMESTAMP(3)), CAST(arrived AS TIMESTAMP(3)) FROM late;
INSERT INTO vehicle_alert SELECT vehicle_id, CAST(ts AS TIMESTAMP(3)), kind, subject, \`value\`, latitude, longitude FROM alert;
INSERT INTO alert_topic SELECT vehicle_id, ts, kind, subject, \`value\`, latitude, longitude FROM alert;
${user.inserts.map((statement) => `${statement};\n`).join("")}END;
`;
}

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
