import type {KubeClient, KubeObject} from "../../operator/runtime/client.ts";
import type {Cache, ReconcileResult} from "../../operator/runtime/controller.ts";
import {builtin} from "../../operator/runtime/types.ts";
import {flinkObjects} from "./flink-objects.ts";
import {LOOK, lastError, overview, stopWithSavepoint, triggerSavepoint} from "./flink-rest.ts";
import {makeSnapshot} from "./flink-snapshots.ts";
import {applyOwned, condition, hash, kinds, writeStatus} from "./kit.ts";

const FINALIZER = "flinkdeployments.flink.apache.org/finalizer";
/** For what it does itself. */
const POLL: ReconcileResult = {requeueAfterMs: 2_000};
/** For so long after a deployment upstream reports that the pod's ConfigMap is not there, and makes an error of it. */
const PASSING_ERROR_MS = 15_000;
/** Where upstream points a job that has to go on from the HA metadata: without those it fails instead of beginning anew. */
const HA_ONLY = "KUBERNETES_OPERATOR_LAST_STATE";

interface Restore {
  mode: "last-state" | "savepoint" | "stateless";
  savepoint?: string | undefined;
}

/**
 * Upstream's operator for one application cluster in native mode: it makes the JobManager and its Service; Flink makes its TaskManagers and
 * keeps its HA metadata itself. What was carried out last is in the status, as upstream has it.
 */
export async function reconcileFlink(client: KubeClient, key: string, cache: Cache): Promise<ReconcileResult> {
  const flink = cache.get(kinds.flink, key);
  if (!flink) return undefined;
  // What was carried out is only in the status: one that is older than our last word would carry it out twice.
  if (cache.behind(kinds.flink, key)) return POLL;
  if (flink.metadata.deletionTimestamp) return remove(client, cache, flink);
  const problem = unsupported(flink);
  if (problem)
    return report(client, cache, flink, {error: `UnsupportedByStandIn: ${problem}`, lifecycleState: "FAILED"});
  if (!flink.metadata.finalizers?.includes(FINALIZER)) {
    await client.patch(kinds.flink, flink.metadata, {metadata: {finalizers: [FINALIZER]}});
    return POLL;
  }
  const last = lastSpec(flink);
  const wanted = flink.spec.job.state ?? "running";
  const wasRunning = last !== undefined && (last.job.state ?? "running") === "running";
  const live = cache.get(builtin.deployment, key);
  if (live?.metadata.deletionTimestamp) return POLL;
  if (wasRunning && (wanted === "suspended" || essence(last) !== essence(flink.spec)))
    return suspend(client, cache, flink, live);
  // Of a job that never ran upstream says nothing at all.
  if (wanted === "suspended" && !last) return undefined;
  if (wanted === "suspended") return report(client, cache, flink, {...SUSPENDED, ...carriedOut(flink)});
  if (!last) return deploy(client, cache, flink, {mode: "stateless", savepoint: flink.spec.job.initialSavepointPath});
  if (!wasRunning)
    return deploy(client, cache, flink, {mode: flink.spec.job.upgradeMode, savepoint: savepointOf(flink)});
  // Upstream's kubernetes.operator.jm-deployment-recovery.enabled.
  if (!live) return deploy(client, cache, flink, {mode: "last-state"});
  return observe(client, cache, flink, live);
}

function unsupported({spec}: KubeObject): string {
  if (!spec.job) return "a session cluster";
  if (spec.flinkVersion !== "v2_2") return `Flink ${spec.flinkVersion}; only v2_2 is there`;
  if (spec.mode && spec.mode !== "native") return `mode ${spec.mode}`;
  return "";
}

const lastSpec = ({status}: KubeObject): any => {
  const text = status?.reconciliationStatus?.lastReconciledSpec;
  return text ? JSON.parse(text) : undefined;
};
const savepointOf = ({status}: KubeObject): string | undefined => status?.jobStatus?.upgradeSavepointPath;

/** What of a spec makes another cluster: the way of an upgrade and a savepoint's number do not. */
function essence({job, ...rest}: any): string {
  const {state: _state, upgradeMode: _mode, savepointTriggerNonce: _nonce, ...stable} = job;
  return hash([rest, stable]);
}

function carriedOut({spec, metadata, status}: KubeObject, state = "DEPLOYED") {
  const lastReconciledSpec = JSON.stringify(spec);
  const before = status?.reconciliationStatus;
  const same = before?.lastReconciledSpec === lastReconciledSpec;
  const reconciliationTimestamp = same ? before.reconciliationTimestamp : Date.now();
  return {
    observedGeneration: metadata.generation,
    reconciliationStatus: {state, lastReconciledSpec, reconciliationTimestamp},
  };
}
/** A field that is not there is not removed again: that would be a write at each look. */
const withoutError = ({status}: KubeObject) => (status?.error ? {error: null} : {});
const SUSPENDED = {lifecycleState: "SUSPENDED", jobManagerDeploymentStatus: "MISSING"};

