import {expect, test} from "vitest";
import {runsOf, type Span, spansOf} from "./hourly.ts";

const HOUR = 3_600_000;
const chunksFrom = (start: number, length: number, count: number) =>
  Array.from({length: count}, (_, at) => ({
    start: new Date(start + at * length),
    end: new Date(start + (at + 1) * length),
  }));
const hours = (spans: Span[]) => spans.map(([from, until]) => [from / HOUR, until / HOUR]);

test("hours that follow one another are counted together", () => {
  expect(hours(runsOf([1, 2, 3, 7, 9, 10].map((hour) => hour * HOUR)))).toEqual([
    [1, 4],
    [7, 8],
    [9, 11],
  ]);
});

test("a span is counted a day at a time, and time that no chunk holds not at all", () => {
  const chunks = [...chunksFrom(0, 24 * HOUR, 2), ...chunksFrom(1_000 * HOUR, 24 * HOUR, 1)];
  expect(hours(spansOf(chunks, [5 * HOUR, 2_000 * HOUR]))).toEqual([
    [5, 29],
    [29, 53],
    [1_000, 1_024],
  ]);
  expect(spansOf(chunks, [100 * HOUR, 200 * HOUR])).toEqual([]);
  expect(spansOf([], [0, 200 * HOUR])).toEqual([]);
});

test("of many short chunks few are touched at a time, and an hour is never cut", () => {
  const quarters = spansOf(chunksFrom(0, HOUR / 4, 400), [0, 100 * HOUR]);
  expect(hours(quarters)).toEqual([
    [0, 24],
    [24, 48],
    [48, 72],
    [72, 96],
    [96, 100],
  ]);
  const minutes = spansOf(chunksFrom(0, HOUR / 60, 180), [0, 3 * HOUR]);
  expect(hours(minutes)).toEqual([
    [0, 1],
    [1, 2],
    [2, 3],
  ]);
});
