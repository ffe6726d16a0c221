import {expect, test} from "vitest";
import {random} from "../simulator/random.ts";
import {scenarios} from "../simulator/scenarios.ts";
import {createVehicle} from "../simulator/vehicle.ts";
import {createSensor, judgeSensor} from "./sensors.ts";

const START = Date.UTC(2026, 10, 3, 7);
const SECONDS = 5;

/** Labels of a cold hold's readings, some of them changed. */
function labelsOf(readings: number, changed: (temperature: number, at: number) => number, seed = 1) {
  const {step} = createVehicle(seed, 0, scenarios["cold-chain"]);
  const sensor = createSensor();
  return Array.from({length: readings}, (_, at) => {
    const ms = START + at * SECONDS * 1_000;
    return judgeSensor(sensor, ms, changed(step(SECONDS, ms).temperature, at), at).label;
  });
}

test("a sensor that works is never blamed, over two days of doors that open and close", () => {
  for (const seed of [1, 2, 3]) {
    const labels = labelsOf(34_560, (temperature) => temperature, seed);
    expect(labels.filter((label) => label !== "none")).toEqual([]);
  }
});

test("a jump of five degrees is a spike, and the reading after it is none", () => {
  const labels = labelsOf(200, (temperature, at) => temperature + (at === 100 ? 5 : 0));
  expect(labels.flatMap((label, at) => (label === "none" ? [] : [`${at} ${label}`]))).toEqual(["100 spike"]);
});

test("a sensor that has moved to another level is blamed for three readings, and then believed", () => {
  const labels = labelsOf(200, (temperature, at) => temperature + (at >= 100 ? 8 : 0));
  expect(labels.flatMap((label, at) => (label === "none" ? [] : [`${at} ${label}`]))).toEqual([
    "100 spike",
    "101 spike",
    "102 spike",
  ]);
});

test("one that repeats itself while others change is stuck until it changes", () => {
  let [stuck, since] = [Number.NaN, 0];
  const labels = labelsOf(200, (temperature, at) => {
    if (at === 100) [stuck, since] = [temperature, at];
    return at >= 100 && at < 150 ? stuck : temperature;
  });
  const blamed = labels.flatMap((label, at) => (label === "stuck" ? [at - since] : []));
  expect([blamed[0]! >= 6 && blamed[0]! <= 8, blamed.at(-1)]).toEqual([true, 49]);
});

test("one of a coarse resolution, which often repeats itself, is not stuck for six readings alike", () => {
  const next = random(3);
  const coarse = (temperature: number) => Math.round((temperature + (next() - 0.5) * 0.1) / 0.5) * 0.5;
  const labels = labelsOf(5_000, coarse);
  expect(labels.filter((label) => label === "stuck")).toEqual([]);
});

test("one of a vehicle of which nothing changes is not blamed: it may be switched off with the rest", () => {
  const sensor = createSensor();
  const next = random(4);
  const readings = Array.from({length: 200}, (_, at) => (at < 100 ? -18 + next() : -18));
  const labels = readings.map((temperature, at) =>
    judgeSensor(sensor, START + at * 5_000, temperature, at < 100 ? at : 0),
  );
  expect(labels.filter(({label}) => label === "stuck")).toEqual([]);
});
