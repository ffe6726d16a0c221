import {expect, test} from "vitest";
import {memoryOf} from "./memory.ts";

const MIB = 1_048_576;

test.each([
  ["half a GiB with a writer in it", 512, 200, 138],
  ["next to nothing", 256, 250, 96],
  ["plenty", 65_536, 0, 2_048],
])("%s: DuckDB leaves room for what runs beside it", (_, limit, used, mib) => {
  expect(memoryOf(limit * MIB, used * MIB)).toBe(mib);
});
