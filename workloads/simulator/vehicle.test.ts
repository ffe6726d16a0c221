import {expect, test} from "vitest";
import {parseEvent} from "../telemetry.ts";
import {createVehicle, vehicleId} from "./vehicle.ts";

const START = Date.UTC(2026, 0, 1, 8);
const drive = (seed: number, index: number, seconds: number) => {
  const vehicle = createVehicle(seed, index);
  return Array.from({length: seconds}, (_, second) => vehicle.step(1, START + second * 1_000));
};

test("the same seed drives the same way, another seed another way", () => {
  expect(drive(1, 0, 100)).toEqual(drive(1, 0, 100));
  expect(drive(1, 0, 100)).not.toEqual(drive(2, 0, 100));
  expect(drive(1, 0, 100)).not.toEqual(drive(1, 1, 100));
});

test("an hour of driving stays within what a car can do, and every reading is a valid event", () => {
  const readings = drive(7, 3, 3_600);
  readings.forEach((reading, second) => {
    const timestamp = new Date(START + second * 1_000).toISOString();
    expect(parseEvent(Buffer.from(JSON.stringify({vehicle_id: vehicleId(3), timestamp, ...reading})))).toHaveProperty(
      "row",
    );
    const before = readings[second - 1];
    if (!before) return;
    expect(Math.abs(reading.speed - before.speed)).toBeLessThanOrEqual(12.01);
    const km = Math.hypot(reading.latitude - before.latitude, (reading.longitude - before.longitude) * 0.667) * 111.32;
    expect(km * 3_600).toBeLessThanOrEqual(61);
  });
  expect(Math.max(...readings.map(({speed}) => speed))).toBeGreaterThan(30);
  expect(readings.some(({speed}) => speed === 0)).toBe(true);
});
