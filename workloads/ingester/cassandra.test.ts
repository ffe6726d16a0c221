import {expect, test} from "vitest";
import type {Row} from "../telemetry.ts";
import {batchesOf} from "./cassandra.ts";

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
