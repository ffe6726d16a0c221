import {expect, test} from "vitest";
import {claimProblem, endedByNode, eventOf, neverEnds, notMade, problemOf, replicaFailure} from "./pod-words.ts";

const at = (second: number) => `2026-01-01T00:00:${String(second).padStart(2, "0")}Z`;
const pod = (status: object, metadata = {}, spec = {}) =>
  ({apiVersion: "v1", kind: "Pod", metadata: {name: "p", creationTimestamp: at(0), ...metadata}, spec, status}) as any;
const waits = (waiting: object, lastState = {}) => pod({containerStatuses: [{state: {waiting}, lastState}]});
const READY = {conditions: [{type: "Ready", status: "True"}]};
const killed = {terminated: {reason: "OOMKilled", exitCode: 137}};

test.each([
  [
    "no node has room",
    pod({conditions: [{type: "PodScheduled", status: "False", reason: "Unschedulable", message: "Insufficient cpu."}]}),
    "Unschedulable: Insufficient cpu.",
  ],
  [
    "an image is not there",
    waits({reason: "ImagePullBackOff", message: "no such image"}),
    "ImagePullBackOff: no such image",
  ],
  [
    "a program ends again and again",
    waits({reason: "CrashLoopBackOff"}, killed),
    "CrashLoopBackOff (the last one ended with OOMKilled, exit code 137)",
  ],
  [
    "it runs between two of its ends",
    pod({containerStatuses: [{state: {running: {}}, lastState: killed}]}),
    "it ended with OOMKilled, exit code 137",
  ],
  ["it has just ended", pod({containerStatuses: [{state: killed}]}), "it ended with OOMKilled, exit code 137"],
  [
    "an init container ends again and again",
    pod({
      initContainerStatuses: [
        {name: "fine", state: {terminated: {reason: "Completed", exitCode: 0}}},
        {name: "sql", state: {waiting: {reason: "CrashLoopBackOff", message: "back-off 10s"}}, lastState: killed},
      ],
      containerStatuses: [{state: {waiting: {reason: "PodInitializing"}}}],
    }),
    "init container sql: CrashLoopBackOff: back-off 10s (the last one ended with OOMKilled, exit code 137)",
  ],
  [
    "a program of ours ended with a message for people",
    waits({reason: "CrashLoopBackOff"}, {terminated: {reason: "Error", exitCode: 1, message: "column x is missing\n"}}),
    "column x is missing",
  ],
  ["it is being made", waits({reason: "ContainerCreating"}), ""],
  ["it runs", pod({containerStatuses: [{state: {running: {}}}]}), ""],
  ["it is ready, whatever was before", pod({...READY, containerStatuses: [{lastState: killed}]}), ""],
  ["it did its work", pod({phase: "Succeeded", containerStatuses: [{state: killed}]}), ""],
])("a pod says when %s", (_, object, problem) => {
  expect(problemOf(object)).toBe(problem);
});

test("a pod that was evicted says why, until one that was made after it is well", () => {
  const message = "The node was low on resource: memory. ";
  const evicted = (name: string, second: number) =>
    pod({phase: "Failed", reason: "Evicted", message}, {name, creationTimestamp: at(second)});
  const words = "pod b: Evicted: The node was low on resource: memory.";
  expect(endedByNode([evicted("a", 1), evicted("b", 2), pod({}, {creationTimestamp: at(3)})])).toBe(words);
  expect(endedByNode([evicted("b", 2), pod(READY, {creationTimestamp: at(3)})])).toBe("");
  expect(endedByNode([evicted("b", 2), pod(READY, {creationTimestamp: at(1)})])).toBe(words);
});

test("a pod whose node does not end it is named with the node", () => {
  const left = pod({}, {deletionTimestamp: at(0)}, {nodeName: "n1"});
  expect(neverEnds([left], Date.parse(at(30)))).toBe("");
  expect(neverEnds([left], Date.parse(at(0)) + 90_000)).toBe(
    `pod p: should have ended at ${at(0)}; its node n1 may be away`,
  );
  expect(neverEnds([pod({})], Date.parse(at(0)) + 90_000)).toBe("");
});

