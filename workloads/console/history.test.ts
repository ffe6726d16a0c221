import {expect, test} from "vitest";
import {bucketed, daysOf} from "./cassandra.ts";
import {stepOf, toHistory} from "./source.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
const NOON = Date.UTC(2026, 4, 1, 12);
const point = (ms: number, speed = 10) => ({
  ms,
  speed,
  temperature: 20,
  humidity: 50,
  latitude: 48,
  longitude: 11,
});

test.each([5 * MINUTE, 60 * MINUTE, DAY, 7 * DAY, 366 * DAY])("a span of %i ms has at most 600 points", (span) => {
  expect(span / stepOf(span)).toBeLessThanOrEqual(600);
});

test("a vehicle that was silent leaves a gap in its line; one that is merely slow does not", () => {
  const slow = [0, 60, 120, 180].map((seconds) => point(NOON + seconds * 1_000));
  expect(toHistory("timescaledb", 1_000, slow).speed).toEqual([10, 10, 10, 10]);
  const silent = [0, 1, 2, 3, 90, 91].map((seconds) => point(NOON + seconds * 1_000));
  const {time, speed} = toHistory("timescaledb", 1_000, silent);
  expect(speed).toEqual([10, 10, 10, 10, null, 10, 10]);
  expect(time).toEqual(time.toSorted((a, b) => a - b));
});

test("Cassandra's rows are averaged by step, with the last place of each", () => {
  const buckets = bucketed(10_000);
  const row = (seconds: number, speed: number, latitude: number) =>
    buckets.add({...point(0, speed), vehicle_id: "a", ts: NOON + seconds * 1_000, latitude});
  row(0, 10, 48);
  row(4, 20, 48.1);
  row(9.9, 60, 48.2);
  row(10, 5, 48.3);
  expect(buckets.points()).toMatchObject([
    {ms: NOON, speed: 30, latitude: 48.2},
    {ms: NOON + 10_000, speed: 5, latitude: 48.3},
  ]);
});

test("Cassandra's averages are of the readings that are there, and none is no 0", () => {
  const buckets = bucketed(10_000);
  const row = (seconds: number, humidity: number | null) =>
    buckets.add({...point(0), vehicle_id: "a", ts: NOON + seconds * 1_000, humidity});
  row(0, null);
  row(1, 40);
  row(2, null);
  row(3, 60);
  row(10, null);
  expect(buckets.points()).toMatchObject([
    {speed: 10, humidity: 50},
    {speed: 10, humidity: null},
  ]);
  expect(toHistory("cassandra", 10_000, buckets.points()).humidity).toEqual([50, null]);
});

test("a fix that is no place is not the last place of its step, and is counted", () => {
  const buckets = bucketed(10_000);
  const row = (seconds: number, latitude: number, longitude: number) =>
    buckets.add({...point(0), vehicle_id: "a", ts: NOON + seconds * 1_000, latitude, longitude});
  row(0, 48, 11);
  row(4, 0, 0);
  row(10, 90, 0);
  expect(buckets.points()).toMatchObject([
    {ms: NOON, latitude: 48, longitude: 11, leftOut: 1},
    {ms: NOON + 10_000, latitude: null, longitude: null, leftOut: 1},
  ]);
});

test("a history's line leaves out what is no place and where the vehicle cannot have been; its figures stay", () => {
  const at = (seconds: number, latitude: number | null, leftOut = 0) => ({
    ...point(NOON + seconds * 1_000),
    latitude,
    longitude: latitude === null ? null : 11,
    leftOut,
  });
  const {latitude, longitude, leftOut, speed} = toHistory("timescaledb", 1_000, [
    at(0, 48),
    at(1, null, 1),
    at(2, -33),
    at(3, 48.0001),
  ]);
  expect(latitude).toEqual([48, null, null, 48.0001]);
  expect(longitude).toEqual([11, null, null, 11]);
  expect(leftOut).toBe(2);
  expect(speed).toEqual([10, 10, 10, 10]);
});

test("a span asks Cassandra for every UTC day that it touches", () => {
  expect(daysOf(NOON - DAY, NOON)).toEqual(["2026-04-30", "2026-05-01"]);
  expect(daysOf(NOON, NOON + MINUTE)).toEqual(["2026-05-01"]);
  const midnight = Date.UTC(2026, 4, 2);
  expect(daysOf(NOON, midnight)).toEqual(["2026-05-01"]);
  expect(daysOf(NOON, midnight + 1)).toEqual(["2026-05-01", "2026-05-02"]);
});
