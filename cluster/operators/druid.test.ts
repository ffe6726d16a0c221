import {beforeEach, expect, test} from "vitest";
import type {KubeClient, KubeObject, ResourceType} from "../../operator/runtime/client.ts";
import type {Cache} from "../../operator/runtime/controller.ts";
import {keyOf} from "../../operator/runtime/types.ts";
import {druidReconciler} from "./druid.ts";

/** The stand-in makes what upstream makes, in its order, and says no more than it does. */
const node = (nodeType: string, port: number, more: object = {}) => ({
  nodeType,
  kind: "StatefulSet",
  "druid.port": port,
  replicas: 1,
  nodeConfigMountPath: `/opt/druid/conf/druid/cluster/${nodeType}`,
  "runtime.properties": `druid.service=druid/${nodeType}`,
  ...more,
});
const headless = {spec: {type: "ClusterIP", clusterIP: "None"}};
const volumeClaimTemplates = [
  {metadata: {name: "var"}, spec: {storageClassName: "standard", resources: {requests: {storage: "1Gi"}}}},
];
const SETS = ["druid-x-historicals", "druid-x-brokers", "druid-x-routers"];

let druid: KubeObject;
let now: number;
let deletionOfAll: string[];
let events: string[];
let objects: Map<string, KubeObject>;

beforeEach(() => {
  now = Date.parse("2026-01-01");
  deletionOfAll = [];
  events = [];
  objects = new Map();
  const nodes = {
    routers: node("router", 8088, {services: [headless, {metadata: {name: "%s-lb"}, spec: {ports: [{port: 80}]}}]}),
    brokers: node("broker", 8082, {"extra.jvm.options": "-Xmx1g", podLabels: {tier: "hot"}}),
    historicals: node("historical", 8083, {volumeClaimTemplates}),
  };
  const spec = {
    image: "druid",
    startScript: "/druid.sh",
    commonConfigMountPath: "/common",
    "common.runtime.properties": "druid.zk.paths.base=/druid",
    "jvm.options": "-server",
    defaultProbes: true,
    rollingDeploy: true,
    deleteOrphanPvc: true,
    services: [headless],
    nodes,
  };
  const metadata = {name: "x", namespace: "a", uid: "1", generation: 1};
  druid = {apiVersion: "druid.apache.org/v1alpha1", kind: "Druid", metadata, spec};
});

const id = (type: ResourceType, object: {metadata: {name: string; namespace?: string}}) =>
  `${type.kind} ${keyOf(object)}`;
const merged = (target: any, patch: any): any =>
  Object.fromEntries(
    Object.entries({...target, ...patch})
      .filter(([, value]) => value !== null)
      .map(([key, value]: [string, any]) => [
        key,
        patch[key] && typeof value === "object" && !Array.isArray(value) ? merged(target?.[key] ?? {}, value) : value,
      ]),
  );
const selected = ({metadata}: KubeObject, labelSelector: string) =>
  labelSelector.split(",").every((pair) => metadata.labels?.[pair.split("=")[0]!] === pair.split("=")[1]);
const client = {
  get: async (type: ResourceType, ref: any) => objects.get(id(type, {metadata: ref})),
  list: async ({kind}: ResourceType, {labelSelector}: any) => ({
    items: [...objects]
      .filter(([key, object]) => key.startsWith(`${kind} `) && selected(object, labelSelector))
      .map(([, object]) => object),
  }),
  async delete(type: ResourceType, metadata: any) {
    deletionOfAll.push(metadata.name);
    objects.delete(id(type, {metadata}));
  },
  async patch(type: ResourceType, metadata: any, patch: object) {
    if (type.kind === "Druid") druid = merged(druid, patch);
    else objects.set(id(type, {metadata}), merged(objects.get(id(type, {metadata})), patch));
    return druid;
  },
  async apply(type: ResourceType, object: KubeObject) {
    const live = objects.get(id(type, object));
    objects.set(id(type, object), {...object, ...(live?.status && {status: live.status})});
    return object;
  },
} as unknown as KubeClient;
const cache = {get: () => druid} as unknown as Cache;
let look: () => Promise<unknown>;
beforeEach(() => {
  const record = (_: KubeObject, type: string, reason: string, message: string) =>
    events.push(`${type} ${reason} ${message}`);
  const reconcile = druidReconciler(client, {record, denied: ["kube-system"], now: () => now});
  look = () => reconcile("a/x", cache);
});
const get = (kind: string, name: string): any => objects.get(`${kind} a/${name}`);
const set = (name: string): any => get("StatefulSet", name);

/** As if its pods ran the newest revision. */
function rollOut(...names: string[]) {
  for (const name of names)
    set(name).status = {currentRevision: "1", updateRevision: "1", replicas: 1, currentReplicas: 1, readyReplicas: 1};
}

function change(patch: object) {
  druid = merged(druid, {...patch, metadata: {generation: druid.metadata.generation! + 1}});
}

