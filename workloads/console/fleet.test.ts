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
