import {expect, test} from "vitest";
import {SQL_ANNOTATION} from "../../../cdk8s/components/flink/names.ts";
import type {KubeObject} from "../../runtime/types.ts";
import {liveSql} from "./facts.ts";
import {describe, patient} from "./job.ts";

const state = {ready: true, reason: "Running", message: "the job runs"};

test.each([
  [{restarts: 0, lastCheckpoint: 50_000}, "the job runs, its last checkpoint is less than 1 min old"],
  [{restarts: 2, lastCheckpoint: -240_000}, "the job runs, its last checkpoint is 5 min old, 2 restarts"],
  [{restarts: 0}, "the job runs, no checkpoint has been completed yet"],
  [undefined, "the job runs"],
])("the age of the last checkpoint, in steps that a steady job does not take", (job, message) => {
  expect(describe(state, job, 60_000).message).toBe(message);
});

const MINUTE = 60_000;
const NOW = Date.parse("2026-01-01T12:00:00Z");
const ago = (minutes: number) => new Date(NOW - minutes * MINUTE).toISOString();
const error = {ready: false, reason: "JobManagerError", message: 'configmap "pod-template-x" not found'};
const deploying = {...error, reason: "Deploying", message: "JobManager MISSING, job RECONCILING: Job Not Found"};
const failed = {...error, reason: "Failed", message: "the job has failed"};

test.each([
  ["an error just after a deployment is waited out", error, 1, 10, false],
  ["a job that is not there yet as well", deploying, 1, 10, false],
  ["an error of a job that upstream puts back, which it does not date", error, 600, 1, false],
  ["one that lasts is told", error, 2, 10, true],
  ["a job that has failed is told at once", failed, 0, 0, true],
])("%s", (_, seen, deployedAgo, unreadyAgo, told) => {
  const deployed = live("last-state", {
    reconciliationStatus: {reconciliationTimestamp: NOW - deployedAgo * MINUTE},
  });
  const before = {name: "flink", ready: false, reason: "Deploying", message: "", since: ago(unreadyAgo)};
  const shown = patient(seen, deployed, before, NOW);
  expect(shown).toEqual(
    told ? seen : {...seen, reason: "Deploying", message: expect.not.stringContaining("not found")},
  );
  if (!told) expect(shown.message).not.toContain("Not Found");
});

test("a job that was ready until now is given its time", () => {
  const before = {name: "flink", ready: true, reason: "Running", message: "", since: ago(600)};
  expect(patient(error, undefined, before, NOW).reason).toBe("Deploying");
});

const live = (upgradeMode: string, status: object): KubeObject => ({
  apiVersion: "flink.apache.org/v1beta1",
  kind: "FlinkDeployment",
  metadata: {name: "fleet-flink", generation: 2, annotations: {[SQL_ANNOTATION]: "new"}},
  spec: {job: {upgradeMode}},
  status,
});

test.each([
  ["no job: nothing to go on from", undefined, undefined],
  ["a job that goes on from its state keeps that of its SQL", live("last-state", {observedGeneration: 1}), "new"],
  ["a job that begins anew keeps no state before it runs", live("stateless", {observedGeneration: 1}), ""],
  [
    "one that has begun anew keeps that of its SQL",
    live("stateless", {observedGeneration: 2, lifecycleState: "STABLE"}),
    "new",
  ],
])("%s", (_, object, hash) => {
  expect(liveSql(object)).toBe(hash);
});
