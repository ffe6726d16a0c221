import {beforeAll, expect, test} from "vitest";
import {overlay, PROFILES} from "../../api/component.ts";
import {resolveSpec} from "../../api/pipeline.ts";
import type {PodOptions} from "../../api/pod.ts";
import {defaultImages} from "../../cdk8s/context.ts";
import {typeOf} from "../../operator/reconcile/kinds.ts";
import {passwordSecrets} from "../../operator/reconcile/passwords.ts";
import {plan} from "../../operator/reconcile/plan.ts";
import {admin, applyUpstreamCrds, namespace} from "./harness.ts";

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
  flink: {pod: spread, enabled: true, sql: {configMap: "more"}},
  observability: {console: {pod: spread}, alerting: {pod: spread}},
};

beforeAll(async () => {
  await applyUpstreamCrds();
  await namespace("pod-options");
}, 300_000);

test.each(PROFILES)("each object of a plan in %s with all options passes strict validation", async (profile) => {
  const context = {
    name: "fleet",
    namespace: "pod-options",
    spec: resolveSpec(overlay({profile}, everywhere)),
    images: defaultImages,
    passwords: Object.fromEntries(passwordSecrets("fleet").map((secret) => [secret, "not-random"])),
    facts: {flink: {userSql: "INSERT INTO a SELECT * FROM b"}},
  };
  const objects = plan(context).flatMap((planned) => planned.objects);
  expect(objects.map(({kind}) => kind)).toEqual(
    expect.arrayContaining(["KafkaNodePool", "K8ssandraCluster", "FlinkDeployment", "CronJob", "Job"]),
  );
  for (const object of objects) await admin.apply(typeOf(object), object, {fieldManager: "test", dryRun: true});
});
