import {expect, test} from "vitest";
import {isPlace, isStep, kmBetween} from "../../../api/geo.ts";
import {type Fix, follow, type Track} from "../../../api/track.ts";
import {believed} from "./places.ts";

const MUNICH = {latitude: 48.137, longitude: 11.575};
const fix = (seconds: number, latitude: number, longitude: number): Fix => ({ms: seconds * 1_000, latitude, longitude});
/** One second further along a street of Munich. */
const street = (seconds: number) => fix(seconds, MUNICH.latitude, MUNICH.longitude + seconds * 1e-4);

test.each([
  ["0/0", 0, 0, false],
  ["nearly 0/0", 0.0002, -0.0004, false],
  ["the north pole", 90, 0, false],
  ["the south pole", -90, 11.5, false],
  ["the equator in Kenya", 0, 37.5, true],
  ["the prime meridian in London", 51.5, 0, true],
  ["the 180th meridian", -17.8, 180, true],
  ["a station near the pole", -89.99, 139.3, true],
])("%s: a place, %o", (_, latitude, longitude, is) => {
  expect(isPlace({latitude, longitude})).toBe(is);
});

test("a step over the 180th meridian is as long as any other", () => {
  const km = kmBetween({latitude: -17.8, longitude: 179.99}, {latitude: -17.8, longitude: -179.99});
  expect(km).toBeCloseTo(2.117, 2);
});

test("what no vehicle can drive in the time is no step", () => {
  const far = {latitude: 52.52, longitude: 13.4};
  expect(isStep(MUNICH, far, 1_000)).toBe(false);
  expect(isStep(MUNICH, far, 3_600_000)).toBe(true);
  expect(isStep(MUNICH, {latitude: 48.1371, longitude: 11.5752}, 0)).toBe(true);
});

function taken(fixes: Fix[]): boolean[] {
  const track: Track = {doubts: 0};
  return fixes.map((one) => follow(track, one));
}

test("a jump of thousands of kilometres and back moves nobody", () => {
  expect(taken([street(0), street(1), fix(2, -33.86, 151.2), street(3)])).toEqual([true, true, false, true]);
});

test("two devices under one name do not tear each other about", () => {
  const other = (seconds: number) => fix(seconds, -33.86, 151.2 + seconds * 1e-4);
  const seen = taken([street(0), other(1), street(2), other(3), street(4), other(5), street(6), other(7)]);
  expect(seen).toEqual([true, false, true, false, true, false, true, false]);
});

test("a first fix that was wrong is overruled by three that agree", () => {
  expect(taken([fix(0, -33.86, 151.2), street(1), street(2), street(3), street(4)])).toEqual([
    true,
    false,
    false,
    true,
    true,
  ]);
});

test("a receiver that is stuck at a wrong place proves nothing by repeating it", () => {
  const stuck = Array.from({length: 20}, (_, at) => fix(2 + at, -33.86, 151.2));
  expect(taken([street(0), street(1), ...stuck, street(30)])).toEqual([true, true, ...stuck.map(() => false), true]);
});

test("a vehicle that stands still is believed each time", () => {
  expect(taken([fix(0, 48, 11), fix(1, 48, 11), fix(2, 48, 11)])).toEqual([true, true, true]);
});

test("a past begins at the first fix that the next one bears out", () => {
  expect(believed([fix(0, 0, 0), fix(1, -33.86, 151.2), undefined, street(2), fix(3, 0, 0), street(4)])).toEqual([
    false,
    false,
    false,
    true,
    false,
    true,
  ]);
  expect(believed([street(0)])).toEqual([true]);
  expect(believed([])).toEqual([]);
});
