import {expect, test} from "vitest";
import type {EventMapping} from "../components/event.ts";
import {createPlainReader} from "./plain.ts";
import {createReader} from "./read.ts";
import {plainRow} from "./row.ts";

const read = createPlainReader({})!;
const ofText = (text: string) => read(Buffer.from(text));

const good = {
  vehicle_id: "vehicle-1",
  timestamp: "2026-01-02T03:04:05.678Z",
  latitude: 48.123456,
  longitude: -11.5,
  speed: 0,
  temperature: -3.25,
  humidity: 80,
};
const json = JSON.stringify(good);

test.each([
  ["as JavaScript writes it", json],
  ["as Python writes it", json.replaceAll(/([:,])(?=["\d-])/g, "$1 ").replace("03: 04: 05", "03:04:05")],
  ["on several lines", `\r\n${JSON.stringify(good, null, "\t")} \n`],
  ["in another order", JSON.stringify(Object.fromEntries(Object.entries(good).reverse()))],
  ["with a negative zero", json.replace('"speed":0', '"speed":-0')],
  ["with every digit that is exact", json.replace("48.123456", "48.1234567890123")],
])("an event %s is read from its bytes", (_, text) => {
  expect(ofText(text)).toEqual(plainRow(JSON.parse(text)));
  expect(ofText(text)).toBeDefined();
});

test.each([
  "",
  "{}",
  json.slice(0, -1),
  `${json}{}`,
  `[${json}]`,
  json.replace("{", '{"speed":1,'),
  json.replace("}", ',"more":1}'),
  json.replace('"humidity":80', '"humidity":null'),
  json.replace('"latitude":48.123456,', ""),
  json.replace(/"timestamp":"[^"]*",/, ""),
  json.replace('"humidity":80', '"humidity":100.001'),
  json.replace('"humidity":80', '"humidity":8e1'),
  json.replace('"humidity":80', '"humidity":080'),
  json.replace('"humidity":80', '"humidity":80.'),
  json.replace('"humidity":80', '"humidity":.8'),
  json.replace('"humidity":80', '"humidity":+80'),
  json.replace('"humidity":80', '"humidity":"80"'),
  json.replace('"humidity":80', '"humidity":80.0000000000000001'),
  json.replace('"humidity":80', '"humidit\\u0079":80'),
  json.replace("vehicle-1", ""),
  json.replace("vehicle-1", "a".repeat(65)),
  json.replace("vehicle-1", "véhicule"),
  json.replace("vehicle-1", "vehicle\\u002d1"),
  json.replace("2026-01-02", "2026-02-30"),
  json.replace("2026-01-02", "1999-01-02"),
  json.replace("2026-01-02", "9026-01-02"),
  json.replace("05.678Z", "05.678+00:00"),
  json.replace("05.678Z", "60.678Z"),
  "\ufeff".concat(json),
])("a closer look is left to others: %s", (text) => {
  expect(ofText(text)).toBeUndefined();
});

test("whatever is read from bytes is what JSON says, for thousands of texts that are nearly right", () => {
  let state = 11;
  const random = (below: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  let taken = 0;
  for (let round = 0; round < 20_000; round++) {
    const event = {
      vehicle_id: `v${random(50)}`,
      timestamp: new Date(Date.UTC(2020, 0, 1) + random(2_000_000_000)).toISOString(),
      latitude: (random(180_000_000) - 90_000_000) / 1e6,
      longitude: (random(360_000_000) - 180_000_000) / 10 ** random(9),
      speed: random(1_000) / 2,
      temperature: random(1_000) / 1e5 - 3,
      humidity: random(120),
    };
    const bytes = Buffer.from(JSON.stringify(event));
    if (random(3) === 0) bytes[random(bytes.length)] = '0123456789.-+eE ":,{}\n'.charCodeAt(random(22));
    const row = read(bytes);
    if (!row) continue;
    taken++;
    expect(row).toEqual(plainRow(JSON.parse(bytes.toString())));
  }
  expect(taken).toBeGreaterThan(3_000);
});

const MS = Date.parse(good.timestamp);

test.each<[string, EventMapping, object]>([
  [
    "names below others, milliseconds, units",
    {
      vehicle: {path: "device.id"},
      time: {path: "device.ts"},
      fields: [
        {name: "latitude", path: "gps.lat", unit: "Microdegrees"},
        {name: "longitude", path: "gps.lon", scale: 0.1},
        {name: "speed", unit: "Knots"},
        {name: "temperature", unit: "Kelvin", scale: 0.1},
      ],
    },
    {device: {ts: MS, id: "v"}, gps: {lat: 48_123_456, lon: 115.5}, speed: 9.1, temperature: 2_951.5, humidity: 5},
  ],
  ["a sensor that is not there", {}, {...good, humidity: undefined}],
  ["a time in milliseconds", {}, {...good, timestamp: MS}],
  ["a name with a dot", {vehicle: {path: '["a.b"]'}}, {...good, vehicle_id: undefined, "a.b": "v"}],
])("%s are read from the bytes as from JSON", (_, mapping, event) => {
  const value = Buffer.from(JSON.stringify(event));
  const row = createPlainReader(mapping)?.(value);
  expect(row).toBeDefined();
  // A list of one event is read as JSON.
  const {rows} = createReader(mapping)({key: null, value: Buffer.from(`[${value}]`)});
  expect(rows).toEqual([row]);
});

test.each<[string, EventMapping]>([
  ["several places", {vehicle: {path: "imei | id"}}],
  ["a header", {vehicle: {path: "@header.device"}}],
  ["an entry of a list", {fields: [{name: "speed", path: "sensors[0]"}]}],
  ["the whole message", {vehicle: {path: "$.device"}}],
  ["an envelope", {events: "data"}],
  ["seconds", {time: {format: "Seconds"}}],
  ["values that stand for none", {fields: [{name: "humidity", nulls: [255]}]}],
  ["one field for two readings", {fields: [{name: "humidity", path: "temperature"}]}],
  ["a field that is also an object", {vehicle: {path: "speed.id"}}],
])("a mapping with %s is left to others", (_, mapping) => {
  expect(createPlainReader(mapping)).toBeUndefined();
});
