import {expect, test} from "vitest";
import {type EventMapping, event, PRESETS} from "../components/event.ts";
import type {Message} from "./path.ts";
import {createReader} from "./read.ts";

const MS = Date.parse("2026-11-24T16:04:26.752Z");
const row = {
  vehicle_id: "truck-7",
  ts: new Date(MS),
  latitude: 48.05,
  longitude: 11.57,
  speed: 16.9,
  temperature: 21.6,
  humidity: 51.1,
  extra: null,
};
const {ts: _, extra: __, ...figures} = row;
const plain = {...figures, timestamp: new Date(MS).toISOString()};

/** By the schema that the API server checks too. */
const readerOf = (mapping: EventMapping) => createReader(event.schema.parse({mapping}).mapping);
const messageOf = (value: unknown, beside: Partial<Message> = {}): Message => ({
  key: null,
  value: Buffer.from(typeof value === "string" ? value : JSON.stringify(value)),
  ...beside,
});
const rowsOf = (mapping: EventMapping, value: unknown, beside?: Partial<Message>) => {
  const {rows, problems, lost} = readerOf(mapping)(messageOf(value, beside));
  return problems.length > 0 ? problems.map(({reason}) => reason) : lost.length > 0 ? {rows, lost} : rows;
};
const none = {speed: null, temperature: null, humidity: null};

test.each<[string, EventMapping, unknown, object?, Partial<Message>?]>([
  [
    "nested fields",
    {
      vehicle: {path: "imei"},
      time: {path: "meta.ts"},
      fields: [
        {name: "latitude", path: "gps.lat"},
        {name: "longitude", path: "gps.lon"},
        {name: "temperature", path: "sensors[1].value"},
        {name: "humidity", path: '["rel.hum"]'},
      ],
    },
    {
      imei: "truck-7",
      meta: {ts: MS},
      gps: {lat: 48.05, lon: 11.57, sats: 7},
      sensors: [{value: 1}, {value: 21.6}],
      speed: 16.9,
      "rel.hum": 51.1,
      battery: 12.5,
    },
    {extra: '{"gps":{"sats":7},"sensors":[{"value":1},{"value":21.6}],"battery":12.5}'},
  ],
  [
    "the key as vehicle",
    {vehicle: {path: "@key"}},
    {...plain, vehicle_id: undefined},
    {},
    {key: Buffer.from("truck-7")},
  ],
  [
    "the key as vehicle, whatever the event says",
    {vehicle: {path: "@key"}},
    {...plain, vehicle_id: "other"},
    {extra: '{"vehicle_id":"other"}'},
    {key: Buffer.from("truck-7")},
  ],
  [
    "a header as vehicle, and Kafka's time",
    {vehicle: {path: "@header.device"}, time: {path: "@time"}},
    {...plain, vehicle_id: undefined, timestamp: undefined},
    {},
    {headers: {device: [Buffer.from("truck-7")]}, timestamp: String(MS)},
  ],
  [
    "a part of a topic of MQTT as vehicle",
    {vehicle: {path: "topic", separator: "/", part: -1}},
    {...plain, vehicle_id: undefined, topic: "fleet/eu/truck-7"},
  ],
  [
    "the first of several places that is there",
    {vehicle: {path: "imei | id | vehicle_id"}},
    {...plain, vehicle_id: "other", id: "truck-7"},
    {extra: '{"vehicle_id":"other"}'},
  ],
  [
    "miles and Fahrenheit",
    {
      fields: [
        {name: "speed", unit: "MilesPerHour"},
        {name: "temperature", unit: "Fahrenheit"},
      ],
    },
    {...plain, speed: 60, temperature: 70.88},
    {speed: 96.56064},
  ],
  [
    "knots and Kelvin",
    {
      fields: [
        {name: "speed", unit: "Knots"},
        {name: "temperature", unit: "Kelvin"},
      ],
    },
    {...plain, speed: 10, temperature: 294.75},
    {speed: 18.52},
  ],
  ["metres a second", {fields: [{name: "speed", unit: "MetersPerSecond"}]}, {...plain, speed: "10"}, {speed: 36}],
  [
    "whole numbers for coordinates, and tenths",
    {
      fields: [
        {name: "latitude", unit: "Microdegrees"},
        {name: "longitude", unit: "TenMillionths"},
        {name: "temperature", scale: 0.1},
        {name: "humidity", unit: "Fraction"},
      ],
    },
    {...plain, latitude: 48_050_000, longitude: 115_700_000, temperature: 216, humidity: 0.511},
  ],
  [
    "degrees and minutes of NMEA",
    {
      fields: [
        {name: "latitude", unit: "Nmea", hemisphere: "ns"},
        {name: "longitude", unit: "Nmea"},
      ],
    },
    {...plain, latitude: 4803, longitude: "01134.2000,W", ns: "S"},
    {latitude: -48.05, longitude: -11.57, extra: '{"ns":"S"}'},
  ],
  [
    "numbers that stand for nothing, defaults and constants",
    {
      fields: [
        {name: "speed", nulls: [-1, 255]},
        {name: "temperature", nulls: [-127], default: 20},
        {name: "humidity", constant: 50},
      ],
    },
    {...plain, speed: 255, temperature: -127},
    {speed: null, temperature: 20, humidity: 50, extra: '{"humidity":51.1}'},
  ],
  [
    "a place that stands for none",
    {
      fields: [
        {name: "latitude", nulls: [0]},
        {name: "longitude", nulls: [0]},
      ],
    },
    {...plain, latitude: 0, longitude: 0},
    {latitude: null, longitude: null},
  ],
  ["a time in another zone", {time: {zone: "+02:00"}}, {...plain, timestamp: "2026-11-24 18:04:26.752"}],
  ["seconds", {time: {path: "t", format: "Seconds"}}, {...plain, timestamp: undefined, t: MS / 1_000}],
  [
    "JSON in a text of the envelope",
    {events: "payload"},
    {clientid: "x", topic: "v/7", payload: JSON.stringify(plain)},
  ],
  [
    "events in the default format",
    {vehicle: {path: "imei"}, fields: [{name: "speed", path: "gps.kn", unit: "Knots"}]},
    plain,
  ],
])("%s", (_, mapping, value, change = {}, beside = {}) => {
  expect(rowsOf(mapping, value, beside)).toEqual([{...row, ...change}]);
});

