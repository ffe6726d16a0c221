import {beforeAll, expect, test} from "vitest";
import type {EventColumn} from "../../api/event/columns.ts";
import {type Arrived, runStreamJob} from "./flink.ts";

/** What Flink itself makes of the stream job's SQL when vehicles stay at a limit, and when their places are wrong. A minute, an event a second. */
const BEGIN = Date.UTC(2026, 10, 1, 12);
const SECONDS = 60;
const second = (seconds: number) => new Date(BEGIN + seconds * 1_000).toISOString();

interface State {
  latitude?: number;
  longitude?: number;
  speed?: number | undefined;
  temperature?: number;
  humidity?: number | undefined;
  [field: string]: unknown;
}
const drive = (vehicle_id: string, at: (second: number) => State): Arrived[] =>
  Array.from({length: SECONDS}, (_, seconds) => ({
    vehicle_id,
    timestamp: second(seconds),
    latitude: 48.5,
    longitude: 11.5,
    speed: 50,
    temperature: 20,
    humidity: 50,
    ...at(seconds),
    arrived: second(seconds + 0.5),
  }));
const odd = (seconds: number) => seconds % 2 === 1;
/** North of the depot's centre, km. */
const north = (km: number) => ({latitude: 48 + km / 111.195, longitude: 11});

const FIELDS: EventColumn[] = [
  {name: "odometer", type: "bigint"},
  {name: "fuel", type: "float"},
  {name: "order", type: "string"},
  {name: "door", type: "boolean"},
  {name: "serviced", type: "timestamp"},
  {name: "axles", type: "json"},
  {name: "events", type: "int"},
];

/** In the order in which Kafka got them. */
const events = [
  // At the limit of 100 from 10 to 40, above and below it in turn; once far above it.
  ...drive("at-limit", (at) => ({speed: at >= 10 && at < 40 ? (odd(at) ? 103 : 97) : 60})),
  ...drive("one-peak", (at) => ({speed: at === 30 ? 150 : 60})),
  // At the rim of the depot from 5 to 45, in and out in turn; once inside for a second.
  ...drive("at-rim", (at) => north(at < 5 || at >= 45 ? 1.4 : odd(at) ? 0.99 : 1.02)),
  ...drive("one-visit", (at) => north(at === 20 ? 0.9 : 1.4)),
  // Parked inside, its receiver now and then without a fix.
  ...drive("no-fix", (at) => (at % 7 === 3 ? {latitude: 0, longitude: 0} : north(0.5))),
  // 59 steps of a thousandth of a degree over the 180th meridian: without a fix at 20, elsewhere at 30.
  ...drive("pacific", (at) => {
    if (at === 20) return {latitude: 90, longitude: 0};
    if (at === 30) return {latitude: 40, longitude: 10};
    return {latitude: -17.8, longitude: at < 10 ? 179.99 + at / 1_000 : -180 + (at - 10) / 1_000};
  }),
  // Without a humidity sensor; no speed and a temperature that is none each third second.
  ...drive("lacking", (at) => ({
    humidity: undefined,
    ...(at % 3 === 1 ? {speed: undefined, temperature: 999} : {speed: 60, temperature: 10}),
  })),
  // Above the limit from 20 to 40; whenever it passes it, the event before does not say its speed.
  ...drive("unsaid", (at) => ({speed: at === 19 || at === 39 ? undefined : at >= 20 && at < 40 ? 150 : 60})),
  // Fields of the spec; one has a word of SQL for a name, one that of a column which the job has for something else.
  ...drive("fields", (at) => ({
    ...(at % 2 === 0 ? {odometer: 9007199254740993n + BigInt(at), fuel: at / 2} : {}),
    ...(at === 7 ? {order: "a, 'b'", door: true, serviced: second(0.123), axles: [{kg: 1.5}], events: 3} : {}),
  })),
].sort((one, other) => one.arrived.localeCompare(other.arrived));

