import {expect, test} from "vitest";
import {random} from "../../simulator/random.ts";
import {addReading, createReadings, createSummary, summarize} from "./state.ts";

const START = Date.UTC(2026, 10, 3);

const held = ({times, temperatures, first, end}: ReturnType<typeof createReadings>) =>
  Array.from({length: end - first}, (_, at) => [(times[first + at]! - START) / 1_000, temperatures[first + at]!]);

function readingsOf(...seconds: number[]) {
  const readings = createReadings();
  const placed = seconds.map((second) => addReading(readings, START + second * 1_000, second / 10, 0));
  return {readings, placed};
}

test("readings that come late stand where their time belongs, and one of a time that is there is left out", () => {
  const {readings, placed} = readingsOf(10, 30, 20, 5, 30, 20);
  expect(held(readings).map(([second]) => second)).toEqual([5, 10, 20, 30]);
  expect(placed).toEqual(["added", "added", "added", "added", "repeated", "repeated"]);
});

test("what is older than five minutes goes, or does not come in", () => {
  const {readings, placed} = readingsOf(0, 100, 300, 305, 4.9, 5);
  expect(held(readings).map(([second]) => second)).toEqual([5, 100, 300, 305]);
  expect(placed.slice(-2)).toEqual(["old", "added"]);
});

test("of the readings in five seconds the first by time stands, also when it comes last", () => {
  const {readings, placed} = readingsOf(10, 11, 14.9, 15, 22, 30, 21, 23, 20.5);
  expect(held(readings)).toEqual([10, 15, 20.5, 30].map((second) => [second, second / 10]));
  expect(placed).toEqual([
    ...["added", "passed", "passed", "added", "added", "added"],
    ...["replaced", "passed", "replaced"],
  ]);
});

test("a reading that comes late is not the first of its five seconds where that one is just older than the window", () => {
  const {readings, placed} = readingsOf(2, 100, 303, 4);
  const summary = createSummary();
  summarize(readings, summary);
  expect([placed.at(-1), summary.history, summary.oldestTemperature]).toEqual(["passed", 203, 10]);
});

test("a sensor that floods it takes no more memory than others", () => {
  const readings = createReadings();
  for (let at = 0; at < 50_000; at++) addReading(readings, START + at * 20, 1, 1);
  expect([readings.end - readings.first, readings.times.length]).toEqual([61, 128]);
  expect(readings.times[readings.end - 1]).toBe(START + 995_000);
});

test("hours of readings leave the slope of the last minute exact", () => {
  const readings = createReadings();
  const next = random(1);
  for (let second = 0; second < 20_000; second++) addReading(readings, START + second * 1_000, 1e3 * next(), 50);
  for (let second = 20_000; second < 20_400; second++)
    addReading(readings, START + second * 1_000, -20 + second * 0.01, second % 100);
  const summary = createSummary();
  summarize(readings, summary);
  expect(summary.slope60).toBeCloseTo(0.01, 9);
  expect(summary.slope300).toBeCloseTo(0.01, 9);
  expect([summary.history, summary.maxSpeed60, summary.speed]).toEqual([300, 95, 95]);
});