test("a new cluster is made at once, and is called ready before any pod is there", async () => {
  expect(await look()).toEqual({requeueAfterMs: 10_000});
  expect(get("ConfigMap", "x-druid-common-config").data).toEqual({
    "common.runtime.properties": "druid.zk.paths.base=/druid",
  });
  expect(get("ConfigMap", "druid-x-brokers-config").data).toEqual({
    "runtime.properties": "druid.port=8082\ndruid.service=druid/broker",
    "jvm.config": "-server\n-Xmx1g",
  });
  expect(druid.status).toEqual({
    druidNodeStatus: {
      druidNode: "All",
      druidNodeConditionStatus: "True",
      druidNodeConditionType: "DruidClusterReady",
      reason: "All Druid Nodes are in Ready Condition",
    },
    configMaps: [
      "druid-x-brokers-config",
      "druid-x-historicals-config",
      "druid-x-routers-config",
      "x-druid-common-config",
    ],
    services: ["druid-x-brokers", "druid-x-historicals", "druid-x-routers", "druid-x-routers-lb"],
    statefulSets: SETS.toSorted(),
  });
  expect(druid.metadata.finalizers).toEqual(["deletepvc.finalizers.druid.apache.org"]);
});

test("a group's objects bear its labels, and its pods the port, mounts and probes of their role", async () => {
  await look();
  const labels = {app: "druid", druid_cr: "x", nodeSpecUniqueStr: "druid-x-brokers", component: "broker", tier: "hot"};
  const {spec} = set("druid-x-brokers");
  expect(spec).toMatchObject({
    serviceName: "druid-x-brokers",
    podManagementPolicy: "Parallel",
    selector: {matchLabels: labels},
  });
  const [container] = spec.template.spec.containers;
  expect(container).toMatchObject({
    name: "druid-x-brokers",
    command: ["/druid.sh", "broker"],
    ports: [{name: "druid-port", containerPort: 8082}],
    livenessProbe: {httpGet: {path: "/status/health", port: 8082}},
    readinessProbe: {httpGet: {path: "/druid/broker/v1/readiness"}, failureThreshold: 20},
  });
  expect(get("Service", "druid-x-brokers").spec).toEqual({
    type: "ClusterIP",
    clusterIP: "None",
    selector: labels,
    ports: [{name: "service-port", port: 8082, targetPort: 8082}],
  });
  const [historical] = set("druid-x-historicals").spec.template.spec.containers;
  expect(historical.startupProbe).toMatchObject({initialDelaySeconds: 180, periodSeconds: 30});
});

test("a change goes through the roles one after another", async () => {
  await look();
  const hashes = () => SETS.map((name) => set(name).metadata.annotations.druidOpResourceHash);
  const before = hashes();
  change({spec: {"common.runtime.properties": "druid.zk.paths.base=/other"}});
  for (const [index, name] of SETS.entries()) {
    await look();
    set(name).status = {currentRevision: "1", updateRevision: "2"};
    await look();
    expect(hashes().map((hash, at) => hash !== before[at])).toEqual(SETS.map((_, at) => at <= index));
    rollOut(name);
  }
});

test("what others change stays until the spec says something else", async () => {
  await look();
  set("druid-x-brokers").spec.replicas = 3;
  await look();
  expect(set("druid-x-brokers").spec.replicas).toBe(3);
});

test("what no group has any more is deleted", async () => {
  await look();
  change({spec: {nodes: {brokers: null}}});
  rollOut(...SETS);
  await look();
  expect(deletionOfAll).toEqual(["druid-x-brokers", "druid-x-brokers", "druid-x-brokers-config"]);
});

test("a spec that it refuses leaves an Event, nothing else", async () => {
  druid = merged(druid, {spec: {image: null}});
  await look();
  expect(events[0]).toContain("Warning DruidOperatorInvalidSpec invalid DruidSpec[Druid:x] due to [Image missing");
  expect(objects.size).toBe(0);
  expect(druid.status).toBeUndefined();
});

test("a pod that is not ready is named as an error", async () => {
  await look();
  const labels = {app: "druid", druid_cr: "x"};
  const status = {phase: "Running", conditions: [{type: "Ready", status: "False", reason: "ContainersNotReady"}]};
  objects.set("Pod a/p", {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {name: "p", namespace: "a", labels},
    spec: {},
    status,
  });
  await look();
  expect(druid.status).toMatchObject({
    pods: ["p"],
    druidNodeStatus: {druidNode: "p", druidNodeConditionType: "DruidNodeErrorState", reason: "ContainersNotReady"},
  });
});

test("a cluster without pods loses its claims after a minute, unless they are to stay", async () => {
  await look();
  rollOut(...SETS);
  const claim = {metadata: {name: "var-druid-x-historicals-0", namespace: "a", labels: {druid_cr: "x"}}};
  objects.set(`PersistentVolumeClaim ${keyOf(claim)}`, claim as unknown as KubeObject);
  change({spec: {deleteOrphanPvc: false}});
  await look();
  now += 120_000;
  await look();
  expect(deletionOfAll).toEqual([]);
  change({spec: {deleteOrphanPvc: true}});
  await look();
  expect(deletionOfAll).toEqual([]);
  now += 60_000;
  await look();
  expect(deletionOfAll).toEqual(["var-druid-x-historicals-0"]);
});

test("a deletion takes the claims along, unless the spec forgoes the finalizer", async () => {
  await look();
  const claim = {metadata: {name: "var-druid-x-historicals-0", namespace: "a", labels: {druid_cr: "x"}}};
  objects.set(`PersistentVolumeClaim ${keyOf(claim)}`, claim as unknown as KubeObject);
  change({metadata: {deletionTimestamp: "2026-01-01T00:00:00Z"}});
  druid.metadata.deletionTimestamp = "2026-01-01T00:00:00Z";
  await look();
  expect(deletionOfAll).toContain("var-druid-x-historicals-0");
  expect(druid.metadata.finalizers).toEqual([]);
});