/** Ends the cluster the way the new spec says; the next look starts it again, if it is to run. */
async function suspend(
  client: KubeClient,
  cache: Cache,
  flink: KubeObject,
  live: KubeObject | undefined,
): Promise<ReconcileResult> {
  const {upgradeMode} = flink.spec.job;
  let savepoint: string | undefined;
  if (upgradeMode === "savepoint" && live) savepoint = await stopWithSavepoint(flink);
  if (live) await client.delete(builtin.deployment, live.metadata, {propagation: "Foreground"});
  if (upgradeMode !== "last-state") await dropHaMetadata(client, flink);
  const stopped = {...flink, spec: {...flink.spec, job: {...flink.spec.job, state: "suspended"}}};
  await report(client, cache, flink, {
    ...carriedOut(stopped, "UPGRADING"),
    lifecycleState: "UPGRADING",
    jobManagerDeploymentStatus: "MISSING",
    jobStatus: {...flink.status?.jobStatus, state: "FINISHED", upgradeSavepointPath: savepoint ?? null},
  });
  return POLL;
}

async function deploy(client: KubeClient, cache: Cache, flink: KubeObject, restore: Restore): Promise<ReconcileResult> {
  const previousId = flink.status?.jobStatus?.jobId;
  const goesOn = restore.mode === "last-state" && previousId && (await haMetadata(client, flink)).length > 0;
  if (restore.mode === "last-state" && previousId && !goesOn && lastSpec(flink)) {
    const error = "HA metadata not available to restore from last state; restore the job by hand or make it stateless";
    return report(client, cache, flink, {
      ...carriedOut(flink),
      error,
      lifecycleState: "FAILED",
      jobManagerDeploymentStatus: "ERROR",
    });
  }
  if (goesOn) await dropGraph(client, flink);
  else await dropHaMetadata(client, flink);
  const jobId = goesOn ? previousId : newJobId(flink);
  const savepoint = goesOn
    ? HA_ONLY
    : restore.mode === "stateless"
      ? flink.spec.job.initialSavepointPath
      : restore.savepoint;
  const objects = flinkObjects(flink, jobId, savepoint);
  for (const config of objects.configMaps) await applyOwned(client, flink, builtin.configMap, config);
  await applyOwned(client, flink, builtin.service, objects.service);
  await applyOwned(client, flink, builtin.deployment, objects.deployment);
  await report(client, cache, flink, {
    ...carriedOut(flink),
    // A cluster that is put back is as stable as it was.
    lifecycleState: isStable(flink) ? "STABLE" : "DEPLOYED",
    jobManagerDeploymentStatus: "DEPLOYING",
    jobStatus: {...flink.status?.jobStatus, jobId, jobName: flink.metadata.name, state: "RECONCILING"},
  });
  return POLL;
}

/** A job that begins anew is another one, as its checkpoints must not meet the old ones; the same change made twice is the same job. */
const newJobId = ({metadata}: KubeObject): string => hash([metadata.uid, metadata.generation], 32);

/** Once a spec has run, upstream calls it stable whatever becomes of its pods. */
const isStable = ({status}: KubeObject): boolean => status?.lifecycleState === "STABLE";

function lifecycleOf(flink: KubeObject, state: string): string {
  if (state === "FAILED") return "FAILED";
  return state === "RUNNING" || isStable(flink) ? "STABLE" : "DEPLOYED";
}

/** Reads the job's state from the JobManager. */
async function observe(
  client: KubeClient,
  cache: Cache,
  flink: KubeObject,
  live: KubeObject,
): Promise<ReconcileResult> {
  const settled = carriedOut(flink);
  const before = lastSpec(flink);
  const same = JSON.stringify(before) === JSON.stringify(flink.spec);
  const up = (live.status?.readyReplicas ?? 0) > 0;
  const manager = managerStatus(flink, live, up);
  const job = manager === "READY" ? await overview(flink) : undefined;
  const state: string = job?.state ?? "RECONCILING";
  const nonce = flink.spec.job.savepointTriggerNonce;
  const requested = nonce && nonce !== before.job.savepointTriggerNonce;
  // A requested savepoint waits for a job that runs.
  const common = same || (requested && state !== "RUNNING") ? {observedGeneration: flink.metadata.generation} : settled;
  const savepoint = requested && state === "RUNNING" ? await takeSavepoint(client, cache, flink, nonce) : {};
  await report(client, cache, flink, {
    ...common,
    ...(await errorOf(flink, manager, state)),
    lifecycleState: lifecycleOf(flink, state),
    jobManagerDeploymentStatus: manager,
    jobStatus: {
      ...flink.status?.jobStatus,
      ...savepoint,
      state,
      ...(job ? {startTime: String(job["start-time"])} : {}),
    },
    conditions: [condition(flink.status?.conditions, "Running", state === "RUNNING" ? "True" : "False")],
  });
  return LOOK;
}

