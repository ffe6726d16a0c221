import type {KubeClient, KubeObject, ResourceType} from "../../operator/runtime/client.ts";
import type {Cache, ReconcileResult} from "../../operator/runtime/controller.ts";
import type {EventRecorder} from "../../operator/runtime/events.ts";
import {builtin} from "../../operator/runtime/types.ts";
import {dropOrphans, finalize, growClaims, keepFinalizer} from "./druid-claims.ts";
import {
  clusterLabels,
  commonConfig,
  configHashOf,
  groupConfig,
  groupExtras,
  groupServices,
  groupsOf,
  groupWorkload,
  labelSelector,
  made,
  problemOf,
} from "./druid-objects.ts";
import type {Group} from "./druid-pods.ts";
import {applyOwned, hash, kinds, writeStatus} from "./kit.ts";

/** Upstream's RECONCILE_WAIT: it watches nothing but its own kind, and sees what becomes of the rest at this period. */
const LOOK: ReconcileResult = {requeueAfterMs: 10_000};
const IGNORED = "druid.apache.org/ignored";
const HASH = "druidOpResourceHash";

interface DruidOptions {
  record: EventRecorder["record"];
  /** Upstream's DENY_LIST. Its chart denies `default` too, where the example pipeline is. */
  denied: string[];
  now?: () => number;
}

/** Upstream's druid-operator 1.3.1 as far as it goes for Druid, without dynamic configurations; DruidIngestion is not there. */
export function druidReconciler(client: KubeClient, {record, denied, now = Date.now}: DruidOptions) {
  // What it has looked at once it looks at again, whatever the annotation says then: the annotation keeps away changes alone.
  const going = new Set<string>();
  return async (key: string, cache: Cache): Promise<ReconcileResult> => {
    const druid = cache.get(kinds.druid, key);
    if (!druid) going.delete(key);
    if (!druid || denied.includes(druid.metadata.namespace!)) return undefined;
    if (druid.metadata.annotations?.[IGNORED] === "true" && !going.has(key)) return undefined;
    going.add(key);
    const dynamic = Object.entries<any>(druid.spec.nodes).find(([, {dynamicConfig}]) => dynamicConfig);
    if (dynamic) record(druid, "Warning", "UnsupportedByStandIn", `spec.nodes.${dynamic[0]}.dynamicConfig is ignored`);
    await deploy({client, druid, record, now});
    return LOOK;
  };
}

interface Run {
  client: KubeClient;
  druid: KubeObject;
  record: EventRecorder["record"];
  now: () => number;
}

/** Names of what was made in this run, by the field of the status. */
type Names = Record<keyof typeof made, Set<string>>;
type Change = "created" | "updated" | undefined;

async function deploy(run: Run): Promise<void> {
  const {client, druid, record, now} = run;
  const {metadata, spec} = druid;
  const problem = problemOf(druid);
  if (problem) {
    const message = `invalid DruidSpec[${druid.kind}:${metadata.name}] due to [${problem}]`;
    record(druid, "Warning", "DruidOperatorInvalidSpec", message);
    return;
  }
  const names = Object.fromEntries(Object.keys(made).map((field) => [field, new Set<string>()])) as Names;
  const common = commonConfig(druid, await extraConfig(run));
  await createOrUpdate(run, names, made.configMaps, common);
  if (metadata.deletionTimestamp) return finalize(client, kinds.druid, druid);
  await keepFinalizer(client, kinds.druid, druid);
  for (const group of groupsOf(druid)) if (!(await deployGroup(run, names, group, common))) return;
  const pods = await listOwn(run, builtin.pod);
  if (metadata.generation! > 1 && spec.deleteOrphanPvc) await dropOrphans(client, druid, pods, now());
  await report(run, names, pods);
}

/** The files of the ConfigMaps that the spec names; one that is not there is passed over. */
async function extraConfig({client, druid}: Run): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const {name, namespace} of druid.spec.extraCommonConfig ?? []) {
    const config = await client.get(builtin.configMap, {name, namespace});
    Object.assign(files, config?.data);
  }
  return files;
}

/** Makes what a group has; false when the next one has to wait for it. */
async function deployGroup(run: Run, names: Names, group: Group, common: object): Promise<boolean> {
  const {client, druid} = run;
  const {rollingDeploy, scalePvcSts} = druid.spec;
  const changed = druid.metadata.generation! > 1;
  const config = groupConfig(druid, group);
  await createOrUpdate(run, names, made.configMaps, config);
  const services = groupServices(druid, group);
  for (const service of services) await createOrUpdate(run, names, made.services, service);
  const first = services[0]?.metadata.name ?? "";
  const {type, object} = groupWorkload(druid, group, configHashOf(common, config), first);
  const isSet = type === made.statefulSets;
  // Its successor can come when the one that was there has gone.
  if (isSet && changed && scalePvcSts && (await growClaims(client, druid, group))) return false;
  const change = await createOrUpdate(run, names, type, object);
  if (rollingDeploy && change === "updated") return false;
  if (isSet) await deleteCrashing(run, group);
  // As they are made, all come at once.
  if (rollingDeploy && changed && !isRolledOut(await client.get(type, refIn(druid, group.name)))) return false;
  for (const extra of groupExtras(druid, group)) await createOrUpdate(run, names, extra.type, extra.object);
  return true;
}

