import {expect, test} from "vitest";
import type {Snapshot} from "../iceberg/types.ts";
import {expiredSnapshots} from "./expiry.ts";

const NOW = Date.parse("2026-11-29T12:30:00Z");
const MINUTE_MS = 60_000;
const at = (minutes: number): Snapshot =>
  ({"snapshot-id": minutes, "timestamp-ms": NOW - minutes * MINUTE_MS}) as unknown as Snapshot;

test("each commit of the last hour stays, the last of each hour of a day, and of each day of a week", () => {
  const snapshots = Array.from({length: 10 * 24 * 60}, (_, minute) => at(minute)).reverse();
  const refs = {main: {"snapshot-id": 0, type: "branch"}};
  const gone = new Set(expiredSnapshots({snapshots, refs}, NOW));
  const ages = snapshots.map((snapshot) => Number(snapshot["snapshot-id"])).filter((id) => !gone.has(id));
  expect(ages.filter((minutes) => minutes < 60)).toHaveLength(60);
  expect(ages.filter((minutes) => minutes >= 60 && minutes < 24 * 60)).toHaveLength(24);
  expect(ages.filter((minutes) => minutes >= 24 * 60)).toHaveLength(7);
  // The last of its hour.
  expect(ages).toContain(91);
});

test("what a branch or a tag stands for stays, however old, and so does the newest", () => {
  const snapshots = [at(90_000), at(80_000), at(70_000)];
  const refs = {main: {"snapshot-id": 70_000, type: "branch"}, audit: {"snapshot-id": 90_000, type: "tag"}};
  expect(expiredSnapshots({snapshots, refs}, NOW)).toEqual([80_000]);
  expect(expiredSnapshots({snapshots, "current-snapshot-id": 70_000}, NOW)).toEqual([90_000, 80_000]);
});
