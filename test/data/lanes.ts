import {test as base, inject} from "vitest";
import type {StoreName} from "../../api/stores.ts";
import {stack} from "./shared.ts";
import type {Stack} from "./stack.ts";
import {openTrial, type Trial, type TrialOptions} from "./trial.ts";

/** Those of this worker: as many as tests run in it at once. */
const free = [...inject("lanesByWorker")[Number(process.env.VITEST_POOL_ID) - 1]!];

/**
 * `test` for those that run beside one another: each has a lane to itself, and `open` opens its trial there, on the shared servers
 * or on `others`. Whatever becomes of the test, the trial is closed before another test gets the lane.
 */
export const test = base
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what a fixture needs.
  .extend("lane", ({}, {onCleanup}) => {
    const lane = free.pop()!;
    onCleanup(() => void free.push(lane));
    return lane;
  })
  .extend("open", ({lane}, {onCleanup}) => {
    let trial: Trial | undefined;
    onCleanup(() => trial?.close());
    return async (store: StoreName, options: Omit<TrialOptions, "lane"> = {}, others?: Stack) => {
      trial = await openTrial(others ?? stack, store, {...options, lane});
      return trial;
    };
  });