const refIn = ({metadata}: KubeObject, name: string) => ({name, namespace: metadata.namespace!});

/**
 * Makes an object, or changes the one that is there if it is to be another than upstream made last; what others have changed of it stays. What the
 * API server refuses is told in an Event and thrown.
 */
async function createOrUpdate(run: Run, names: Names, type: ResourceType, object: any): Promise<Change> {
  const {client, druid, record} = run;
  const {name} = object.metadata;
  for (const [field, kind] of Object.entries(made)) if (kind === type) names[field as keyof Names].add(name);
  const wanted = hash([druid.metadata.uid, object]);
  const live = await client.get(type, refIn(druid, name));
  if (live?.metadata.annotations?.[HASH] === wanted) return undefined;
  const annotations = {...object.metadata.annotations, [HASH]: wanted};
  const [done, verb] = live ? (["updated", "Update"] as const) : (["created", "Create"] as const);
  const what = `${name}:*v1.${type.kind}`;
  try {
    await applyOwned(client, druid, type, {...object, metadata: {...object.metadata, annotations}});
  } catch (error) {
    const text = live ? `Failed to update [${what}]` : `Error creating object [${what}]`;
    record(druid, "Warning", `DruidOperator${verb}Fail`, `${text} due to [${(error as Error).message}]`);
    throw error;
  }
  const text = live ? `Updated [${what}].` : `Successfully created object [${what}]`;
  record(druid, "Normal", `DruidOperator${verb}Success`, text);
  return done;
}

/** Whether upstream goes on to the next group. */
function isRolledOut(workload: KubeObject | undefined): boolean {
  if (!workload) return false;
  const {kind, status = {}} = workload;
  const ready = status.readyReplicas ?? 0;
  if (kind === "StatefulSet")
    return status.currentRevision === status.updateRevision && (status.currentReplicas ?? 0) === ready;
  const [condition] = status.conditions ?? [];
  if (condition?.type === "ReplicaFailure") throw new Error(condition.reason);
  const stuck = condition?.type === "Progressing" && condition.status !== "True";
  return condition !== undefined && !stuck && ready === (status.replicas ?? 0);
}

/** Of pods that come one after another, those that fail are deleted: a change would wait for them for ever. */
async function deleteCrashing(run: Run, {node, name}: Group): Promise<void> {
  const {client, druid} = run;
  if (!druid.spec.forceDeleteStsPodOnError || node.podManagementPolicy !== "OrderedReady") return;
  const pods = await listOwn(run, builtin.pod);
  for (const {metadata, status} of pods.filter(({metadata}) => metadata.labels?.nodeSpecUniqueStr === name)) {
    const failed = ["Failed", "Unknown"].includes(status?.phase);
    const unready = status?.conditions?.some(({type, status}: any) => type === "ContainersReady" && status === "False");
    const crashes = unready && status?.containerStatuses?.some(({restartCount}: any) => restartCount > 1);
    if (failed || crashes) await client.delete(builtin.pod, metadata);
  }
}

/** What is there of the cluster, in the order of names. */
async function listOwn({client, druid}: Run, type: ResourceType): Promise<KubeObject[]> {
  const {namespace} = druid.metadata;
  const {items} = await client.list(type, {namespace, labelSelector: labelSelector(clusterLabels(druid))});
  return items.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

/** Deletes what no group has any more and writes what is left. A cluster whose pods have said nothing yet is called ready. */
async function report(run: Run, names: Names, pods: KubeObject[]): Promise<void> {
  const {client, druid} = run;
  const lists: Record<string, string[]> = {};
  for (const [field, type] of Object.entries(made)) {
    const all = await listOwn(run, type);
    const wanted = names[field as keyof Names];
    for (const {metadata} of all.filter(({metadata}) => !wanted.has(metadata.name)))
      await client.delete(type, metadata);
    lists[field] = all.map(({metadata}) => metadata.name).filter((name) => wanted.has(name));
  }
  lists.pods = pods.map(({metadata}) => metadata.name);
  // An empty list is left out, and so what the status said of it before stays.
  const filled = Object.entries(lists).filter(([, list]) => list.length > 0);
  await writeStatus(client, kinds.druid, druid, {
    druidNodeStatus: nodeStatus(pods),
    ...Object.fromEntries(filled),
  });
}

function nodeStatus(pods: KubeObject[]) {
  const unready = pods.flatMap(({metadata, status}) =>
    (status?.conditions ?? [])
      .filter(({type, status}: any) => type === "Ready" && status === "False")
      .map(({reason}: any) => ({druidNode: metadata.name, reason})),
  );
  const {druidNode, reason} = unready.at(-1) ?? {druidNode: "All", reason: "All Druid Nodes are in Ready Condition"};
  const druidNodeConditionType = druidNode === "All" ? "DruidClusterReady" : "DruidNodeErrorState";
  return {druidNode, druidNodeConditionStatus: "True", druidNodeConditionType, ...(reason && {reason})};
}
