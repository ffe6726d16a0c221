import {expect, test} from "vitest";
import {problemOf} from "./pods.ts";

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
