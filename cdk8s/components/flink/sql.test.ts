import {expect, test} from "vitest";
import {resolveSpec} from "../../../api/pipeline.ts";
import {flinkSql} from "./sql.ts";

const at = {
  brokers: "kafka:9092",
  topic: "telemetry",
  idle: "60 s",
  alertsTopic: "telemetry.alerts",
  group: "fleet-flink",
};
const sqlOf = (flink: object = {}, event: object = {}) =>
  flinkSql(
    resolveSpec({flink: {enabled: true, ...flink}, event} as any),
    {...at, properties: {}, jdbcUrl: "jdbc:postgresql://db/telemetry"},
    {definitions: [], inserts: []},
    "EXECUTE",
  );
const table = (sql: string, name: string) => new RegExp(`CREATE TEMPORARY TABLE ${name} [\\s\\S]*?;`).exec(sql)![0];

test("events that a producer took back are not read", () => {
  expect(table(sqlOf(), "telemetry")).toContain("'properties.isolation.level' = 'read_committed'");
});

test("a limit is passed back below its margin, and a state counts once it has lasted", () => {
  const sql = sqlOf({speedLimit: 100, speedMargin: 10, alertDwell: "20s"});
  expect(sql).toContain("speed > 1e+2");
  expect(sql).toContain("speed <= 9e+1");
  expect(sql).toContain("INTERVAL '0 00:00:20' DAY TO SECOND))");
  expect(sqlOf({speedLimit: 3})).toContain("speed <= 0e+0");
});

test("a geofence is left outside of the margin around it, and an event without a fix decides nothing", () => {
  const sql = sqlOf({geofences: [{name: "depot", latitude: 48, longitude: 11, radiusKm: 1}], geofenceMarginKm: 0.5});
  const cosine = (km: number) => Math.cos(km / 6371.0088).toExponential();
  expect(sql).toContain(`>= ${cosine(1)}`);
  expect(sql).toContain(`< ${cosine(1.5)}`);
  expect(sql).toMatch(/WHEN \(ABS\(latitude\) < 9e\+1 AND [^)]+\) >= 1e-3/);
});

test("a reading that is missing or out of range is none, and its event counts", () => {
  const view = /CREATE TEMPORARY VIEW valid_event AS[\s\S]*?;/.exec(sqlOf())![0];
  expect(view).toContain("CASE WHEN humidity BETWEEN 0 AND 100 THEN humidity END AS humidity");
  expect(view.split("WHERE")[1]).not.toMatch(/speed|temperature|humidity/);
});

test("fields of the spec are typed columns up to the last view, and a field may have any name", () => {
  const fields = ["arrived", "events", "select", "before_ts"].map((name) => ({name, type: "int"}));
  const sql = sqlOf({}, {fields});
  expect(table(sql, "telemetry")).toContain("_arrived TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL");
  expect(table(sql, "telemetry")).toContain("`arrived` INT,");
  const view = /CREATE TEMPORARY VIEW valid_event AS[\s\S]*?;/.exec(sql)![0];
  expect(view).toContain("_arrived AS arrived,");
  expect(view).toContain(
    "`arrived` AS `field_arrived`, `events` AS `field_events`, `select`, `before_ts` AS `field_before_ts`",
  );
  expect(table(sql, "vehicle_window")).toContain("`avg_select` DOUBLE,\n  `min_select` BIGINT,");
});
