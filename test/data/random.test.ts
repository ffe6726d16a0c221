import {expect} from "vitest";
import {DATABASES} from "../../api/stores.ts";
import {test} from "./lanes.ts";
import {isExact, randomRun} from "./random-run.ts";
import {stack} from "./shared.ts";

const runs = [
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((seed) => [seed, DATABASES] as const),
  ...[1, 2, 3, 4].map((seed) => [seed, ["lake"]] as const),
];

// The long form is `make soak`; a run is repeated with its seed and stores.
test.for(runs)("random faults of seed %i, of %o, cost no event and add none", async ([seed, stores], {lane}) => {
  const outcome = await randomRun(stack, seed, lane, stores);
  expect(isExact(outcome), JSON.stringify(outcome)).toBe(true);
  expect(outcome.verdict.acknowledged).toBeGreaterThan(0);
});