const event = (kind: string, name: string, message: string, second: number, reason = "FailedCreate", uid?: string) =>
  ({involvedObject: {kind, name, uid}, reason, message, lastTimestamp: at(second), metadata: {name: "e"}}) as any;
const cluster = {
  kind: "K8ssandraCluster",
  metadata: {name: "fleet"},
  spec: {cassandra: {datacenters: [{metadata: {name: "dc1"}}]}},
} as any;
const object = (kind: string, name: string) => ({kind, metadata: {name}}) as any;
const of = (kind: string, name: string, second: number) =>
  pod({}, {creationTimestamp: at(second), ownerReferences: [{kind, name}]});

test("pods that Pod Security keeps from being made are told of, those of an upstream operator's StatefulSet too", () => {
  const set = "fleet-dc1-default-sts";
  const events = [
    event("StatefulSet", set, "first", 1),
    event("StatefulSet", set, "pods are forbidden: violates PodSecurity", 2),
    event("StatefulSet", "another-dc1-default-sts", "not ours", 3),
    event("StatefulSet", set, "Recreating", 3, "RecreatingFailedPod"),
  ];
  const message = `StatefulSet ${set}: pods are forbidden: violates PodSecurity`;
  expect(notMade([cluster], [], events)).toBe(message);
  expect(notMade([cluster], [of("StatefulSet", set, 9)], events)).toBe("");
  expect(notMade([cluster], [of("Job", "schema", 9)], events), "another's pods say nothing of it").toBe(message);
  const job = event("Job", "fleet-schema-1f", "quota", 1);
  expect(notMade([object("Job", "fleet-schema-1f")], [], [job])).toBe("Job fleet-schema-1f: quota");
});

test("a Deployment's pods are those of its ReplicaSets, not of one whose name begins like its own", () => {
  const deployments = [object("Deployment", "x")];
  expect(notMade(deployments, [], [event("ReplicaSet", "x-5c", "quota", 1)])).toBe("ReplicaSet x-5c: quota");
  expect(notMade(deployments, [], [event("ReplicaSet", "x-y-5c", "quota", 1)])).toBe("");
});

test("a Deployment says itself why its pods are not made", () => {
  const condition = (status: string) => ({
    type: "ReplicaFailure",
    status,
    reason: "FailedCreate",
    message: "exceeded quota",
  });
  const live = (status: string) => ({...object("Deployment", "x"), status: {conditions: [condition(status)]}});
  expect(replicaFailure([undefined, live("True")])).toBe("Deployment x: exceeded quota");
  expect(replicaFailure([live("False"), object("Deployment", "x")])).toBe("");
});

test("a pod without a sandbox is told of by its newest Event, one that has begun by its node's alone", () => {
  const mount = event("Pod", "p", 'secret "x" not found', 2, "FailedMount", "1");
  const events = [
    event("Pod", "p", "older", 1, "FailedMount", "1"),
    mount,
    event("Pod", "q", "other", 3, "FailedMount"),
  ];
  const being = pod({phase: "Pending"}, {uid: "1"});
  expect(eventOf(being, events)).toBe('FailedMount: secret "x" not found');
  expect(eventOf(pod({phase: "Pending"}, {uid: "2"}), events), "of a pod before it, of the same name").toBe("");
  const begun = pod({conditions: [{type: "PodReadyToStartContainers", status: "True"}]}, {uid: "1"});
  expect(eventOf(begun, events)).toBe("");
  const away = event("Pod", "p", "Node is not ready", 3, "NodeNotReady", "1");
  expect(eventOf(begun, [...events, away])).toBe("NodeNotReady: Node is not ready");
});

test("a volume that nobody makes is told of by the words of who should", () => {
  const spec = {volumes: [{name: "data", persistentVolumeClaim: {claimName: "data-p"}}]};
  const events = [event("PersistentVolumeClaim", "data-p", 'storageclass "fast" not found', 1, "ProvisioningFailed")];
  expect(claimProblem(pod({}, {}, spec), events)).toBe(
    'PersistentVolumeClaim data-p: ProvisioningFailed: storageclass "fast" not found',
  );
  expect(claimProblem(pod({}), events)).toBe("");
});
