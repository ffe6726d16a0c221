import {expect, test} from "vitest";
import type {TableMetadata} from "./iceberg/types.ts";
import {momentOf, snapshotAt, wasThere} from "./moment.ts";

const metadata = {
  snapshots: [1, 2, 3].map((id) => ({"snapshot-id": id, "timestamp-ms": id * 1_000})),
} as unknown as TableMetadata;

test("the snapshot of a moment is the last before it", () => {
  expect(snapshotAt(metadata, 2_999)).toMatchObject({"snapshot-id": 2});
  expect(() => snapshotAt(metadata, 999)).toThrow("the oldest snapshot is of 1970-01-01T00:00:01.000Z");
});

test("by the table's log it is what readers saw, also after a restore", () => {
  const log = [
    [1, 1_000],
    [3, 3_000],
    [1, 5_000],
  ].map(([id, ms]) => ({"snapshot-id": id!, "timestamp-ms": ms!}));
  expect(snapshotAt({...metadata, "snapshot-log": log}, 6_000)).toMatchObject({"snapshot-id": 1});
});

test("a table that nobody has written to was not there", () => {
  expect([wasThere(metadata, 1_000), wasThere(metadata, 999), wasThere({...metadata, snapshots: []}, 5_000)]).toEqual([
    true,
    false,
    false,
  ]);
});

test("a moment has a zone and is past", () => {
  expect(momentOf("--to", "1970-01-01T01:00:05+01:00", 9_000)).toBe(5_000);
  expect(() => momentOf("--to", "1970-01-01T00:00:05", 9_000)).toThrow("with its zone");
  expect(() => momentOf("--to", "1970-01-01T00:00:10Z", 9_000)).toThrow("in the future");
});
