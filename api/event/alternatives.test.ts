import {expect, test} from "vitest";
import {type EventMapping, event} from "../components/event.ts";
import {createReader} from "./read.ts";
import {MANY_EVENTS} from "./unmatched.ts";

const MS = Date.parse("2026-11-24T16:04:26.752Z");
const mapping: EventMapping = {
  vehicle: {path: "imei"},
  time: {path: "ts"},
  fields: [
    {name: "latitude", path: "gps.lat"},
    {name: "longitude", path: "gps.lon"},
    {name: "speed", path: "gps.speed", unit: "MilesPerHour"},
  ],
  alternatives: [
    {preset: "Traccar"},
    {preset: "CloudEvents"},
    {vehicle: {path: "id"}, time: {path: "t"}, fields: [{name: "speed", unit: "MetersPerSecond"}]},
  ],
};
const position = {latitude: 48.05, longitude: 11.57};
const timestamp = new Date(MS).toISOString();
const samples = {
  nested: {imei: "a-1", ts: MS, gps: {lat: 48.05, lon: 11.57, speed: 10}},
  traccar: {device: {uniqueId: "b-2"}, position: {fixTime: timestamp, ...position, speed: 10}},
  cloud: {specversion: "1.0", subject: "c-3", time: timestamp, data: {...position, speed: 10}},
  metric: {id: "d-4", t: MS, ...position, speed: 10},
  plain: {vehicle_id: "e-5", timestamp, ...position},
};
const speeds = {"a-1": 16.09344, "b-2": 18.52, "c-3": 10, "d-4": 36, "e-5": null};

const reader = () => createReader(event.schema.parse({mapping}).mapping);
const messageOf = (text: string) => ({key: null, value: Buffer.from(text)});
const speedsIn = (text: string) =>
  Object.fromEntries(
    reader()(messageOf(text)).rows.map(({vehicle_id, ts, speed}) => {
      expect(ts.getTime()).toBe(MS);
      return [vehicle_id, speed === null ? null : Number(speed.toFixed(6))];
    }),
  );

test("each message is read by the dialect that it is in, with that one's units", () => {
  const read = Object.values(samples).map((sample) => speedsIn(JSON.stringify(sample)));
  expect(Object.assign({}, ...read)).toEqual(speeds);
});

test("a list, and lines, may have events of several dialects", () => {
  const all = Object.values(samples);
  expect(speedsIn(JSON.stringify(all))).toEqual(speeds);
  expect(speedsIn(all.map((sample) => JSON.stringify(sample)).join("\n"))).toEqual(speeds);
});

test("what no dialect reads is a dead letter with the reason of the first, beside its neighbours", () => {
  const {rows, problems} = reader()(messageOf(JSON.stringify([samples.metric, {id: "x"}, samples.nested])));
  expect(rows.map(({vehicle_id}) => vehicle_id)).toEqual(["d-4", "a-1"]);
  expect(problems.map(({reason}) => reason)).toEqual([
    "event 2 of 3: vehicle_id: is missing at imei; the event has id",
  ]);
});

test("an event in the default format is no default one where a dialect reads one of its fields in another way", () => {
  const read = createReader({vehicle: {path: "imei"}, alternatives: [{fields: [{name: "speed", unit: "Knots"}]}]});
  const value = {vehicle_id: "v", timestamp, ...position, speed: 10, temperature: 20, humidity: 50};
  expect(read(messageOf(JSON.stringify(value))).rows.map(({speed}) => speed)).toEqual([18.52]);
});

test("a path of an alternative that is in none of ten thousand events is named", () => {
  const read = createReader({
    vehicle: {path: "imei"},
    alternatives: [
      {
        fields: [
          {name: "latitude", path: "lat"},
          {name: "longitude", path: "lon"},
          {name: "speed", path: "spd"},
        ],
      },
    ],
  });
  const value = {vehicle_id: "v", timestamp, lat: 48, lon: 11};
  for (let at = 0; at < MANY_EVENTS; at++) read(messageOf(JSON.stringify(value)));
  expect(read.unmatched()).toMatch(/vehicle_id \(imei\).*; speed \(spd\): in none of 10000 events/);
});