test.each<[string, EventMapping["preset"], unknown, object?, Partial<Message>?]>([
  ["structured", "CloudEvents", {specversion: "1.0", id: "1", source: "/v/7", type: "t", data: plain}],
  [
    "its own time and subject",
    "CloudEvents",
    {specversion: "1.0", source: "/v", subject: "truck-7", time: plain.timestamp, data: {lat: 48.05, lng: 11.57}},
    none,
  ],
  [
    "base64",
    "CloudEvents",
    {specversion: "1.0", source: "/v", data_base64: Buffer.from(JSON.stringify(plain)).toString("base64")},
  ],
  [
    "binary mode",
    "CloudEvents",
    {latitude: 48.05, longitude: 11.57},
    none,
    {headers: {ce_subject: "truck-7", ce_time: plain.timestamp}},
  ],
  ["a batch", "CloudEvents", [{specversion: "1.0", source: "/v", data: plain}]],
  [
    "a device's upload",
    "ThingsBoard",
    {ts: MS, values: {latitude: 48.05, longitude: 11.57}},
    none,
    {key: Buffer.from("truck-7")},
  ],
  [
    "its rule engine's",
    "ThingsBoard",
    {latitude: 48.05, longitude: 11.57, temperature: 21.6, battery: 3},
    {...none, temperature: 21.6, extra: '{"battery":3}'},
    {headers: {tb_msg_md_deviceName: "truck-7", tb_msg_md_ts: String(MS)}},
  ],
  [
    "what it forwards",
    "Traccar",
    {
      position: {
        id: 1,
        fixTime: "2026-11-24T16:04:26.752+00:00",
        latitude: 48.05,
        longitude: 11.57,
        speed: 10,
        attributes: {temp1: 21.6, ignition: true},
      },
      device: {id: 7, uniqueId: "truck-7"},
    },
    {
      ...none,
      speed: 18.52,
      temperature: 21.6,
      extra: '{"position":{"id":1,"attributes":{"ignition":true}},"device":{"id":7}}',
    },
  ],
  [
    "a location",
    "OwnTracks",
    {_type: "location", tid: "T7", lat: 48.05, lon: 11.57, tst: Math.floor(MS / 1_000), vel: 60, batt: 90},
    {
      ...none,
      vehicle_id: "T7",
      ts: new Date(MS - (MS % 1_000)),
      speed: 60,
      extra: '{"_type":"location","batt":90}',
    },
  ],
  [
    "a tracker's shadow",
    "TeltonikaJson",
    {state: {reported: {ts: MS, pr: 0, latlng: "48.050000,11.570000", sp: "60", "72": 216, "86": 511}}},
    {speed: 60, extra: '{"pr":0}'},
    {key: Buffer.from("truck-7")},
  ],
  [
    "a shadow",
    "AwsIot",
    {
      state: {reported: {location: {lat: 48.05, lon: 11.57}, temperature: 21.6}},
      clientId: "truck-7",
      timestamp: Math.floor(MS / 1_000),
    },
    {...none, temperature: 21.6, ts: new Date(MS - (MS % 1_000))},
  ],
  ["schema and payload", "KafkaConnect", {schema: {type: "struct"}, payload: plain}],
  [
    "a change of a table",
    "KafkaConnect",
    {schema: {}, payload: {before: null, after: {...plain, timestamp: MS * 1_000}, op: "c"}},
  ],
])("preset, %s: %s", (_, preset, value, change = {}, beside = {}) => {
  expect(rowsOf({preset}, value, beside)).toEqual([{...row, ...change}]);
});

