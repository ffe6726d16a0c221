import {expect, test} from "vitest";
import {SQL_ANNOTATION} from "../../cdk8s/components/flink.ts";
import type {Cache} from "../runtime/controller.ts";
import type {KubeObject} from "../runtime/types.ts";
import {describe, liveSql} from "./flink.ts";

const state = {ready: true, reason: "Running", message: "the job runs"};

test.each([
  [{restarts: 0, lastCheckpoint: 50_000}, "the job runs, its last checkpoint is less than 1 min old"],
  [{restarts: 2, lastCheckpoint: -240_000}, "the job runs, its last checkpoint is 5 min old, 2 restarts"],
  [{restarts: 0}, "the job runs, no checkpoint has been completed yet"],
  [undefined, "the job runs"],
])("the age of the last checkpoint, in steps that a steady job does not take", (job, message) => {
  expect(describe(state, job, 60_000).message).toBe(message);
});

const pipeline: KubeObject = {apiVersion: "", kind: "", metadata: {name: "fleet", namespace: "default"}};
const live = (upgradeMode: string, status: object): KubeObject => ({
  apiVersion: "flink.apache.org/v1beta1",
  kind: "FlinkDeployment",
  metadata: {name: "fleet-flink", generation: 2, annotations: {[SQL_ANNOTATION]: "new"}},
  spec: {job: {upgradeMode}},
  status,
});
const cacheOf = (object: KubeObject | undefined) => ({get: () => object}) as unknown as Cache;

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
  expect(liveSql(cacheOf(object), pipeline)).toBe(hash);
});
