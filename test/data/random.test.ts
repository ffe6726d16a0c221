import {expect} from "vitest";
import {test} from "./lanes.ts";
import {isExact, randomRun} from "./random-run.ts";
import {stack} from "./shared.ts";

// The long form is `make soak`; a run is repeated with its seed.
test.for([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])(
  "random faults of seed %i cost no event and add none",
  async (seed, {lane}) => {
    const outcome = await randomRun(stack, seed, lane);
    expect(isExact(outcome), JSON.stringify(outcome)).toBe(true);
    expect(outcome.verdict.acknowledged).toBeGreaterThan(0);
  },
);
