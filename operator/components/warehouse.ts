import {managesWarehouse} from "../../api/components/warehouse.ts";
import {TelemetryError} from "../../api/errors.ts";
import {bytesOf} from "../../api/quantities.ts";
import {bucketSecrets} from "../../api/s3.ts";
import {type WarehouseFacts, warehouseName} from "../../cdk8s/components/warehouse/client.ts";
import {druidKind} from "../../cdk8s/components/warehouse/kinds.ts";
import {warehouse as manifests} from "../../cdk8s/components/warehouse/manifests.ts";
import {nodeName, ROLES, type RoleKey} from "../../cdk8s/components/warehouse/properties.ts";
import {builtin, type KubeObject} from "../runtime/types.ts";
import {
  allReady,
  type Component,
  externalSecrets,
  type Find,
  jobDone,
  neverLess,
  type Readiness,
  ready,
  replicasReady,
  type Sources,
  serverSecrets,
  type View,
  waiting,
  withWords,
} from "./component.ts";
import {defaultClass, sameStorageClass} from "./storage-class.ts";
import {releaseClaims} from "./volumes.ts";

/** What the Druid operator makes of one Druid has this label, volumes included. */
const druidPods = (name: string): string => `druid_cr=${warehouseName({name})}`;
const KEYS = Object.keys(ROLES) as RoleKey[];

/** Druid, its set-up and its keeper. */
export const warehouse: Component = {
  ...manifests,
  dependsOn: ["kafka", "lake", "timescaledb", "ingester-canonical"],
  version: ({warehouse}) => (warehouse.external ? undefined : "33.0.0"),
  without: "spec.warehouse.enabled needs the Druid operator",
  upstreamPods: druidPods,
  secrets: ({warehouse: {external, s3, database}}) => [
    ...externalSecrets("warehouse", external, ["username", "password"]),
    ...bucketSecrets("spec.warehouse.s3", s3),
    ...serverSecrets("spec.warehouse.database", database, ["username", "password", "database"]),
  ],
  readiness(live, spec, find) {
    const [keeper, others] = [live.filter(isKeeper), live.filter((object) => !isKeeper(object))];
    const first = allReady(others, {Job: jobDone});
    if (!first.ready) return first;
    const druid = managesWarehouse(spec) ? processesReady(others, find) : first;
    // A keeper that waits for Druid says less than Druid does.
    return druid.ready ? allReady(keeper, {Deployment: replicasReady}) : druid;
  },
  facts: readFacts,
  observe: describe,
  // Whether predictions are loaded comes by no watch.
  pollMs: ({predictions}) => (predictions.enabled ? 30_000 : undefined),
  // The Druid operator keeps all volumes.
  release: (deletion) => releaseClaims(deletion, warehouseName(deletion), druidPods(deletion.name)),
  audit: {container: "warehouse-keeper", program: ["workloads/warehouse/audit.ts"]},
  validate(pairs, {warehouse: {storageClass}}) {
    const claim = (object: any) => object.spec.nodes.historicals.volumeClaimTemplates[0].spec;
    const size = (object: any): string => claim(object).resources.requests.storage;
    neverLess(pairs, "Druid", "spec.warehouse.storage", "volumes cannot shrink", size, bytesOf);
    sameStorageClass(
      storageClass ? pairs : [],
      "Druid",
      "spec.warehouse.storageClass",
      storageClass,
      (object: any): string => claim(object).storageClassName,
    );
    for (const {planned, live} of pairs) if (planned.kind === "Druid" && live) sameLabels(planned, live);
  },
};

/** The class of the volumes, by its name: the Druid operator makes none without. A live one costs no request. */
async function readFacts({name, spec, find, client, clusterWide}: Sources): Promise<WarehouseFacts | undefined> {
  if (!managesWarehouse(spec)) return undefined;
  const live = (await find(druidKind, warehouseName({name})))?.spec.nodes.historicals.volumeClaimTemplates[0].spec;
  const known = live?.storageClassName ?? spec.warehouse.storageClass;
  if (known || !client) return {storageClass: known};
  const storageClass = clusterWide ? await defaultClass(client) : undefined;
  if (storageClass) return {storageClass};
  throw new TelemetryError(
    "InvalidStorageClass",
    `spec.warehouse.storageClass: the Druid operator takes no volume without a class, and ${clusterWide ? "this cluster has no default class" : "this operator may not look for the default one"}; set it to a class of \`kubectl get storageclasses\``,
  );
}

const isKeeper = (object: KubeObject | undefined): boolean => object?.kind === "Deployment";

/** Druid's own status tells of one kind of processes at a time: what its operator made of it tells of all. */
function processesReady(live: (KubeObject | undefined)[], find: Find | undefined): Readiness {
  const druid = live.find((object) => object?.kind === "Druid");
  if (!druid) return waiting("Creating", "objects are being created");
  const pipeline = {name: druid.metadata.name.replace(/-warehouse$/, "")};
  for (const key of KEYS) {
    const name = nodeName(pipeline, key);
    const set = find?.(builtin.statefulSet, name);
    if (!set) return waiting("DruidNotReady", `Druid ${druid.metadata.name}: its operator has not made the ${key} yet`);
    const wanted = druid.spec.nodes[key].replicas;
    if (set.spec.replicas !== wanted)
      return waiting(
        "DruidNotReady",
        `StatefulSet ${name}: ${set.spec.replicas} of ${wanted} replicas are wanted so far`,
      );
    const problem = replicasReady(set);
    if (problem) return waiting("DruidNotReady", `StatefulSet ${name}: ${problem}`);
  }
  return ready("all objects are ready");
}

/** The Druid operator selects pods by them, which Kubernetes lets nobody change. */
function sameLabels({spec: {podLabels: wanted}}: KubeObject, {spec: {podLabels: live}}: KubeObject): void {
  const changed = [...new Set([...Object.keys(wanted), ...Object.keys(live)])].filter(
    (key) => wanted[key] !== live[key],
  );
  if (changed.length === 0) return;
  throw new TelemetryError(
    "InvalidLabel",
    `spec.warehouse.pod.labels: ${changed.join(", ")} cannot change while Druid's pods are selected by it; set it back, or set spec.warehouse.enabled to false and then to true`,
  );
}

/** A keeper that is not ready says why; one that is, why predictions are not loaded: TimescaleDB has them all the same. */
async function describe(readiness: Readiness, {name, namespace, getJson}: View): Promise<Readiness> {
  if (!readiness.ready && readiness.reason !== "DeploymentNotReady") return readiness;
  const url = `http://${warehouseName({name})}-keeper.${namespace}.svc.cluster.local:8080/status`;
  const {problem, predictions} = await getJson(url).catch(() => ({problem: null, predictions: null}));
  if (!readiness.ready) return problem === null ? readiness : waiting("WarehouseNotFilled", problem);
  if (predictions === null) return readiness;
  return withWords(readiness, `predictions are not loaded: ${predictions}`);
}
