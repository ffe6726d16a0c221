import {expect, test} from "vitest";
import {figuresOf} from "./figures.ts";
import type {Head} from "./iceberg/table.ts";

const manifest = (content: number, files: number) => ({
  content,
  added: {files, rows: 10 * files},
  existing: {files: 1, rows: 5},
  deleted: {files: 7, rows: 70},
});
const head = (properties: Record<string, string>) =>
  ({
    metadata: {
      properties,
      snapshots: [
        {"snapshot-id": 1, "timestamp-ms": 0},
        {"snapshot-id": 2, "timestamp-ms": 60_000},
      ],
      refs: {main: {"snapshot-id": 2, type: "branch"}},
    },
    manifests: [manifest(0, 2), manifest(0, 3), manifest(1, 9)],
  }) as unknown as Head;

test("a table's figures are those of its live data files", () => {
  expect(figuresOf(head({}))).toEqual({files: 7, rows: 60, snapshots: 2, committed: "1970-01-01T00:01:00.000Z"});
});

test("maintenance says what it did in the table; a property of somebody else is none of its", () => {
  const at = "2026-11-29T12:17:00.000Z";
  const status = JSON.stringify({at, files: 7, bytes: 900, compacted: {at, from: 9, to: 1}});
  expect(figuresOf(head({"telemetry.maintenance": status}))).toMatchObject({bytes: 900, maintained: at, compacted: at});
  expect(figuresOf(head({"telemetry.maintenance": "{"}))).not.toHaveProperty("maintained");
});
