import cassandra from "cassandra-driver";
import {expect, test} from "vitest";
import type {Row} from "../telemetry.ts";
import {binder, statementsOf} from "./cassandra-statements.ts";

const {unset} = cassandra.types;
const bound = binder([]);
const figures = {latitude: 1, longitude: 2, speed: 3, temperature: 4, humidity: 5, extra: null};
const row = (second: number, more: object = {}) =>
  ({vehicle_id: "v", ts: new Date(Date.UTC(2026, 0, 1) + second * 1_000), ...figures, ...more}) as Row;

test("a statement holds rows of one partition, as many as one of a few sizes up to 64, and no row is lost", () => {
  const rows = Array.from({length: 700}, (_, index) => ({
    vehicle_id: `v${index % 3}`,
    ts: new Date(Date.UTC(2026, 0, 1 + (index % 2)) + index),
  })) as Row[];
  const statements = statementsOf(rows);
  expect(new Set(statements.flat())).toEqual(new Set(rows));
  expect(statements.slice(0, 4).map(({length}) => length)).toEqual([64, 64, 64, 64]);
  for (const statement of statements) {
    expect(bound(statement).query).toBeDefined();
    expect(new Set(statement.map((row) => `${row.vehicle_id} ${row.ts.getUTCDate()}`)).size).toBe(1);
  }
});

test.each([
  ["further fields", {extra: "x".repeat(200_000)}],
  ["fields of the spec", {fields: [1, "x".repeat(200_000), null]}],
])("large rows do not add up to more than Cassandra takes at once: by %s", (_, more) => {
  const rows = Array.from({length: 10}, (_, index) => row(index, more));
  expect(statementsOf(rows).map(({length}) => length)).toEqual(Array(10).fill(1));
});

test.each([
  ["one row", [row(1)], 8],
  ["a row with further fields", [row(1, {extra: '{"a":1}'})], 10],
  ["a row with a flag", [row(1, {quality_flags: 4})], 10],
  ["a batch", [row(1), row(2)], 16],
  ["a batch, some with further fields", [row(1), row(2, {extra: "1"}), row(3), row(4)], 40],
])("%s has a value for each mark of its statement", (_, rows, values) => {
  const {query, params} = bound(rows);
  expect([query.split("?").length - 1, params.length]).toEqual([values, values]);
  expect(/^BEGIN UNLOGGED BATCH .*APPLY BATCH$/.test(query)).toBe(rows.length > 1);
  expect(query.includes("extra,quality_flags")).toBe(values % 10 === 0);
});

test("what is absent is never a null, which would be a tombstone", () => {
  const absent = {temperature: null, humidity: null};
  const {params} = bound([row(1, absent), row(2, {extra: "{}"})]);
  expect(params.slice(3, 9)).toEqual([1, 2, 3, unset, unset, unset]);
  expect(params).not.toContain(null);
  expect(params.slice(13)).toEqual([1, 2, 3, 4, 5, "{}", unset]);
});

test("fields of the spec follow the figures, and what of them is absent is left out", () => {
  const fields = binder([
    {name: "odometer", type: "bigint"},
    {name: "door", type: "boolean"},
  ]);
  const {query, params} = fields([row(1, {fields: [7n, null]}), row(2)]);
  expect(query).toContain('humidity,"odometer","door") VALUES');
  expect(String(params[8])).toBe("7");
  expect([params[9], params[18], params[19]]).toEqual([unset, unset, unset]);
});
