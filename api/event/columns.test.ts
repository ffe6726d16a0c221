import {expect, test} from "vitest";
import {rawJSON} from "../exact-json.ts";
import {type ColumnType, type EventColumn, readColumn, restOf} from "./columns.ts";
import {createReader} from "./read.ts";

const of = (type: ColumnType, more: Partial<EventColumn> = {}): EventColumn => ({name: "x", type, ...more});

test.each<[ColumnType, unknown, unknown]>([
  ["double", 1.5, 1.5],
  ["double", "1e3", 1000],
  ["double", "warm", undefined],
  ["double", null, undefined],
  ["float", 0.1, Math.fround(0.1)],
  ["float", 1e300, undefined],
  ["int", 7, 7],
  ["int", 7.5, undefined],
  ["int", 2 ** 31, undefined],
  ["int", true, undefined],
  ["bigint", rawJSON("9007199254740993"), 9007199254740993n],
  ["bigint", "-9223372036854775808", -(2n ** 63n)],
  ["bigint", "9223372036854775808", undefined],
  ["boolean", false, false],
  ["boolean", "yes", undefined],
  ["boolean", 1, true],
  ["boolean", "false", false],
  ["boolean", 2, undefined],
  ["string", "a", "a"],
  ["string", 356938035643809, "356938035643809"],
  ["string", "a\0", undefined],
  ["string", {}, undefined],
  ["timestamp", "2026-01-01T01:00:00+01:00", new Date("2026-01-01T00:00:00Z")],
  ["timestamp", "soon", undefined],
  ["timestamp", 1_767_225_600, new Date("2026-01-01T00:00:00Z")],
  ["timestamp", 1_767_225_600_000, new Date("2026-01-01T00:00:00Z")],
  ["timestamp", "2126-01-01", new Date("2126-01-01T00:00:00Z")],
  ["timestamp", "1987-01-01T00:00:00Z", new Date("1987-01-01T00:00:00Z")],
  ["timestamp", "2026-01-01T00:00:00", undefined],
  ["json", {a: [rawJSON("1.10"), null]}, '{"a":[1.10,null]}'],
])("%s of %j is %s", (type, value, expected) => {
  expect(readColumn(of(type), value)).toEqual(expected);
});

test("what is out of range is none", () => {
  expect(readColumn(of("int", {min: 0, max: 100}), 101)).toBeUndefined();
  expect(readColumn(of("bigint", {min: 0}), -1)).toBeUndefined();
  expect(readColumn(of("double", {max: 5}), 5)).toBe(5);
});

test("columns and what is in none are one JSON text, which reads back as it was", () => {
  const columns = [
    of("float", {name: "f"}),
    of("bigint", {name: "b"}),
    of("timestamp", {name: "t"}),
    of("string", {name: "s"}),
  ];
  const values = [Math.fround(0.1), 2n ** 60n, new Date("2026-01-01T00:00:00Z"), 'a "b"'];
  expect(restOf(columns, values, '{"note":1}')).toBe(
    '{"f":0.1,"b":1152921504606846976,"t":"2026-01-01T00:00:00.000Z","s":"a \\"b\\"","note":1}',
  );
  expect(restOf(columns, [null, undefined, null, null], null)).toBeNull();
  expect(restOf(columns, [null, 1n, null, null], null)).toBe('{"b":1}');
});

const message = (event: string) => ({key: null, value: Buffer.from(event)});
const BASE = '"vehicle_id":"v","timestamp":"2026-01-01T00:00:00.000Z","latitude":1,"longitude":2';

test("a column takes its field's value, a value that is none stays beside it, and what is missing is none", () => {
  const read = createReader({}, [
    {name: "odometer", type: "bigint", path: "can.odo"},
    {name: "door", type: "boolean"},
  ]);
  const rowOf = (more: string) => read(message(`{${BASE},${more}}`)).rows[0];
  expect(rowOf('"can":{"odo":9007199254740993,"x":1},"door":"ajar"')).toMatchObject({
    fields: [9007199254740993n, null],
    extra: '{"can":{"x":1},"door":"ajar"}',
  });
  expect(rowOf('"odometer":5,"door":true')).toMatchObject({fields: [5n, true], extra: null});
  expect(rowOf('"speed":1,"temperature":1,"humidity":1')?.fields ?? []).toEqual([]);
});

test.each<[string, Partial<EventColumn>, unknown]>([
  ["a header", {path: "@header.region"}, "eu"],
  ["a field that the default format has", {path: "vehicle_id"}, "v"],
  ["the whole message", {path: "$.timestamp"}, "2026-01-01T00:00:00.000Z"],
])("an event with nothing but the default fields has a column that is in %s", (_, of, value) => {
  const read = createReader({}, [{name: "x", type: "string", ...of}]);
  const event = `{${BASE},"speed":1,"temperature":1,"humidity":1}`;
  expect(read({...message(event), headers: {region: "eu"}}).rows[0]?.fields).toEqual([value]);
});

test("an event without a field that is required is a dead letter", () => {
  const read = createReader({}, [{name: "door", type: "boolean", required: true}]);
  expect(read(message(`{${BASE},"speed":1,"temperature":1,"humidity":1}`)).problems).toEqual([
    {
      reason:
        "door: is missing; the event has vehicle_id, timestamp, latitude, longitude, speed, temperature, humidity",
    },
  ]);
  expect(read(message(`{${BASE},"door":"ajar"}`)).problems).toEqual([
    {reason: "door: is no boolean within its bounds"},
  ]);
});