test("five dialects come in one topic: nested, CloudEvents, lines, lists and the default format", () => {
  const read = readerOf({
    events: "data",
    vehicle: {path: "imei"},
    time: {path: "ts"},
    fields: [
      {name: "latitude", path: "gps.lat"},
      {name: "longitude", path: "gps.lon"},
      {name: "speed", path: "gps.kn", unit: "Knots"},
    ],
  });
  const nested = {imei: "truck-7", ts: MS, gps: {lat: 48.05, lon: 11.57, kn: 10}};
  const dry = {...plain, humidity: undefined};
  const all = (value: unknown) => read(messageOf(value)).rows.map(({speed, humidity}) => [speed, humidity]);
  expect(all(nested)).toEqual([[18.52, null]]);
  expect(all({specversion: "1.0", source: "/v", data: plain})).toEqual([[16.9, 51.1]]);
  expect(all({specversion: "1.0", source: "/v", data: [nested, dry]})).toEqual([
    [18.52, null],
    [16.9, null],
  ]);
  expect(all([plain, dry, nested])).toEqual([
    [16.9, 51.1],
    [16.9, null],
    [18.52, null],
  ]);
  expect(all(`${JSON.stringify(dry)}\n${JSON.stringify(nested)}`)).toEqual([
    [16.9, null],
    [18.52, null],
  ]);
  expect(read(messageOf({...nested, ts: null})).problems).toEqual([{reason: "timestamp: is null"}]);
});

