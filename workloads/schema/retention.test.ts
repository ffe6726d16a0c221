import {expect, test} from "vitest";
import {everyNth} from "./retention.ts";

test("chunks are dropped some at a time, the rest at the end", () => {
  expect(everyNth([1, 2, 3, 4, 5, 6, 7], 3)).toEqual([3, 6, 7]);
  expect(everyNth([1, 2, 3], 3)).toEqual([3]);
  expect(everyNth([], 3)).toEqual([]);
});