/** The REST endpoint counts as there one look after the pod. */
function managerStatus({status}: KubeObject, {metadata}: KubeObject, up: boolean): string {
  const age = Date.now() - Date.parse(metadata.creationTimestamp!);
  if (!up) return age < PASSING_ERROR_MS ? "ERROR" : "DEPLOYING";
  return ["DEPLOYED_NOT_READY", "READY"].includes(status?.jobManagerDeploymentStatus) ? "READY" : "DEPLOYED_NOT_READY";
}

/** Upstream's error, which it also makes of what passes. */
async function errorOf(flink: KubeObject, manager: string, state: string): Promise<object> {
  if (manager === "ERROR") return {error: inJson(`configmap "pod-template-${flink.metadata.name}" not found`)};
  if (["FAILED", "RESTARTING", "FAILING"].includes(state))
    return {error: (await lastError(flink)) ?? flink.status?.error};
  if (manager === "READY" && state === "RECONCILING") return {error: inJson("Job Not Found")};
  // One that has passed stays until the spec is stable.
  return lifecycleOf(flink, state) === "STABLE" ? withoutError(flink) : {};
}
const inJson = (message: string): string =>
  JSON.stringify({type: "org.apache.flink.kubernetes.operator.exception.ReconciliationException", message});

/** Where the definition of snapshots is installed, a savepoint is an object, and the deployment's status has no word of it. */
async function takeSavepoint(client: KubeClient, cache: Cache, flink: KubeObject, nonce: number): Promise<object> {
  if (cache.available(kinds.snapshot)) {
    await makeSnapshot(client, flink);
    return {};
  }
  const location = await triggerSavepoint(flink);
  return {savepointInfo: {lastSavepoint: {location, timeStamp: Date.now(), triggerNonce: nonce}}};
}

async function report(client: KubeClient, cache: Cache, flink: KubeObject, status: object): Promise<ReconcileResult> {
  const written = await writeStatus(client, kinds.flink, flink, {...flink.status, ...status});
  if (written) cache.wrote(kinds.flink, written);
  return undefined;
}

/** Flink's own ConfigMaps: who leads, the graph of the job, and where its checkpoints are. They carry no label of their own. */
const haMetadata = async (client: KubeClient, {metadata}: KubeObject): Promise<KubeObject[]> => {
  const labelSelector = `app=${metadata.name},type=flink-native-kubernetes`;
  const {items} = await client.list(builtin.configMap, {namespace: metadata.namespace, labelSelector});
  return items.filter(({metadata: {name}}) => name.startsWith(`${metadata.name}-`) && name.endsWith("-config-map"));
};

async function dropHaMetadata(client: KubeClient, flink: KubeObject): Promise<void> {
  for (const {metadata} of await haMetadata(client, flink)) await client.delete(builtin.configMap, metadata);
}

/** The job's graph, which is the old spec's: the checkpoints alone are gone on from. */
async function dropGraph(client: KubeClient, flink: KubeObject): Promise<void> {
  for (const {metadata, data = {}} of await haMetadata(client, flink)) {
    const graphs = Object.keys(data).filter((key) => key.startsWith("executionPlan-"));
    if (graphs.length === 0) continue;
    await client.patch(builtin.configMap, metadata, {data: Object.fromEntries(graphs.map((key) => [key, null]))});
  }
}

/** The JobManager goes before the rest: it would make TaskManagers and metadata anew. */
async function remove(client: KubeClient, cache: Cache, flink: KubeObject): Promise<ReconcileResult> {
  const {metadata} = flink;
  const live = cache.get(builtin.deployment, `${metadata.namespace}/${metadata.name}`);
  if (live) {
    if (!live.metadata.deletionTimestamp)
      await client.delete(builtin.deployment, live.metadata, {propagation: "Foreground"});
    return POLL;
  }
  await dropHaMetadata(client, flink);
  const finalizers = metadata.finalizers?.filter((finalizer) => finalizer !== FINALIZER) ?? [];
  await client.patch(kinds.flink, metadata, {metadata: {finalizers}});
  return undefined;
}
