import {expect, test} from "vitest";
import {createReader} from "../../api/event/read.ts";
import {type ScenarioName, scenarios} from "./scenarios.ts";
import {createVehicle, vehicleId} from "./vehicle.ts";

const read = createReader();
const START = Date.UTC(2026, 0, 1, 8);
const drive = (seed: number, index: number, seconds: number, scenario: ScenarioName = "city") => {
  const vehicle = createVehicle(seed, index, scenarios[scenario]);
  return Array.from({length: seconds}, (_, second) => vehicle.step(1, START + second * 1_000));
};

test("the same seed drives the same way, another seed another way", () => {
  expect(drive(1, 0, 100)).toEqual(drive(1, 0, 100));
  expect(drive(1, 0, 100)).not.toEqual(drive(2, 0, 100));
  expect(drive(1, 0, 100)).not.toEqual(drive(1, 1, 100));
});

test.each(Object.keys(scenarios) as ScenarioName[])("six hours of %s stay within what the vehicle can do", (name) => {
  const {cruise, acceleration, braking} = scenarios[name];
  const readings = drive(7, 3, 6 * 3_600, name);
  readings.forEach((reading, second) => {
    const timestamp = new Date(START + second * 1_000).toISOString();
    const value = Buffer.from(JSON.stringify({vehicle_id: vehicleId(3), timestamp, ...reading}));
    expect(read({key: null, value})).toMatchObject({rows: [{}], lost: []});
    const before = readings[second - 1];
    if (!before) return;
    expect(reading.speed - before.speed).toBeLessThanOrEqual(acceleration + 0.01);
    expect(before.speed - reading.speed).toBeLessThanOrEqual(braking + 0.01);
    const scale = Math.cos((reading.latitude * Math.PI) / 180);
    const km = Math.hypot(reading.latitude - before.latitude, (reading.longitude - before.longitude) * scale) * 111.32;
    // Coordinates have six decimals: 0.1 m.
    expect(km).toBeLessThanOrEqual((cruise[1] + 1) / 3_600 + 0.002);
  });
  expect(Math.max(...readings.map(({speed}) => speed))).toBeGreaterThan(cruise[0]);
  expect(readings.some(({speed}) => speed === 0)).toBe(true);
});

test("warm air is dry, and a cooled hold is cold and warms up while its door is open", () => {
  const outside = drive(1, 0, 12 * 3_600);
  const [coolest, warmest] = [...outside]
    .sort((a, b) => a.temperature - b.temperature)
    .filter((_, i, all) => i === 0 || i === all.length - 1);
  expect(coolest!.humidity).toBeGreaterThan(warmest!.humidity);
  const hold = drive(1, 0, 6 * 3_600, "cold-chain").map(({temperature}) => temperature);
  expect(Math.min(...hold)).toBeLessThan(-15);
  expect(Math.max(...hold)).toBeGreaterThan(-15);
  expect(Math.max(...hold)).toBeLessThan(22);
});
