import {expect, test} from "vitest";
import type {EventMapping} from "../components/event.ts";
import type {EventColumn} from "./columns.ts";
import {createReader} from "./read.ts";
import {MANY_EVENTS} from "./unmatched.ts";

const MS = Date.parse("2026-01-01T00:00:00.000Z");
const nested = {imei: "v1", ts: MS, gps: {lat: 1, lon: 2, kn: 3}, hold: {"temp f": 4}};
const plain = {
  vehicle_id: "v",
  timestamp: new Date(MS).toISOString(),
  latitude: 1,
  longitude: 2,
  speed: 3,
  temperature: 4,
  humidity: 5,
};
const right: EventMapping = {
  vehicle: {path: "imei"},
  time: {path: "ts"},
  fields: [
    {name: "latitude", path: "gps.lat"},
    {name: "longitude", path: "gps.lon"},
    {name: "speed", path: "gps.kn", unit: "Knots"},
  ],
};

/** The words after so many of these events, one after another. */
function words(mapping: EventMapping, events: unknown[], times = MANY_EVENTS, columns: EventColumn[] = []) {
  const read = createReader(mapping, columns);
  const messages = events.map((event) => ({key: null, value: Buffer.from(JSON.stringify(event))}));
  for (let at = 0; at < times; at++) read(messages[at % messages.length]!);
  return read.unmatched();
}

test("a path that is nowhere in ten thousand events is named, with the names that one of them has", () => {
  const wrong = {...right, fields: [...right.fields!, {name: "temperature" as const, path: "hold.temp_f"}]};
  expect(words(wrong, [nested], MANY_EVENTS - 1)).toBeUndefined();
  expect(words(wrong, [nested])).toBe(
    'temperature (hold.temp_f): in none of 10000 events; one has imei, ts, gps.lat, gps.lon, gps.kn, hold["temp f"]',
  );
  expect(words(right, [nested])).toBeUndefined();
});

test("of events that are dead letters for their vehicle that path alone is named: the others were never looked for", () => {
  expect(words({...right, vehicle: {path: "imie"}}, [nested])).toMatch(/^vehicle_id \(imie\): in none of/);
});

test("a path that one event in ten thousand has is right", () => {
  const events = Array.from({length: 100}, (_, at) => (at === 50 ? nested : {...nested, gps: {lat: 1, lon: 2}}));
  expect(words(right, events)).toBeUndefined();
});

test("events in the default format match no path of a mapping but their own names", () => {
  expect(words(right, [plain])).toMatch(
    /^vehicle_id \(imei\), timestamp \(ts\), latitude .*; one has vehicle_id, time/,
  );
  const both: EventMapping = {fields: [{name: "speed", path: "gps.kn | speed"}]};
  expect(words(both, [plain])).toBeUndefined();
  expect(words(both, [{...plain, note: 1}])).toBeUndefined();
});

test("a field of the spec, the way into an envelope and a hemisphere are named too; a preset's many places are not", () => {
  expect(words({}, [plain], MANY_EVENTS, [{name: "odometer", type: "int"}])).toMatch(/^odometer: in none/);
  expect(words({}, [{...plain, odometer: 1}], MANY_EVENTS, [{name: "odometer", type: "int", path: "can.odo"}])).toBe(
    undefined,
  );
  expect(words({events: "data"}, [plain])).toMatch(/^mapping\.events \(data\): in none/);
  expect(words({fields: [{name: "latitude", hemisphere: "ns"}]}, [plain])).toMatch(/^latitude's hemisphere \(ns\): in/);
  expect(words({preset: "Traccar"}, [plain])).toBeUndefined();
});

test("names of a sender are shown cut and escaped", () => {
  const odd = Object.fromEntries(Array.from({length: 500}, (_, at) => [`\u001b[31m${at}\n"`, 1]));
  const said = words({time: {path: "nowhere"}}, [{vehicle_id: "v", ...odd}])!;
  expect(said.length).toBeLessThan(600);
  expect(said).not.toMatch(/\p{C}/u);
});
