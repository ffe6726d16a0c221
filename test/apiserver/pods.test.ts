import {afterAll, beforeAll, expect, test} from "vitest";
import type {PipelineStatus} from "../../api/status.ts";
import {COMPONENT_LABEL} from "../../cdk8s/context.ts";
import {waitFor} from "../../cluster/shell.ts";
import {builtin, type KubeObject, type ResourceType} from "../../operator/runtime/types.ts";
import * as h from "./harness.ts";

/** Pods that are not made, or do not run: the status has the words of who refused or ended them, and Prometheus hears of it. */
const {admin} = h;
const NAMESPACE = "pods";
const limitRange: ResourceType = {apiVersion: "v1", kind: "LimitRange", plural: "limitranges", namespaced: true};
const DELETE = {deletionPolicy: "Delete"};
let operator: h.RunningOperator;
let stopFakes: () => Promise<void>;

beforeAll(async () => {
  ({operator, stopFakes} = await h.startPlatform(NAMESPACE));
}, 600_000);
afterAll(() => h.stopPlatform(operator, stopFakes));

const apply = (type: ResourceType, name: string, namespace: string, spec: object) =>
  admin.apply(
    type,
    {apiVersion: type.apiVersion, kind: type.kind, metadata: {name, namespace}, spec},
    {fieldManager: "test"},
  );
const quota = (namespace: string, hard: Record<string, string>) =>
  apply(builtin.resourceQuota, "team", namespace, {hard});
const componentOf = (status: PipelineStatus, name: string) => status.components?.find((one) => one.name === name);
const says = (namespace: string, component: string, words: RegExp) =>
  h.untilStatus(namespace, `${component} to say ${words}`, (status) =>
    words.test(componentOf(status, component)?.message ?? ""),
  );
const podsOf = async (namespace: string, component?: string): Promise<KubeObject[]> => {
  const labelSelector = component ? `${COMPONENT_LABEL}=${component}` : COMPONENT_LABEL;
  return (await admin.list(builtin.pod, {namespace, labelSelector})).items;
};
const series = async (metric: string, namespace: string) =>
  (await operator.scrape()).split("\n").filter((line) => line.startsWith(`${metric}{namespace="${namespace}"`));

test("a quota of limits.cpu is met: every pod has limits, and the pipeline becomes Ready", async () => {
  const namespace = "pods-quota";
  await h.namespace(namespace);
  await quota(namespace, {"limits.cpu": "64", "limits.memory": "64Gi"});
  await h.applyPipeline(namespace, DELETE);
  await h.untilReady(namespace);
  const pods = await podsOf(namespace);
  expect(pods.length).toBeGreaterThan(4);
  // Kafka's are the fakes'.
  for (const {metadata, spec} of pods.filter(({metadata: {labels}}) => !labels?.["strimzi.io/kind"]))
    for (const {resources} of spec.containers) expect(resources.limits.cpu, metadata.name).toBeDefined();
  await h.removePipeline(namespace);
}, 600_000);

test("pods that a quota keeps from being made anew are told of in the API server's words, a Deployment's and a StatefulSet's", async () => {
  const namespace = "pods-room";
  await h.namespace(namespace);
  await h.applyPipeline(namespace, DELETE);
  await h.untilReady(namespace);
  await quota(namespace, {pods: "0"});
  await waitFor("the quota to count", 60_000, async () => {
    const live = await admin.get(builtin.resourceQuota, {name: "team", namespace});
    return live?.status?.hard?.pods === "0";
  });
  for (const component of ["console", "timescaledb"])
    for (const {metadata} of await podsOf(namespace, component)) await admin.delete(builtin.pod, metadata);
  await says(namespace, "console", /; Deployment fleet-console: pods .* is forbidden: exceeded quota: team/);
  await says(namespace, "timescaledb", /; StatefulSet fleet-timescaledb: .* is forbidden: exceeded quota: team/);
  await admin.delete(builtin.resourceQuota, {name: "team", namespace});
  await h.untilReady(namespace);
  await h.removePipeline(namespace);
}, 900_000);

test("a pod that a LimitRange refuses is told of in the API server's words", async () => {
  const namespace = "pods-range";
  await h.namespace(namespace);
  await apply(limitRange, "small", namespace, {limits: [{type: "Container", max: {memory: "8Mi"}}]});
  await h.applyPipeline(namespace, DELETE);
  await says(namespace, "timescaledb", /StatefulSet fleet-timescaledb: .*maximum memory usage per Container is 8Mi/);
  await h.removePipeline(namespace);
}, 600_000);

test("what the kubelet says of a pod is in the status, and readiness in the metrics, until the pipeline goes", async () => {
  await h.applyPipeline(NAMESPACE, DELETE);
  await h.untilReady(NAMESPACE);
  expect(await series("telemetry_pipeline_ready", NAMESPACE)).toEqual([
    `telemetry_pipeline_ready{namespace="${NAMESPACE}",pipeline="fleet"} 1`,
  ]);
  const [pod] = await podsOf(NAMESPACE, "console");
  const notReady = [{type: "Ready", status: "False"}];
  const initContainerStatuses = [
    {
      ...{name: "prepare", image: "i", imageID: "i", ready: false, restartCount: 3},
      state: {waiting: {reason: "CrashLoopBackOff", message: "back-off 10s restarting failed container"}},
      lastState: {terminated: {reason: "Error", exitCode: 3, containerID: "c"}},
    },
  ];
  const patch = (status: object) => admin.patch(builtin.pod, pod!.metadata, {status}, "status");
  await patch({conditions: notReady, initContainerStatuses});
  await says(
    NAMESPACE,
    "console",
    /pod fleet-console-\S+: init container prepare: CrashLoopBackOff: back-off 10s .*exit code 3/,
  );
  const ready = await series("telemetry_component_ready", NAMESPACE);
  expect(ready).toContain(
    `telemetry_component_ready{namespace="${NAMESPACE}",pipeline="fleet",component="console",reason="DeploymentNotReady"} 0`,
  );
  expect(ready.filter((line) => line.endsWith(" 0"))).toHaveLength(1);
  await patch({conditions: notReady, initContainerStatuses: []});
  await admin.create(builtin.event, {
    ...{apiVersion: "v1", kind: "Event", metadata: {name: "mount", namespace: NAMESPACE}, type: "Warning"},
    involvedObject: {kind: "Pod", name: pod!.metadata.name, namespace: NAMESPACE, uid: pod!.metadata.uid},
    ...{reason: "FailedMount", message: 'secret "gone" not found', lastTimestamp: new Date().toISOString()},
  });
  await says(NAMESPACE, "console", /pod fleet-console-\S+: FailedMount: secret "gone" not found/);
  await patch({conditions: [{type: "Ready", status: "True"}]});
  await h.untilReady(NAMESPACE);
  await waitFor("the component to be ready again", 60_000, async () =>
    (await series("telemetry_component_ready", NAMESPACE)).every((line) => line.endsWith(" 1")),
  );
  await h.removePipeline(NAMESPACE);
  await waitFor("the series to go", 60_000, async () => {
    const left = ["telemetry_pipeline_ready", "telemetry_component_ready"].map((metric) => series(metric, NAMESPACE));
    return (await Promise.all(left)).flat().length === 0;
  });
}, 600_000);

test("nothing was asked that the Role does not give", () => {
  expect(operator.forbidden).toEqual([]);
});
