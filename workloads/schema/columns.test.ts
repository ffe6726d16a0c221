import {expect, test} from "vitest";
import type {EventColumn} from "../../api/event/columns.ts";
import {addition, missingOf, unnotedOf} from "./columns.ts";

const columns: EventColumn[] = [
  {name: "odometer", type: "bigint"},
  {name: "door", type: "boolean"},
];

test("what is missing is added without a default, and what is there stays", () => {
  const missing = missingOf("timescaledb", columns, {odometer: "bigint", note: "text"}, []);
  expect(addition("timescaledb", missing)).toBe('ALTER TABLE telemetry ADD COLUMN IF NOT EXISTS "door" boolean');
  expect(addition("cassandra", columns)).toBe('ALTER TABLE telemetry ADD ("odometer" bigint, "door" boolean)');
  expect(missingOf("cassandra", columns, {odometer: "bigint", door: "boolean", old: "text"}, [])).toEqual([]);
});

test("another type is refused with what to do, also where the store has one type for both", () => {
  expect(() => missingOf("timescaledb", columns, {odometer: "integer"}, [])).toThrow(
    "spec.event.fields: column telemetry.odometer is integer, not bigint. Its data would not survive: put the type back, or give the field another name",
  );
  const json: EventColumn[] = [{name: "doors", type: "json"}];
  expect(() => missingOf("cassandra", json, {doors: "text"}, [{name: "doors", type: "string"}])).toThrow(
    "column telemetry.doors is string, not json",
  );
  expect(missingOf("cassandra", json, {doors: "text"}, [{name: "doors", type: "json"}])).toEqual([]);
});

test("a column that somebody else made, or a set-up that was cut off, is noted all the same", () => {
  expect(unnotedOf(columns, [{name: "door"}, {name: "old"}])).toEqual([columns[0]]);
});
