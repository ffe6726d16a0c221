import {afterAll, beforeAll, expect, test} from "vitest";
import {overlay, PROFILES} from "../../api/component.ts";
import {resolveSpec} from "../../api/pipeline.ts";
import type {PodOptions} from "../../api/pod.ts";
import {defaultImages} from "../../cdk8s/context.ts";
import {waitFor} from "../../cluster/shell.ts";
import {typeOf} from "../../operator/reconcile/kinds.ts";
import {passwordSecrets} from "../../operator/reconcile/passwords.ts";
import {plan} from "../../operator/reconcile/plan.ts";
import * as h from "./harness.ts";

/** The API server and the definitions of upstream's operators know each field in which spec.<component>.pod ends. */
const term = {labelSelector: {matchLabels: {a: "b"}}, topologyKey: "kubernetes.io/hostname"};
const pod: PodOptions = {
  resources: {
    requests: {cpu: "1500m", memory: "2Gi", "ephemeral-storage": "1Gi"},
    limits: {cpu: 2, memory: "3Gi", "ephemeral-storage": "2Gi"},
  },
  nodeSelector: {"example.com/pool": "data"},
  tolerations: [{key: "dedicated", operator: "Exists", effect: "NoExecute", tolerationSeconds: 60}],
  affinity: {
    nodeAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        {weight: 1, preference: {matchFields: [{key: "metadata.name", operator: "NotIn", values: ["a"]}]}},
      ],
    },
    podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [term]},
    podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, podAffinityTerm: term}]},
  },
  priorityClassName: "data",
  labels: {"example.com/team": "fleet"},
  annotations: {"example.com/cost": "fleet"},
};
const spread: PodOptions = {
  ...pod,
  topologySpreadConstraints: [
    {maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule", minDomains: 2, nodeTaintsPolicy: "Honor"},
  ],
};
const everywhere = {
  kafka: {pod: spread, storageClass: "fast"},
  timescaledb: {pod: spread, storageClass: "fast", backup: {claim: "backups", schedule: "@daily", keep: 7}},
  cassandra: {pod, storageClass: "fast"},
  simulator: {pod: spread},
  ingester: {pod: spread},
  flink: {pod: spread, enabled: true, jobManager: {resources: pod.resources}},
  observability: {console: {pod: spread}, alerting: {pod: spread}},
};

const NAMESPACE = "pod-options";
let operator: h.RunningOperator;
let stopFakes: () => Promise<void>;

beforeAll(async () => {
  ({operator, stopFakes} = await h.startPlatform(NAMESPACE));
  const priority = {
    apiVersion: "scheduling.k8s.io/v1",
    kind: "PriorityClass",
    plural: "priorityclasses",
    namespaced: false,
  };
  const object = {apiVersion: priority.apiVersion, kind: priority.kind, metadata: {name: "data"}, value: 1_000};
  await h.admin.apply(priority, object, {fieldManager: "test"});
}, 600_000);
afterAll(() => h.stopPlatform(operator, stopFakes));

test.each(PROFILES)("each object of a plan in %s with all options passes strict validation", async (profile) => {
  const context = {
    name: "fleet",
    namespace: NAMESPACE,
    spec: resolveSpec(overlay({profile}, everywhere)),
    images: defaultImages,
    passwords: Object.fromEntries(passwordSecrets("fleet").map((secret) => [secret, "not-random"])),
    facts: {flink: {userSql: "INSERT INTO a SELECT * FROM b"}},
  };
  const objects = plan(context).flatMap((planned) => planned.objects);
  expect(objects.map(({kind}) => kind)).toEqual(
    expect.arrayContaining(["KafkaNodePool", "K8ssandraCluster", "FlinkDeployment", "CronJob", "Job"]),
  );
  for (const object of objects) await h.admin.apply(typeOf(object), object, {fieldManager: "test", dryRun: true});
});

const found = async (kind: string, name: string) =>
  [...(await h.objectsIn(NAMESPACE)).values()].find(
    (object) => object.kind === kind && object.metadata.name.startsWith(name),
  )!;

test("a pipeline with all of them becomes Ready, and then costs no write, however quantities are written", async () => {
  const {backup: _, ...timescaledb} = everywhere.timescaledb;
  await h.applyPipeline(NAMESPACE, {...everywhere, timescaledb});
  await h.untilReady(NAMESPACE);
  await waitFor("two equal looks", 120_000, async () => {
    const writes = operator.writes();
    await new Promise((next) => setTimeout(next, 3_000));
    return operator.writes() === writes;
  });
  const writes = operator.writes();
  await new Promise((next) => setTimeout(next, 6_000));
  expect(operator.writes() - writes).toBe(0);
  const {spec} = (await found("Deployment", "fleet-console")).spec.template;
  expect(spec).toMatchObject({nodeSelector: pod.nodeSelector, priorityClassName: "data", affinity: pod.affinity});
});

/** Pods of the fakes never change, other than Strimzi's. */
const kafka = {pod: {resources: pod.resources}, storageClass: "fast"};

test("another label makes new Jobs, whose templates cannot change", async () => {
  const job = async () => (await found("Job", "fleet-timescaledb-schema")).metadata.name;
  const before = await job();
  const timescaledb = {pod: {labels: {"example.com/team": "b"}}, storageClass: "fast"};
  await h.applyPipeline(NAMESPACE, {timescaledb, kafka});
  await waitFor("another Job", 120_000, async () => (await job()) !== before);
  await h.untilReady(NAMESPACE);
});

test("what leaves the spec leaves the pods", async () => {
  const {metadata, spec} = (await found("Deployment", "fleet-console")).spec.template;
  expect([spec.nodeSelector, spec.tolerations, spec.affinity, spec.priorityClassName]).toEqual(
    Array(4).fill(undefined),
  );
  expect(metadata.labels).not.toHaveProperty(["example.com/team"]);
  const pool = await found("KafkaNodePool", "fleet-pool");
  expect(pool.spec.template).toBeUndefined();
  expect(pool.spec.jvmOptions["-Xmx"]).toBe("1536m");
});

test("another class than that of the live volumes is refused, with the fix", async () => {
  await h.applyPipeline(NAMESPACE, {timescaledb: {storageClass: "slow"}, kafka});
  const status = await h.untilStatus(NAMESPACE, "refused", (seen) => seen.phase === "Invalid");
  expect(h.conditionOf(status, "Valid")).toMatchObject({
    reason: "InvalidStorageClass",
    message: expect.stringMatching(/spec\.timescaledb\.storageClass: slow .*set it to fast/),
  });
});
