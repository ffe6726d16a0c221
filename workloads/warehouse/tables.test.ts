import {expect, test} from "vitest";
import {TABLES} from "../../api/components/warehouse.ts";
import {contains} from "../lib/contains.ts";
import {markOf, rules, supervisor, tableOf, type Wanted} from "./tables.ts";

const WANTED: Wanted = {
  table: "telemetry",
  pipeline: "fleet",
  topic: "telemetry.canonical",
  consumer: {"bootstrap.servers": "kafka:9092"},
  columns: [],
  handoffSeconds: 3_600,
  retention: {events: 86_400},
  copies: 1,
};
const specOf = (name: (typeof TABLES)[number], more: Partial<Wanted> = {}): any =>
  supervisor(name, {...WANTED, ...more}).spec;

test("each table reads what was committed, from the oldest event on", () => {
  for (const name of TABLES) {
    const {dataSchema, ioConfig} = specOf(name);
    expect(dataSchema.dataSource).toBe(tableOf("telemetry", name));
    expect(ioConfig).toMatchObject({
      topic: "telemetry.canonical",
      useEarliestOffset: true,
      consumerProperties: {"isolation.level": "read_committed", "bootstrap.servers": "kafka:9092"},
    });
  }
});

test("a record without an event, by which a silent partition is known, is no row", () => {
  const {transformSpec, timestampSpec} = specOf("events").dataSchema;
  expect(transformSpec.filter).toEqual({type: "not", field: {type: "null", column: "vehicle_id"}});
  expect(timestampSpec.missingValue).toMatch(/^1970/);
});

test("fields of the spec are columns of their types, and numbers among them have figures", () => {
  const columns: Wanted["columns"] = [
    {name: "door_open", type: "boolean"},
    {name: "fuel", type: "float"},
    {name: "odometer", type: "bigint"},
    {name: "tyres", type: "json"},
  ];
  expect(specOf("events", {columns}).dataSchema.dimensionsSpec.dimensions.slice(-4)).toEqual([
    "door_open",
    {type: "double", name: "fuel"},
    {type: "long", name: "odometer"},
    {type: "json", name: "tyres"},
  ]);
  const names = specOf("hour", {columns}).dataSchema.metricsSpec.map(({name}: any) => name);
  expect(names).toEqual(expect.arrayContaining(["events", "vehicles", "fuel_sum", "odometer_max", "speed_quantiles"]));
  expect(names.join()).not.toContain("door_open");
});

test("a change of the event, or of the time to hand over, is another mark; the same is the same", () => {
  const marks = [{}, {}, {handoffSeconds: 60}, {columns: [{name: "fuel", type: "float"}]} as Partial<Wanted>].map(
    (more) => markOf(supervisor("events", {...WANTED, ...more})),
  );
  expect(marks[0]).toBe(marks[1]);
  expect(new Set(marks).size).toBe(3);
});

test("rows past the retention are dropped, those of a table without one never", () => {
  expect(rules("events", WANTED)).toEqual([
    expect.objectContaining({type: "loadByPeriod", period: "PT86400S"}),
    {type: "dropForever"},
  ]);
  expect(rules("day", WANTED)).toEqual([expect.objectContaining({type: "loadForever"})]);
});

test.each([
  [{a: 1, b: {c: [1, 2]}, d: "default"}, true],
  [{a: 1, b: {c: [1]}}, false],
  [{a: 1}, false],
  [undefined, false],
])("what a server has, with its own defaults, is compared with what is wanted: %j", (has, same) => {
  expect(contains(has, {a: 1, b: {c: [1, 2]}})).toBe(same);
});
