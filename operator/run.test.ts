import {expect, test} from "vitest";
import {PIPELINE_LABEL, RETAINED_LABEL} from "../cdk8s/context.ts";
import {pipelineKeys} from "./run.ts";

const secret = (metadata: object) => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: {name: "x", namespace: "a", ...metadata},
});
const ownerReferences = [{apiVersion: "telemetry.dev/v1alpha1", kind: "TelemetryPipeline", name: "fleet", uid: "1"}];
const guard = {apiVersion: "v1", kind: "ConfigMap", name: "fleet-teardown", uid: "2"};

test.each([
  ["one that it owns", {ownerReferences, labels: {[PIPELINE_LABEL]: "x"}}, ["a/fleet"]],
  ["a Secret that outlives it", {labels: {[PIPELINE_LABEL]: "fleet", [RETAINED_LABEL]: "true"}}, ["a/fleet"]],
  [
    "a login that Strimzi made for it",
    {
      labels: {[PIPELINE_LABEL]: "fleet", "strimzi.io/cluster": "fleet"},
      ownerReferences: [{...ownerReferences[0]!, kind: "KafkaUser"}],
    },
    ["a/fleet"],
  ],
  ["one that has nothing but its label", {labels: {[PIPELINE_LABEL]: "fleet"}}, []],
  ["one that only its guard holds", {ownerReferences: [guard], labels: {[PIPELINE_LABEL]: "fleet"}}, ["a/fleet"]],
  ["one that another guard holds", {ownerReferences: [guard], labels: {[PIPELINE_LABEL]: "x"}}, []],
  ["one that names no pipeline", {labels: {[RETAINED_LABEL]: "true"}}, []],
])("a change of an object concerns its pipeline: %s", (_, metadata, keys) => {
  expect(pipelineKeys(secret(metadata))).toEqual(keys);
});
