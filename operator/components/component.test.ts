import {expect, test} from "vitest";
import {replicasReady} from "./component.ts";

/** A Deployment with two replicas whose newest template is generation 2. */
const deployment = (status: object) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: {name: "fleet-ingester-cassandra", generation: 2},
  spec: {replicas: 2},
  status: {observedGeneration: 2, ...status},
});

test.each([
  ["no status yet", {observedGeneration: undefined}, "the change has not been observed yet"],
  [
    "an older generation",
    {observedGeneration: 1, replicas: 2, updatedReplicas: 2, readyReplicas: 2},
    "the change has not been observed yet",
  ],
  ["half of it updated", {replicas: 3, updatedReplicas: 1, readyReplicas: 2}, "1 of 2 pods are up to date"],
  // A rolling update starts a new pod beside the old one: the ready pods are the old ones.
  [
    "new pods that start beside the old",
    {replicas: 4, updatedReplicas: 2, readyReplicas: 2},
    "2 old pods have not ended yet",
  ],
  ["a pod that starts", {replicas: 2, updatedReplicas: 2, readyReplicas: 1}, "1 of 2 pods are ready"],
  ["all of it", {replicas: 2, updatedReplicas: 2, readyReplicas: 2}, ""],
])("readiness of replicas: %s", (_, status, expected) => {
  expect(replicasReady(deployment(status))).toBe(expected);
});