let rows: Awaited<ReturnType<typeof runStreamJob>>;
beforeAll(async () => {
  const geofences = [{name: "depot", latitude: 48, longitude: 11, radiusKm: 1}];
  const flink = {enabled: true, speedLimit: 100, alertDwell: "5s", geofences};
  rows = await runStreamJob({flink, event: {fields: FIELDS}}, events, {
    definitions: [
      "CREATE TABLE doors (door BOOLEAN, `order` STRING, serviced TIMESTAMP(3), axles STRING, `events` INT) WITH ('connector' = 'print', 'print-identifier' = 'doors')",
    ],
    inserts: [
      "INSERT INTO doors SELECT door, `order`, CAST(serviced AS TIMESTAMP(3)), axles, field_events FROM vehicle_event WHERE door",
    ],
  });
});

/** Second, kind. */
const alerts = (vehicle: string) =>
  rows("vehicle_alert")
    .filter(([id]) => id === vehicle)
    .map(([, ts, kind]) => [(Date.parse(`${ts}Z`) - BEGIN) / 1_000, kind])
    .sort((a, b) => Number(a[0]) - Number(b[0]));
const window = (vehicle: string) => {
  const [, , , count, , , , , km, leftOut] = rows("vehicle_window").find(([id]) => id === vehicle)!;
  return {count: Number(count), km: Number(km), leftOut: Number(leftOut)};
};

test("a vehicle at the speed limit raises one alert, with the time of the first event above it; one peak raises none", () => {
  expect(alerts("at-limit")).toEqual([[11, "speeding"]]);
  expect(alerts("one-peak")).toEqual([]);
});

test("a vehicle at the rim of a geofence enters it once and leaves it once; a second inside is no visit", () => {
  expect(alerts("at-rim")).toEqual([
    [5, "geofence-entered"],
    [45, "geofence-left"],
  ]);
  expect(alerts("one-visit")).toEqual([]);
});

test("a vehicle without a fix leaves no geofence, and its distance goes on from its last place", () => {
  expect(alerts("no-fix")).toEqual([[0, "geofence-entered"]]);
  expect(window("no-fix")).toEqual({count: SECONDS, km: 0, leftOut: 9});
});

test("a drive over the 180th meridian is as long as it was, without the jump there and back", () => {
  const stepKm = (0.001 * Math.PI * 6371.0088 * Math.cos((17.8 * Math.PI) / 180)) / 180;
  const {count, km, leftOut} = window("pacific");
  expect(km).toBeCloseTo(57 * stepKm, 6);
  expect({count, leftOut}).toEqual({count: SECONDS, leftOut: 3});
});

test("windows average what is there, and count every event", () => {
  const row = rows("vehicle_window").find(([id]) => id === "lacking")!;
  expect(row.slice(3, 8)).toEqual([String(SECONDS), "60.0", "60.0", "10.0", "null"]);
});

test("an alert does not depend on a speed in every event", () => {
  expect(alerts("unsaid")).toEqual([[20, "speeding"]]);
});

test("windows have the average, least and greatest value of each field that is a number, and none where there is none", () => {
  const fields = (vehicle: string) =>
    rows("vehicle_window")
      .find(([id]) => id === vehicle)!
      .slice(10);
  const [average, ...exact] = fields("fields");
  expect(Number(average)).toBeCloseTo(Number(9007199254740993n) + 29, -1);
  expect(exact).toEqual(["9007199254740993", "9007199254741051", "14.5", "0.0", "29.0", "3.0", "3", "3"]);
  expect(fields("lacking")).toEqual(Array(9).fill("null"));
});

test("a user's SQL has the fields by their types; one with the name of another column has field_ before it", () => {
  expect(rows("doors").map((row) => row.join(", "))).toEqual([
    `true, a, 'b', 2026-11-01T12:00:00.123, [{"kg":1.5}], 3`,
  ]);
});
