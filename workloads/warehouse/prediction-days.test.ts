import {expect, test} from "vitest";
import {causeOf, daysOf, differing, firstWhole, loadTask} from "./prediction-days.ts";

const DAY = 86_400_000;
const MONDAY = Date.UTC(2026, 10, 30);
const said = {model: "cold-chain-breach", version: 3, label: "none", actual: null};
const group = (day: number, rows: number, more: object = {}) => ({day, rows, score: rows / 4, ...said, ...more});

test("days that the warehouse lacks or has otherwise are loaded, the newest first", () => {
  const database = daysOf([
    group(MONDAY - 2 * DAY, 7),
    group(MONDAY - DAY, 6),
    group(MONDAY - DAY, 3, {actual: "none"}),
    group(MONDAY, 2),
  ]);
  const warehouse = daysOf([group(MONDAY - 2 * DAY, 7), group(MONDAY - DAY, 9)]);
  expect(differing(database, warehouse)).toEqual([MONDAY, MONDAY - DAY]);
});

test.each([
  ["the order in which scores were added", {score: 1.75 + 1e-12}, false],
  ["another score", {score: 1.8}, true],
  ["what came of them", {actual: "breach"}, true],
  ["the model that said it", {version: 4}, true],
  ["a further one", {rows: 8}, true],
])("as many predictions of a day: %s", (_, more, differs) => {
  const there = daysOf([group(MONDAY, 7, more)]);
  expect(differing(there, daysOf([group(MONDAY, 7)]))).toEqual(differs ? [MONDAY] : []);
});

test("a day that the database has lost rows of stays as the warehouse has it", () => {
  const warehouse = daysOf([group(MONDAY - DAY, 9), group(MONDAY, 9)]);
  expect(differing(daysOf([group(MONDAY, 8)]), warehouse)).toEqual([]);
});

test("a day is whole until the age at which the first of both drops rows", () => {
  const noon = MONDAY + DAY / 2;
  expect(firstWhole(noon, [2 * 86_400, undefined])).toBe(MONDAY - DAY);
  expect(firstWhole(noon, [2 * 86_400, 86_400])).toBe(MONDAY);
  expect(firstWhole(noon, [undefined, undefined])).toBe(0);
});

test("a task takes the place of one day, and of nothing else", () => {
  const task = loadTask({table: "cars"}, MONDAY, "http://keeper:8080/predictions/1", "one");
  expect(task.id).toBe("cars_predictions-load-2026-11-30-one");
  const {dataSchema, ioConfig, tuningConfig} = task.spec;
  expect(dataSchema.dataSource).toBe("cars_predictions");
  expect(dataSchema.granularitySpec).toMatchObject({
    segmentGranularity: "DAY",
    rollup: false,
    intervals: ["2026-11-30T00:00:00.000Z/2026-12-01T00:00:00.000Z"],
  });
  expect(ioConfig).toMatchObject({
    inputSource: {type: "http", uris: ["http://keeper:8080/predictions/1"]},
    appendToExisting: false,
  });
  expect(tuningConfig.maxParseExceptions).toBe(0);
});

test("of Druid's error people read what went wrong and its first cause, without the stack", () => {
  const trace = [
    "java.lang.RuntimeException: Error occurred while trying to read uri: http://keeper:8080/predictions/1",
    "\tat org.apache.druid.data.input.impl.InputEntityIteratingReader.read(InputEntityIteratingReader.java:81)",
    "Caused by: java.lang.RuntimeException: retried",
    "\t... 31 more",
    "Caused by: java.net.UnknownHostException: keeper",
    "\t... 25 more",
    "",
  ].join("\n");
  expect(causeOf(trace)).toBe(
    "java.lang.RuntimeException: Error occurred while trying to read uri: http://keeper:8080/predictions/1; Caused by: java.net.UnknownHostException: keeper",
  );
  expect(causeOf("Shutdown request from user")).toBe("Shutdown request from user");
});
