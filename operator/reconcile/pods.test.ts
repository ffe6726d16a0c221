import {expect, test} from "vitest";
import {notMade, problemOf} from "./pods.ts";

const pod = (status: object) => ({apiVersion: "v1", kind: "Pod", metadata: {name: "p"}, status});
const waits = (waiting: object, lastState = {}) => pod({containerStatuses: [{state: {waiting}, lastState}]});

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
    waits({reason: "CrashLoopBackOff"}, {terminated: {reason: "OOMKilled", exitCode: 137}}),
    "CrashLoopBackOff (the last one ended with OOMKilled, exit code 137)",
  ],
  [
    "a program of ours ended with a message for people",
    waits({reason: "CrashLoopBackOff"}, {terminated: {reason: "Error", exitCode: 1, message: "column x is missing\n"}}),
    "column x is missing",
  ],
  ["it is being made", waits({reason: "ContainerCreating"}), ""],
  ["it runs", pod({containerStatuses: [{state: {running: {}}}]}), ""],
])("a pod says when %s", (_, object, problem) => {
  expect(problemOf(object)).toBe(problem);
});

const component = (...objects: object[]) => ({component: {name: "cassandra"}, objects}) as any;
const event = (kind: string, name: string, message: string, at: number) =>
  ({involvedObject: {kind, name}, message, lastTimestamp: `2026-01-01T00:00:0${at}Z`, metadata: {name: "e"}}) as any;
const cluster = {
  kind: "K8ssandraCluster",
  metadata: {name: "fleet"},
  spec: {cassandra: {datacenters: [{metadata: {name: "dc1"}}]}},
};

test("pods that Pod Security keeps from being made are told of, those of an upstream operator's StatefulSet too", () => {
  const events = [
    event("StatefulSet", "fleet-dc1-default-sts", "first", 1),
    event("StatefulSet", "fleet-dc1-default-sts", "pods are forbidden: violates PodSecurity", 2),
    event("StatefulSet", "another-dc1-default-sts", "not ours", 3),
  ];
  const message = "StatefulSet fleet-dc1-default-sts: pods are forbidden: violates PodSecurity";
  expect(notMade(component(cluster), [], events)).toBe(message);
  const pod = {metadata: {name: "p", creationTimestamp: "2026-01-01T00:00:09Z"}} as any;
  expect(notMade(component(cluster), [pod], events)).toBe("");
  expect(
    notMade(component({kind: "Deployment", metadata: {name: "x"}}), [], [event("ReplicaSet", "x-5c", "quota", 1)]),
  ).toBe("ReplicaSet x-5c: quota");
});
