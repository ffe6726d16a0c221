import {afterEach} from "vitest";
import {diagnose} from "./diagnosis.ts";

// Before the next test changes the cluster. A hook that fails has its own words: `untilReady` of steps.ts says the same.
afterEach(async ({task}) => {
  if (task.result?.state === "fail") task.meta.diagnosis = await diagnose();
}, 60_000);
