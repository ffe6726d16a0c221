import {expect, test} from "vitest";
import type {EventColumn} from "../../api/event/columns.ts";
import {createReader} from "../../api/event/read.ts";
import {canonicalText} from "./event.ts";

const FIELDS: EventColumn[] = [
  {name: "odometer", type: "bigint", min: 0, path: "body.km"},
  {name: "door", type: "boolean"},
  {name: "note", type: "string"},
  {name: "axles", type: "json"},
];
const MAPPING = {
  vehicle: {path: "imei"},
  time: {path: "ts"},
  fields: [
    {name: "latitude" as const, path: "gps.lat"},
    {name: "longitude" as const, path: "gps.lon"},
    {name: "speed" as const, path: "gps.kn", unit: "Knots" as const},
  ],
};
const message = (value: unknown) => ({
  key: null,
  value: Buffer.from(typeof value === "string" ? value : JSON.stringify(value)),
  timestamp: "0",
});
const textsOf = (value: unknown, mapping = {}, fields: EventColumn[] = []) =>
  createReader(mapping, fields)(message(value)).rows.map(canonicalText(fields));

const tracker = {imei: 867946050786710, ts: 1764000266752, gps: {lat: 48.05, lon: 11.57, kn: 10}};
const plain = {
  vehicle_id: "v1",
  timestamp: "2025-11-24T16:04:26.752Z",
  latitude: 48.05,
  longitude: 11.57,
  speed: 18.52,
};

test("an event of a mapping is one of the default format, in its units, with its other fields", () => {
  const [text] = textsOf({...tracker, hold: {door: true}}, MAPPING);
  expect(JSON.parse(text!)).toEqual({...plain, vehicle_id: "867946050786710", hold: {door: true}});
});

test("what has the name of a column and is not its value is left out: it would be read as such", () => {
  const others = {vehicle_id: "other", speed: 99, timestamp: "yesterday", humidity: "wet"};
  const [text] = textsOf({...tracker, ...others, kept: 1}, MAPPING);
  expect(JSON.parse(text!)).toEqual({...plain, vehicle_id: "867946050786710", kept: 1});
  expect(text!.match(/"speed"/g)).toHaveLength(1);
});

test("a reading that is none is missing, and a time finer than milliseconds is cut to them", () => {
  const [text] = textsOf({...plain, speed: 999, timestamp: "2025-11-24T17:04:26.752999+01:00"});
  expect(JSON.parse(text!)).toEqual({...plain, speed: undefined});
});

test("fields of the spec stand under their own names, in every digit; a value that is none of its type is left out", () => {
  const event =
    '{"body":{"km":9007199254740993},"door":"open","note":42,"axles":[{"kg":1.10}],"serial":9007199254740995}';
  const [text] = textsOf(`${JSON.stringify(plain).slice(0, -1)},${event.slice(1)}`, {}, FIELDS);
  expect(text).toContain('"odometer":9007199254740993,"note":"42","axles":[{"kg":1.10}]');
  expect(text).toContain('"serial":9007199254740995');
  expect(JSON.parse(text!)).not.toHaveProperty("door");
});

test.each([
  [JSON.stringify(plain), {}],
  [JSON.stringify({...plain, latitude: null, longitude: null}), {}],
  [`[${JSON.stringify(plain)},${JSON.stringify({...plain, more: {deep: [1, "2"]}})}]`, {}],
  [JSON.stringify({...tracker, hold: {door: true}}), MAPPING],
])("the default reader makes of it the row that it was: %s", (value, mapping) => {
  const rows = createReader(mapping)(message(value)).rows;
  const again = rows.map(canonicalText([])).flatMap((text) => createReader()(message(text)).rows);
  expect(again).toEqual(rows);
});
