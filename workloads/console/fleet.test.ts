import {expect, test} from "vitest";
import {createFleet, type Reading} from "./fleet.ts";

const reading = (vehicle_id: string, ts: number, speed = 10): Reading => ({
  vehicle_id,
  ts,
  latitude: 48,
  longitude: 11,
  speed,
  temperature: 20,
  humidity: 50,
});
const NOW = 1_750_000_000_500;

test("a page that joins late gets every vehicle, one that was there only what changed", () => {
  const fleet = createFleet();
  fleet.take([reading("a", NOW - 2_000), reading("b", NOW - 2_000)]);
  const seen = fleet.version;
  fleet.take([reading("b", NOW - 1_000, 42)]);
  expect(fleet.since(0, NOW)).toMatchObject({first: 0, ids: ["a", "b"]});
  const {first, ids, rows, base} = fleet.since(seen, NOW);
  expect({first, ids}).toEqual({first: 2, ids: []});
  expect(rows).toEqual([[1, NOW - 1_000 - base, 48, 11, 42, 20, 50]]);
});

test("a vehicle that is new to a page comes with its name and the number it keeps", () => {
  const fleet = createFleet();
  fleet.take([reading("a", NOW)]);
  const seen = fleet.version;
  fleet.take([reading("c", NOW), reading("b", NOW)]);
  fleet.take([reading("c", NOW + 1)]);
  const {first, ids, rows} = fleet.since(seen, NOW);
  expect({first, ids}).toEqual({first: 1, ids: ["c", "b"]});
  expect(rows.map(([index]) => index)).toEqual([1, 2]);
});

test("a late row never replaces a newer one", () => {
  const fleet = createFleet();
  fleet.take([reading("a", NOW, 30)]);
  fleet.take([reading("a", NOW - 5_000, 99)]);
  expect(fleet.readings()).toEqual([reading("a", NOW, 30)]);
});

test("a vehicle whose clock is ahead does not count as the newest", () => {
  const fleet = createFleet();
  fleet.take([reading("a", NOW - 700), reading("ahead", NOW + 3_600_000)]);
  expect(fleet.newest(NOW)).toBe(NOW - 700);
});

const HOUR = 3_600_000;
const shown = (fleet: ReturnType<typeof createFleet>, now: number) => fleet.since(0, now).rows[0]!;

test("a reading 20 h ahead does not freeze its vehicle", () => {
  const fleet = createFleet();
  fleet.take([reading("a", NOW, 30)], NOW);
  fleet.take([reading("a", NOW + 20 * HOUR, 99)], NOW + 1_000);
  fleet.take([reading("a", NOW + 2_000, 31)], NOW + 2_000);
  expect(fleet.readings()).toEqual([reading("a", NOW + 2_000, 31)]);
  // The first look finds both, in any order.
  for (const rows of [
    [reading("a", NOW + 20 * HOUR, 99), reading("a", NOW, 30)],
    [reading("a", NOW, 30), reading("a", NOW + 20 * HOUR, 99)],
  ]) {
    const anew = createFleet();
    anew.take(rows, NOW + 5 * 60_000);
    expect(anew.readings()).toEqual([reading("a", NOW, 30)]);
  }
});

test("a vehicle whose clock is always ahead moves, is as old as its readings, and its clock is named", () => {
  const fleet = createFleet();
  fleet.take([reading("a", NOW + 20 * HOUR, 30)], NOW);
  fleet.take([reading("a", NOW + 20 * HOUR + 1_000, 31)], NOW + 1_000);
  const {rows, base} = fleet.since(0, NOW + 90_000);
  expect(rows).toEqual([[0, NOW + 1_000 - base, 48, 11, 31, 20, 50, {aheadMs: 20 * HOUR}]]);
});

test("a vehicle whose clock jumps ahead for good is shown by it once its right one is silent", () => {
  const fleet = createFleet();
  fleet.take([reading("a", NOW, 30)], NOW);
  fleet.take([reading("a", NOW + 20 * HOUR, 31)], NOW + 1_000);
  expect(fleet.readings()[0]!.speed).toBe(30);
  fleet.take([reading("a", NOW + 20 * HOUR + 40_000, 32)], NOW + 41_000);
  expect(fleet.readings()[0]).toMatchObject({speed: 32, ts: NOW + 41_000, fault: {aheadMs: 20 * HOUR - 1_000}});
  fleet.take([reading("a", NOW + 42_000, 33)], NOW + 42_000);
  expect(fleet.readings()).toEqual([reading("a", NOW + 42_000, 33)]);
});

const at = (ts: number, latitude: number, longitude: number) => ({...reading("a", ts), latitude, longitude});

test.each([
  ["0/0", 0, 0],
  ["a pole", 90, 0],
  ["the other end of the world", -33.86, 151.2],
])(
  "a vehicle whose fix is %s stays at its last place; its figures go on, and it says that it has no fix",
  (_, latitude, longitude) => {
    const fleet = createFleet();
    fleet.take([at(NOW, 48, 11)], NOW);
    fleet.take([{...at(NOW + 1_000, latitude, longitude), speed: 77}], NOW + 1_000);
    expect(shown(fleet, NOW + 1_000).slice(2)).toEqual([48, 11, 77, 20, 50, {noFix: true}]);
    fleet.take([at(NOW + 2_000, 48.0001, 11)], NOW + 2_000);
    expect(shown(fleet, NOW + 2_000).slice(2)).toEqual([48.0001, 11, 10, 20, 50]);
  },
);

test("a vehicle that never had a fix has no place", () => {
  const fleet = createFleet();
  fleet.take([at(NOW, 0, 0)], NOW);
  expect(shown(fleet, NOW).slice(2)).toEqual([null, null, 10, 20, 50, {noFix: true}]);
});

test("a reading that a vehicle does not have is none on the page", () => {
  const fleet = createFleet();
  fleet.take([{...reading("a", NOW), temperature: null, humidity: null}], NOW);
  expect(shown(fleet, NOW).slice(2)).toEqual([48, 11, 10, null, null]);
});
