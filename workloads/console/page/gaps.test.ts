import {expect, test} from "vitest";
import {bridged} from "./gaps.ts";

const seconds = (count: number) => Array.from({length: count}, (_, at) => at);

test("a sensor that speaks with every third event is a line", () => {
  const values = [1, null, null, 2, null, null, 3];
  expect(bridged(seconds(7), values)).toEqual([1, undefined, undefined, 2, undefined, undefined, 3]);
});

test("one that stops for longer leaves a gap, and so does what it never said", () => {
  const values = [null, 1, 2, 3, null, null, null, 4, null];
  expect(bridged(seconds(9), values)).toEqual(values);
  expect(bridged(seconds(3), [null, null, null])).toEqual([null, null, null]);
});
