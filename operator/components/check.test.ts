import {expect, test} from "vitest";
import {verdictOf} from "./check.ts";

const failed = (reason: string) => ({failed: 1, conditions: [{type: "Failed", status: "True", reason}]});

test.each([
  ["no Job yet", undefined, "unknown"],
  ["one that runs", {active: 1}, "unknown"],
  ["one whose pod was evicted and is made again", {active: 1, failed: 1}, "unknown"],
  ["one that is about to fail", {failed: 1, conditions: [{type: "FailureTarget", status: "True"}]}, "unknown"],
  ["one that ended well", {succeeded: 1}, "passed"],
  ["one whose script said no", failed("PodFailurePolicy"), "refused"],
  ["one whose pods were killed each time", failed("BackoffLimitExceeded"), "lost"],
])("the verdict of %s", (_, status, verdict) => {
  expect(verdictOf(status && {apiVersion: "batch/v1", kind: "Job", metadata: {name: "c"}, status})).toBe(verdict);
});
