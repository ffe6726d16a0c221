import {expect, test} from "vitest";
import {type EventMapping, event as eventPart} from "../components/event.ts";
import {createReader} from "./read.ts";

const event = (vehicle_id: string, more = {}) => ({
  vehicle_id,
  timestamp: "2026-11-24T16:04:26.752Z",
  latitude: 48,
  longitude: 11,
  ...more,
});
/** By the schema that the API server checks too. */
const mappingOf = (mapping: EventMapping) => eventPart.schema.parse({mapping}).mapping;
const read = (value: unknown, mapping: EventMapping = {}) => {
  const reader = createReader(mappingOf(mapping));
  const events = reader({key: null, value: Buffer.from(JSON.stringify(value))});
  // What is a dead letter of several events is read like any other message.
  const again = events.parts?.map((part) => reader({key: null, value: Buffer.from(part.value())}).rows);
  if (again) expect(again).toEqual(events.rows.map((row) => [row]));
  return {vehicles: events.rows.map(({vehicle_id}) => vehicle_id), reasons: events.problems.map(({reason}) => reason)};
};

test("lists within lists are events all the same, and each bad one is one", () => {
  const {vehicles, reasons} = read([[event("a"), event("b")], [], [[event("c"), {x: 1}], event("d")]]);
  expect(vehicles).toEqual(["a", "b", "c", "d"]);
  expect(reasons).toEqual([expect.stringMatching(/^event 4 of 5: vehicle_id: is missing/)]);
  expect(read({batch: [[event("a")], [event("b")]]}, {events: "batch"}).vehicles).toEqual(["a", "b"]);
});

test("nothing but lists is no event, however deep", () => {
  expect(read([[], []]).reasons).toEqual(["event: an empty JSON array"]);
  const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
  const {rows, problems} = createReader()({key: null, value: Buffer.from(deep)});
  expect([rows, problems.length]).toEqual([[], 1]);
});

test("a list on the way to the events: each entry has its own, and $ says what stands in the entry", () => {
  const feed = {
    org: "o1",
    data: [
      {id: "a", gps: [event("x"), event("y", {timestamp: "2026-11-24T16:04:27Z"})]},
      {id: "b", gps: [event("z"), {latitude: 1}]},
      {id: "c", gps: event("z")},
    ],
  };
  const {vehicles, reasons} = read(feed, {events: "data.gps", vehicle: {path: "$.data.id"}});
  expect(vehicles).toEqual(["a", "a", "b", "c"]);
  expect(reasons).toEqual([expect.stringMatching(/^event 4 of 5: timestamp: is missing/)]);
  const deeper = {trips: [{legs: [{unit: "a", points: [event("x")]}]}, {legs: [{unit: "b", points: [event("x")]}]}]};
  expect(read(deeper, {events: "trips.legs.points", vehicle: {path: "$.trips.legs.unit"}}).vehicles).toEqual([
    "a",
    "b",
  ]);
});

const TIME = "2026-11-24T16:04:26.752Z";
const SECONDS = Date.parse(TIME) / 1_000;

test.each<[string, unknown, EventMapping, object]>([
  [
    "Sparkplug's metrics",
    {
      timestamp: SECONDS * 1_000,
      metrics: [
        {name: "Engine Speed", dataType: "Int32", value: 900},
        {name: "Latitude", dataType: "Double", value: 48},
        {name: "Longitude", dataType: "Double", value: 11},
        {name: "Speed", dataType: "Float", value: null},
        {name: "Temp", dataType: "Float", value: 39.2},
      ],
    },
    {
      vehicle: {path: "@key"},
      fields: [
        {name: "latitude", path: "metrics[name=Latitude].value"},
        {name: "longitude", path: "metrics[name=Longitude].value"},
        {name: "speed", path: "metrics[name=Speed].value"},
        {name: "temperature", path: "metrics[name=Temp].value", unit: "Fahrenheit"},
        {name: "humidity", path: "metrics[name=Engine Speed].value", scale: 0.1},
      ],
    },
    {temperature: 4, humidity: 90, speed: null},
  ],
  [
    "SenML, a list that is one event",
    [
      {bn: "truck-7", bt: SECONDS, n: "lat", u: "lat", v: 48},
      {n: "lon", u: "lon", v: 11},
      {n: "speed", u: "m/s", v: 10},
    ],
    {
      events: "$",
      vehicle: {path: "list[0].bn"},
      time: {path: "list[0].bt"},
      fields: [
        {name: "latitude", path: "list[n=lat].v"},
        {name: "longitude", path: "list[n=lon].v"},
        {name: "speed", path: "list[n=speed].v", unit: "MetersPerSecond"},
      ],
    },
    {speed: 36},
  ],
  [
    "IO elements by number",
    {
      imei: "truck-7",
      ts: TIME,
      pos: {lat: 48, lon: 11},
      io: [
        {id: 239, v: 1},
        {id: 72, v: 40},
      ],
    },
    {
      vehicle: {path: "imei"},
      time: {path: "ts"},
      fields: [
        {name: "latitude", path: "pos.lat"},
        {name: "longitude", path: "pos.lon"},
        {name: "temperature", path: "io[id=72].v", scale: 0.1},
      ],
    },
    {temperature: 4},
  ],
])("an entry is found by what it says: %s", (_, value, mapping, change) => {
  const message = {key: Buffer.from("truck-7"), value: Buffer.from(JSON.stringify(value))};
  const {rows, problems} = createReader(mappingOf(mapping))(message);
  expect(problems).toEqual([]);
  expect(rows).toMatchObject([{vehicle_id: "truck-7", ts: new Date(TIME), latitude: 48, longitude: 11, ...change}]);
});

test("a list that is one event in one dialect is several in another", () => {
  const mapping = mappingOf({
    events: "$",
    vehicle: {path: "list[0].bn"},
    time: {path: "list[0].bt"},
    fields: [
      {name: "latitude", path: "list[n=lat].v"},
      {name: "longitude", path: "list[n=lon].v"},
    ],
    alternatives: [{}],
  });
  const read = (value: unknown) =>
    createReader(mapping)({key: null, value: Buffer.from(JSON.stringify(value))}).rows.map(
      ({vehicle_id}) => vehicle_id,
    );
  expect(
    read([
      {bn: "s", bt: TIME, n: "lat", v: 1},
      {n: "lon", v: 2},
    ]),
  ).toEqual(["s"]);
  expect(read([event("a"), event("b")])).toEqual(["a", "b"]);
  expect(read(event("c"))).toEqual(["c"]);
});

test("values that cannot be printed are none, and no reader ends by them", () => {
  const odd = {toString: 1, valueOf: 1};
  const fields: EventMapping["fields"] = [
    {name: "latitude", unit: "Nmea", hemisphere: "side"},
    {name: "speed", path: "io[id=1].v"},
  ];
  for (const value of [event("a", {latitude: odd}), event("a", {latitude: "4803.5", side: odd, io: [{id: odd, v: 1}]})])
    expect(() => read(value, {fields})).not.toThrow();
});
