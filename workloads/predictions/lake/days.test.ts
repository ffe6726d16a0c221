import {expect, test} from "vitest";
import type {TableMetadata} from "../../lake/iceberg/types.ts";
import {COPIED, copiedAfter, copiedOf, DAY_MS, nameOf, verdictOf} from "./days.ts";

const NOW = Date.UTC(2026, 10, 30, 12);
const TODAY = Math.floor(NOW / DAY_MS);
const there = {all: 96, rows: 96, hash: "17"};
const copied = {settled: TODAY - 8, days: {[TODAY]: "96 17"}};
const MONTH_MS = 30 * DAY_MS;

test.each([
  ["what it was copied from", {}, "same"],
  ["another content of as many rows", {there: {...there, hash: "18"}}, "copied"],
  ["more rows", {there: {all: 97, rows: 97, hash: "18"}}, "copied"],
  ["as many as were copied, where the lake has lost some", {rows: 90}, "copied"],
  ["something of a day that the lake does not have", {copied: {settled: 0, days: {}}, rows: 0}, "copied"],
  ["fewer rows than the lake", {there: {all: 95, rows: 95, hash: "18"}}, "kept"],
  ["nothing, where the lake has something", {there: {all: 0, rows: 0, hash: "0"}}, "kept"],
  ["nothing, as the lake", {there: {all: 0, rows: 0, hash: "0"}, rows: 0}, "same"],
  ["rows of a vehicle that was erased from the lake", {there: {all: 96, rows: 90, hash: "18"}}, "copied"],
])("a day of which TimescaleDB has %s", (_, more, verdict) => {
  expect(verdictOf({day: TODAY, there, rows: 96, copied, ...more}, MONTH_MS, NOW)).toBe(verdict);
});

test("a day that TimescaleDB has begun to drop is copied only if the lake has nothing of it", () => {
  const day = TODAY - 30;
  const grown = {day, there: {all: 200, rows: 200, hash: "3"}, copied};
  expect(verdictOf({...grown, rows: 96}, MONTH_MS, NOW)).toBe("kept");
  expect(verdictOf({...grown, rows: 0}, MONTH_MS, NOW)).toBe("copied");
  expect(verdictOf({...grown, day: day + 1, rows: 96}, MONTH_MS, NOW)).toBe("copied");
  expect(verdictOf({...grown, rows: 96}, undefined, NOW)).toBe("copied");
});

test("days of which nothing can change any more are forgotten, once those before them have been gone through", () => {
  const first = TODAY - 20;
  const before = {settled: first, days: {[first]: "1 1", [TODAY - 1]: "2 2"}};
  const early = copiedAfter(before, {day: TODAY - 15, there, first}, NOW);
  expect(early).toEqual({settled: TODAY - 15, days: {[TODAY - 15]: "96 17", [TODAY - 1]: "2 2"}});
  expect(copiedAfter(early, {day: TODAY, there, first}, NOW)).toEqual({
    settled: TODAY - 8,
    days: {[TODAY - 1]: "2 2", [TODAY]: "96 17"},
  });
});

test("a table that was taken back during a run has more days to be gone through by the next", () => {
  const restored = {settled: TODAY - 12, days: {}};
  expect(copiedAfter(restored, {day: TODAY, there, first: TODAY - 8}, NOW).settled).toBe(TODAY - 12);
});

test("what was copied is told by the newest snapshot that says so, beside commits of others", () => {
  const snapshot = (id: number, summary: Record<string, string>) => ({
    ...{
      "snapshot-id": id,
      "parent-snapshot-id": id - 1,
      "sequence-number": id,
      "timestamp-ms": id,
      "manifest-list": "",
    },
    summary,
  });
  const metadata = (head: number) =>
    ({
      "current-snapshot-id": head,
      snapshots: [
        snapshot(1, {}),
        snapshot(2, {[COPIED]: JSON.stringify(copied)}),
        snapshot(3, {operation: "replace"}),
      ],
    }) as unknown as TableMetadata;
  expect(copiedOf(metadata(3))).toEqual(copied);
  expect(copiedOf(metadata(1))).toEqual({settled: 0, days: {}});
  expect(nameOf(TODAY)).toBe("2026-11-30");
});
