import {expect, test} from "vitest";
import type {Row} from "../telemetry.ts";
import {batchesOf, lastOfEach} from "./cassandra.ts";

test("a batch holds one partition and at most 64 rows, and no row is lost", () => {
  const rows = Array.from({length: 200}, (_, index) => ({
    vehicle_id: `v${index % 3}`,
    ts: new Date(Date.UTC(2026, 0, 1 + (index % 2)) + index),
  })) as Row[];
  const batches = batchesOf(rows);
  expect(new Set(batches.flat())).toEqual(new Set(rows));
  for (const batch of batches) {
    expect(batch.length).toBeLessThanOrEqual(64);
    expect(new Set(batch.map((row) => `${row.vehicle_id} ${row.ts.getUTCDate()}`)).size).toBe(1);
  }
});

test("large rows do not add up to more than Cassandra takes at once", () => {
  const rows = Array.from({length: 10}, (_, index) => ({
    vehicle_id: "v",
    ts: new Date(index),
    extra: "x".repeat(200_000),
  }));
  expect(batchesOf(rows as Row[]).map(({length}) => length)).toEqual(Array(10).fill(1));
});

test("of several rows with one key only the last is written, and rows in order are left as they are", () => {
  const row = (vehicle_id: string, ms: number, speed: number) => ({vehicle_id, ts: new Date(ms), speed}) as Row;
  const ordered = [row("a", 1, 1), row("b", 1, 2), row("a", 2, 3)];
  expect(lastOfEach(ordered)).toBe(ordered);
  expect(lastOfEach([row("a", 1, 1), row("b", 1, 2), row("a", 0, 3), row("a", 1, 4)])).toEqual([
    row("a", 1, 4),
    row("b", 1, 2),
    row("a", 0, 3),
  ]);
});
