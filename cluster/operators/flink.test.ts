import {beforeEach, expect, test} from "vitest";
import {parse} from "yaml";
import type {KubeClient, KubeObject, ResourceType} from "../../operator/runtime/client.ts";
import type {Cache} from "../../operator/runtime/controller.ts";
import {reconcileFlink} from "./flink.ts";
import {flinkObjects} from "./flink-objects.ts";

/** The stand-in is as silent, slow and strict as upstream where that was seen. */
const NOW = Date.now();
const job = {jarURI: "local:///job.jar", entryClass: "x", args: [], upgradeMode: "last-state", state: "running"};
const resource = {cpu: 0.5, memory: "1024m"};
const spec = {
  image: "flink",
  flinkVersion: "v2_2",
  serviceAccount: "flink",
  flinkConfiguration: {"kubernetes.jobmanager.cpu.limit-factor": "20"},
  jobManager: {resource},
  taskManager: {resource},
  job,
};
let flink: KubeObject;
let deployment: KubeObject | undefined;

beforeEach(() => {
  const metadata = {
    name: "x",
    namespace: "a",
    uid: "1",
    generation: 1,
    finalizers: ["flinkdeployments.flink.apache.org/finalizer"],
  };
  flink = {apiVersion: "flink.apache.org/v1beta1", kind: "FlinkDeployment", metadata, spec};
  deployment = undefined;
});

const client = {
  list: async () => ({items: []}),
  delete: async () => {},
  async patch({kind}: ResourceType, _ref: object, patch: {status?: object}) {
    if (kind === "FlinkDeployment") flink = {...flink, ...patch};
    return flink;
  },
  async apply({kind}: ResourceType, object: KubeObject) {
    if (kind !== "Deployment") return object;
    deployment = {...object, metadata: {...object.metadata, creationTimestamp: new Date(NOW).toISOString()}};
    return deployment;
  },
} as unknown as KubeClient;
const cache = {
  get: ({kind}: ResourceType) => (kind === "Deployment" ? deployment : flink),
  behind: () => false,
  available: () => false,
  wrote() {},
} as unknown as Cache;
const look = () => reconcileFlink(client, "a/x", cache);

test("of a job that is made suspended it says nothing at all", async () => {
  flink.spec = {...spec, job: {...job, state: "suspended"}};
  expect(await look()).toBeUndefined();
  expect(flink.status).toBeUndefined();
  expect(deployment).toBeUndefined();
});

test("a deployment is an error at first, in upstream's words, and it is looked at again after 15 s", async () => {
  await look();
  expect(flink.status).toMatchObject({lifecycleState: "DEPLOYED", jobManagerDeploymentStatus: "DEPLOYING"});
  expect(await look()).toEqual({requeueAfterMs: 15_000});
  expect(flink.status).toMatchObject({jobManagerDeploymentStatus: "ERROR", jobStatus: {state: "RECONCILING"}});
  expect(JSON.parse(flink.status.error).message).toBe('configmap "pod-template-x" not found');
  deployment!.metadata.creationTimestamp = new Date(NOW - 20_000).toISOString();
  await look();
  expect(flink.status).toMatchObject({
    jobManagerDeploymentStatus: "DEPLOYING",
    error: expect.stringContaining("not found"),
  });
});

test("a job whose JobManager is gone stays stable", async () => {
  await look();
  flink.status = {...flink.status, lifecycleState: "STABLE", jobManagerDeploymentStatus: "READY"};
  deployment!.metadata.creationTimestamp = new Date(NOW - 600_000).toISOString();
  await look();
  expect(flink.status).toMatchObject({lifecycleState: "STABLE", jobManagerDeploymentStatus: "DEPLOYING"});
});

test("the pod asks for what upstream gives it: a CPU limit, a start that may take long, a log file unless the job brings its own log", () => {
  const container = (made: ReturnType<typeof flinkObjects>) => made.deployment.spec.template.spec.containers[0];
  const made = flinkObjects(flink, "1", undefined);
  expect(container(made)).toMatchObject({resources: {limits: {cpu: "10"}}, startupProbe: {httpGet: {path: "/config"}}});
  expect(made.configMaps[0]!.data["log4j-console.properties"]).toContain("RollingFile");
  const own = {...flink, spec: {...spec, logConfiguration: {"log4j-console.properties": "mine"}}};
  expect(flinkObjects(own, "1", undefined).configMaps[0]!.data["log4j-console.properties"]).toBe("mine");
});

test("storage of the node is in the template of the pods, beside what Flink's client puts there", () => {
  const resource = {...spec.taskManager.resource, ephemeralStorage: "2Gi"};
  const pod = {spec: {containers: [{name: "flink-main-container"}]}};
  const own = {
    ...flink,
    spec: {
      ...spec,
      jobManager: {...spec.jobManager, resource, podTemplate: pod},
      taskManager: {...spec.taskManager, resource, podTemplate: pod},
    },
  };
  const made = flinkObjects(own, "1", undefined);
  const amount = {"ephemeral-storage": "2Gi"};
  expect(made.deployment.spec.template.spec.containers[0].resources).toMatchObject({
    requests: {cpu: expect.any(String), ...amount},
    limits: {cpu: expect.any(String), ...amount},
  });
  const {spec: worker} = parse(made.configMaps[1]!.data["taskmanager-pod-template.yaml"]!);
  expect(worker.containers[0].resources).toEqual({requests: amount, limits: amount});
});
