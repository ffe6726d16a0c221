import {afterAll, beforeAll, expect, test} from "vitest";
import {telemetryPipeline} from "../../api/crd.ts";
import type {PipelineStatus} from "../../api/status.ts";
import {waitFor} from "../../cluster/shell.ts";
import {ApiError} from "../../operator/runtime/api-error.ts";
import {builtin, type ResourceType} from "../../operator/runtime/types.ts";
import * as h from "./harness.ts";

/** One kind whose every write the API server refuses, as its webhook is away: an operator of upstream that restarts. */
const NAMESPACE = "refusals";
const {admin} = h;
const webhooks: ResourceType = {
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingWebhookConfiguration",
  plural: "validatingwebhookconfigurations",
  namespaced: false,
};
const AWAY = /failed calling webhook "away\.example\.com"/;
let operator: h.RunningOperator;
let stopFakes: () => Promise<void>;

beforeAll(async () => {
  ({operator, stopFakes} = await h.startPlatform(NAMESPACE));
}, 600_000);
afterAll(async () => {
  await admin.delete(webhooks, {name: "away"});
  await h.stopPlatform(operator, stopFakes);
});

const webhook = (name: string, rules: object[], objectSelector: object = {}) => ({
  name: `${name}.example.com`,
  // Nothing listens there.
  clientConfig: {url: "https://127.0.0.1:1/"},
  rules,
  objectSelector,
  namespaceSelector: {matchLabels: {"kubernetes.io/metadata.name": NAMESPACE}},
  failurePolicy: "Fail",
  sideEffects: "None",
  admissionReviewVersions: ["v1"],
});

async function webhookIsAway(apiGroup: string, resource: string, operation: string): Promise<void> {
  const rule = {apiGroups: [apiGroup], apiVersions: ["*"], resources: [resource], operations: [operation]};
  const probe = {apiGroups: [""], apiVersions: ["v1"], resources: ["configmaps"], operations: ["CREATE"]};
  const {apiVersion, kind} = webhooks;
  const object = {apiVersion, kind, metadata: {name: "away"}};
  const both = [webhook("away", [rule]), webhook("probe", [probe], {matchLabels: {probe: "yes"}})];
  await admin.apply(webhooks, {...object, webhooks: both}, {fieldManager: "test"});
  // The API server reads its webhooks a moment later, all of one configuration at once.
  await waitFor("the webhook to be asked", 60_000, async () => !(await probeIsTaken()));
}
async function webhookIsBack(): Promise<void> {
  await admin.delete(webhooks, {name: "away"});
  await waitFor("the webhook not to be asked any more", 60_000, probeIsTaken);
}

async function probeIsTaken(): Promise<boolean> {
  const metadata = {name: "probe", namespace: NAMESPACE, labels: {probe: "yes"}};
  const object = {apiVersion: "v1", kind: "ConfigMap", metadata};
  try {
    await admin.apply(builtin.configMap, object, {fieldManager: "test", dryRun: true});
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status === 500) return false;
    throw error;
  }
}

const componentOf = (status: PipelineStatus, name: string) =>
  status.components?.find((component) => component.name === name);
const isRefused = (status: PipelineStatus, name: string) =>
  componentOf(status, name)?.reason === "ApplyRefused" && AWAY.test(componentOf(status, name)?.message ?? "");

test.each([
  ["k8ssandra.io", "k8ssandraclusters", "K8ssandraCluster", "cassandra", "ingester-timescaledb"],
  ["apps", "deployments", "Deployment", "ingester-timescaledb", "cassandra"],
])(
  "while the webhook of %s/%s is away, its %s is the condition of %s, and %s comes up",
  async (group, resource, kind, refused, other) => {
    await webhookIsAway(group, resource, "CREATE");
    await h.applyPipeline(NAMESPACE, {deletionPolicy: "Delete"});
    const status = await h.untilStatus(
      NAMESPACE,
      "the refusal, and the others ready",
      (seen) => isRefused(seen, refused) && componentOf(seen, other)?.ready === true,
    );
    expect(componentOf(status, refused)).toMatchObject({
      ready: false,
      message: expect.stringContaining(`${kind} fleet`),
    });
    expect(h.conditionOf(status, "Reconciled")).toMatchObject({status: "False", message: expect.stringMatching(AWAY)});
    expect(h.conditionOf(status, "Valid")?.status).toBe("True");
    await webhookIsBack();
    await h.untilReady(NAMESPACE);
    await h.removePipeline(NAMESPACE);
  },
  600_000,
);

test("an object that left the plan and cannot be deleted is named; the others go, and it goes later", async () => {
  await h.applyPipeline(NAMESPACE, {deletionPolicy: "Delete"});
  await h.untilReady(NAMESPACE);
  await webhookIsAway("apps", "deployments", "DELETE");
  await h.applyPipeline(NAMESPACE, {deletionPolicy: "Delete", cassandra: {enabled: false}});
  const status = await h.untilStatus(NAMESPACE, "the refusal", (seen) =>
    AWAY.test(h.conditionOf(seen, "Reconciled")?.message ?? ""),
  );
  expect(h.conditionOf(status, "Reconciled")?.message).toMatch(/^Deployment fleet-ingester-cassandra: /);
  await h.untilObjects(NAMESPACE, "Cassandra to go", (names) => !names.includes("K8ssandraCluster/fleet"));
  await webhookIsBack();
  await h.untilReady(NAMESPACE);
  await h.untilObjects(
    NAMESPACE,
    "the ingester to go",
    (names) => !names.includes("Deployment/fleet-ingester-cassandra"),
  );
}, 600_000);

test("a pipeline that is being deleted names what cannot be deleted, and goes once it can", async () => {
  await webhookIsAway("apps", "deployments", "DELETE");
  await admin.delete(telemetryPipeline, {name: "fleet", namespace: NAMESPACE});
  await waitFor("the refusal in the status", 240_000, async () => {
    const {status} = (await h.getPipeline(NAMESPACE))!;
    const message = h.conditionOf(status, "Ready")?.message ?? "";
    return status.phase === "Deleting" && AWAY.test(message) && /deployments\/fleet-/.test(message);
  });
  await webhookIsBack();
  await waitFor("the pipeline to go", 240_000, async () => !(await h.getPipeline(NAMESPACE)));
  expect(operator.forbidden).toEqual([]);
}, 600_000);