test("whatever comes, there are rows that a store takes, or a reason; a part says the same by itself", () => {
  const chance = random(7);
  const any = (depth = 0): unknown => {
    const pick = Math.floor(chance() * (depth > 3 ? 8 : 10));
    if (pick === 8) return Array.from({length: Math.floor(chance() * 4)}, () => any(depth + 1));
    if (pick === 9)
      return Object.fromEntries(NAMES.map((name) => [name, chance() < 0.3 ? any(depth + 1) : good(name)]));
    return [null, true, "x", "48.1", chance() * 1e15, -1, MS, plain.timestamp][pick];
  };
  const readers = [{}, ...PRESETS.map((preset) => ({preset}))].map(readerOf);
  for (let round = 0; round < 3_000; round++) {
    const text = JSON.stringify(any());
    const cut = Math.floor(chance() * text.length);
    const value = chance() < 0.2 ? text.slice(0, cut) + text.slice(cut + 1) : text;
    for (const read of readers) {
      const {rows, problems, parts} = read(messageOf(value, {key: Buffer.from("k")}));
      expect(rows.length + problems.length, value).toBeGreaterThan(0);
      for (const [at, found] of rows.entries()) {
        for (const place of [found.latitude, found.longitude])
          expect(place === null || Number.isFinite(place), value).toBe(true);
        if (parts)
          expect(read(messageOf(parts[at]!.value(), {key: Buffer.from("k")})).rows, value).toContainEqual(found);
      }
    }
  }
});

const NAMES = [
  "vehicle_id",
  "timestamp",
  "ts",
  "latitude",
  "longitude",
  "speed",
  "data",
  "payload",
  "values",
  "position",
];
const good = (name: string): unknown =>
  ({vehicle_id: "v1", timestamp: plain.timestamp, ts: MS, latitude: 48, longitude: 11, speed: 5})[name];

/** Numbers from 0 to 1, the same for a seed. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

test("what the user names stands before the preset, and the rest of it stays", () => {
  const mapping: EventMapping = {preset: "Traccar", fields: [{name: "speed", unit: "KilometersPerHour"}]};
  const position = {deviceTime: MS, latitude: 48.05, longitude: 11.57, speed: 60};
  expect(rowsOf(mapping, {position, device: {uniqueId: "truck-7"}})).toEqual([{...row, ...none, speed: 60}]);
});

test("a list within an envelope is taken apart, and a dead letter of it holds one event, to be read by the same mapping", () => {
  const mapping: EventMapping = {events: "batch.points", vehicle: {path: "$.device"}, time: {path: "t"}};
  const points = [0, 1, 2].map((at) => ({t: MS + at, latitude: at === 1 ? 91 : 48, longitude: 11, n: at}));
  const read = readerOf(mapping);
  const {rows, problems, parts} = read(messageOf({device: "truck-7", batch: {id: 4, points}}));
  expect(rows.map(({vehicle_id, ts, extra}) => [vehicle_id, ts.getTime() - MS, extra])).toEqual([
    ["truck-7", 0, '{"n":0}'],
    ["truck-7", 2, '{"n":2}'],
  ]);
  expect(problems).toMatchObject([{reason: "event 2 of 3: latitude: 91 is not from -90 to 90"}]);
  expect(JSON.parse(problems[0]!.part!.value())).toEqual({device: "truck-7", batch: {id: 4, points: [points[1]]}});
  expect(read(messageOf(parts![1]!.value())).rows).toEqual([rows[1]]);
});

test("a reading that a mapping converts out of range is kept as it came", () => {
  const fields: EventMapping["fields"] = [{name: "temperature", path: "t.hold", unit: "Fahrenheit"}];
  expect(rowsOf({fields}, {...plain, temperature: undefined, t: {hold: 900, door: 1}})).toEqual({
    rows: [{...row, temperature: null, extra: '{"t":{"hold":900,"door":1}}'}],
    lost: ["temperature"],
  });
});

test.each(["toString", "constructor", "__proto__.x"])(
  "%s is a name like any other, and nothing that objects have",
  (path) => {
    expect(rowsOf({fields: [{name: "speed", path}]}, {...plain, speed: undefined, more: 1})).toMatchObject([
      {speed: null},
    ]);
  },
);
