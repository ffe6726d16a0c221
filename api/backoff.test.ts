import {expect, test} from "vitest";
import {backoffMs} from "./backoff.ts";

test("waits double up to the most, half of them by chance", () => {
  const wait = (attempt: number, random: number) => backoffMs(attempt, {baseMs: 100, maxMs: 5_000}, random);
  expect([0, 1, 2, 9, 1_000].map((attempt) => wait(attempt, 1))).toEqual([100, 200, 400, 5_000, 5_000]);
  expect([0, 1_000].map((attempt) => wait(attempt, 0))).toEqual([50, 2_500]);
});
