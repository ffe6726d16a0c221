import {expect, test} from "vitest";
import {filesToMerge, LARGE_BYTES, MOST_ROWS, type Sized, vehicleRanges} from "./compaction.ts";

const MIB = 1_048_576;
const file = (bytes: number, rows = bytes / 20): Sized => ({bytes, rows});
const files = (count: number, bytes: number) => Array.from({length: count}, () => file(bytes));

test.each<[string, Sized[], number]>([
  ["a single small file", files(1, MIB), 0],
  ["two", files(2, MIB), 2],
  ["small ones beside a large one", [...files(5, MIB), file(LARGE_BYTES)], 5],
  ["as few as its rows need", [file(40 * MIB, MOST_ROWS), file(40 * MIB, MOST_ROWS)], 0],
  ["many with more rows than one file takes", Array.from({length: 40}, () => file(MIB, MOST_ROWS / 4)), 40],
])("of a day that is over, %s: %#", (_, all, merged) => {
  expect(filesToMerge(all, true)).toHaveLength(merged);
});

test.each<[string, Sized[], number]>([
  ["fewer than eight of one size wait", files(7, MIB / 10), 0],
  ["eight of one size become one", files(8, MIB / 10), 8],
  ["those of another size stay as they are", [...files(120, MIB / 10), ...files(3, 6 * MIB)], 120],
  ["the one that they become is the eighth of the next size", [...files(8, MIB / 10), ...files(7, 6 * MIB)], 15],
])("of a day that grows, %s", (_, all, merged) => {
  expect(filesToMerge(all, false)).toHaveLength(merged);
});

test("a day that grows writes each row a few times, and ends with a few files", () => {
  let [present, written] = [[] as Sized[], 0];
  for (let hour = 0; hour < 24; hour++) {
    present.push(...files(120, MIB / 10));
    const merged = new Set(filesToMerge(present, false));
    const into = [...merged].reduce((sum, {bytes}) => sum + bytes, 0);
    written += into;
    present = [...present.filter((one) => !merged.has(one)), ...(into > 0 ? [file(into)] : [])];
  }
  const total = 24 * 12 * MIB;
  expect(present.length).toBeLessThan(20);
  expect(written).toBeLessThan(3 * total);
});

test("ranges hold at most so many rows, and no vehicle is cut", () => {
  const vehicles = [3, 4, 20, 1, 1, 8].map((rows, at) => ({id: `v${at}`, rows}));
  expect(vehicleRanges(vehicles, 10)).toEqual([
    {from: "v0", to: "v1"},
    {from: "v2", to: "v2"},
    {from: "v3", to: "v5"},
  ]);
  expect(vehicleRanges([])).toEqual([]);
});
