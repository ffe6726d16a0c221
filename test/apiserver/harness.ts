import {readdirSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {parse} from "yaml";
import {crd, telemetryPipeline} from "../../api/crd.ts";
import type {PipelineStatus} from "../../api/status.ts";
import {defaultImages, type Images, PIPELINE_LABEL} from "../../cdk8s/context.ts";
import {waitFor} from "../../cluster/shell.ts";
import {installation} from "../../operator/install.ts";
import {ownedKinds} from "../../operator/reconcile/kinds.ts";
import {runOperator} from "../../operator/run.ts";
import {isNotFound} from "../../operator/runtime/api-error.ts";
import {type ClusterConfig, createClient, type KubeClient, loadClusterConfig} from "../../operator/runtime/client.ts";
import {createLogger} from "../../operator/runtime/logger.ts";
import {createMetrics} from "../../operator/runtime/metrics.ts";
import {builtin, type KubeObject, type ResourceType} from "../../operator/runtime/types.ts";
import {kubeconfig} from "./cluster.ts";
import {startFakes} from "./fakes.ts";
import {noteDenied} from "./rights.ts";

const MANAGER = {fieldManager: "test"};
const TIMEOUT_MS = 240_000;
/** Kinds that the product makes, and those that only upstream's operators do. */
const upstreamDirs = ["crds/upstream", "cluster/operators/crds"].map((dir) => join(import.meta.dirname, "../..", dir));

export const config: ClusterConfig = await loadClusterConfig(kubeconfig);
/** With every right: the user. */
export const admin: KubeClient = createClient(config);

/** The pinned definitions of upstream's operators, by name. */
const upstreamFiles = (): [name: string, text: string][] =>
  upstreamDirs.flatMap((dir) =>
    readdirSync(dir).map((file): [name: string, text: string] => {
      const text = readFileSync(join(dir, file), "utf8");
      return [/^ {2}name: (\S+)$/m.exec(text)![1]!, text];
    }),
  );

/** Applies those that are not live: the large ones take seconds each to read and to apply. */
export async function applyUpstreamCrds(): Promise<void> {
  const {items} = await admin.list(builtin.customResourceDefinition);
  const live = new Set(items.filter(isEstablished).map(({metadata}) => metadata.name));
  await applyCrds(upstreamFiles().flatMap(([name, text]) => (live.has(name) ? [] : [parse(text)])));
}

const isEstablished = ({metadata, status}: KubeObject): boolean =>
  !metadata.deletionTimestamp &&
  status?.conditions?.some(({type, status: is}: any) => type === "Established" && is === "True");

export async function applyCrds(crds: KubeObject[]): Promise<void> {
  for (const object of crds) await admin.apply(builtin.customResourceDefinition, object, MANAGER);
  for (const {metadata} of crds) {
    await waitFor(`definition ${metadata.name}`, TIMEOUT_MS, async () => {
      const live = await admin.get(builtin.customResourceDefinition, metadata);
      if (!live || !isEstablished(live)) return false;
      // One that was made anew answers 429 for a while yet.
      const {group, names, versions} = live.spec;
      await admin.request("GET", `/apis/${group}/${versions[0].name}/${names.plural}?limit=1`);
      return true;
    });
  }
}

/** Removes definitions of upstream, by default all: while one goes, what would be made of it is refused. */
export async function removeUpstreamCrds(wanted: (group: string) => boolean = () => true): Promise<void> {
  const gone = upstreamFiles()
    .map(([name]) => ({name}))
    .filter(({name}) => wanted(name.slice(name.indexOf(".") + 1)));
  await Promise.all(gone.map((ref) => admin.delete(builtin.customResourceDefinition, ref)));
  // What another file left held, as Strimzi holds its topics, would hold the definition.
  const held = ownedKinds.filter(({apiVersion, plural}) =>
    gone.some(({name}) => name === `${plural}.${apiVersion.split("/")[0]}`),
  );
  for (const type of held)
    for (const {metadata} of await itemsOf(type))
      if (metadata.finalizers)
        await admin.patch(type, metadata, {metadata: {finalizers: null}}).catch((error) => {
          if (!isNotFound(error)) throw error;
        });
  for (const ref of gone) {
    await waitFor(
      "the definition to go",
      TIMEOUT_MS,
      async () => !(await admin.get(builtin.customResourceDefinition, ref)),
    );
  }
}

const rbac = (kind: string, namespaced: boolean): ResourceType => ({
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind,
  plural: `${kind.toLowerCase()}s`,
  namespaced,
});
export const clusterRbac = [rbac("ClusterRole", false), rbac("ClusterRoleBinding", false)];
const types = [...Object.values(builtin), ...clusterRbac, rbac("Role", true), rbac("RoleBinding", true)];

/** The operator's rights as installed, and a token that has those and no others. */
export async function operatorToken(): Promise<string> {
  await applyCrds([crd() as unknown as KubeObject]);
  return installedToken(installation() as KubeObject[], "telemetry-system");
}

/** Applies what an operator is installed by, its Deployment left out, and gives the token of its account. */
export async function installedToken(objects: KubeObject[], namespaceName: string): Promise<string> {
  for (const object of objects) {
    if (object.kind !== "Deployment") await admin.apply(types.find(({kind}) => kind === object.kind)!, object, MANAGER);
  }
  const path = `/api/v1/namespaces/${namespaceName}/serviceaccounts/telemetry-operator/token`;
  const request = {apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {expirationSeconds: 7_200}};
  return (await admin.request("POST", path, request)).status.token;
}

export interface RunningOperator {
  /** Requests since the start, by method and answer: `PATCH 200`. */
  calls: Map<string, number>;
  /** Each write: method and path. */
  written: string[];
  /** What the Role did not allow, in the API server's words. */
  forbidden: string[];
  writes(): number;
  /** Pipelines that were looked at, each time anew. */
  reconciles(): number;
  /** What Prometheus would be given. */
  scrape(): Promise<string>;
  stop(): Promise<void>;
}

/** What the faked look into the stores says of events that wait. */
export const waiting = {events: 0};

/** The real operator in this process, with the rights of its installation; only the look into the stores is faked. */
export async function startOperator(options: {
  token: string;
  server?: string;
  elected?: Promise<void>;
  signal?: AbortSignal;
  images?: Images;
  /** The one namespace to act in. */
  namespace?: string;
  /** Its Lease, which this process does not look at. */
  operator?: string;
}): Promise<RunningOperator> {
  const calls = new Map<string, number>();
  const forbidden: string[] = [];
  const written: string[] = [];
  let reconciles = 0;
  const headers = async () => ({authorization: `Bearer ${options.token}`});
  const server = options.server ?? config.server;
  const client = noteDenied(
    createClient({...config, server, headers}, (method, code, path) => {
      if (method !== "GET") written.push(`${method} ${path.split("?")[0]}`);
      calls.set(`${method} ${code}`, (calls.get(`${method} ${code}`) ?? 0) + 1);
    }),
    forbidden,
  );
  const stop = new AbortController();
  const log = createLogger("operator");
  log.level = process.env.LOG_LEVEL ?? "silent";
  const synced = Promise.withResolvers<void>();
  const metrics = createMetrics("test");
  const running = runOperator({
    client,
    log,
    signal: stop.signal,
    images: options.images ?? defaultImages,
    operator: options.operator ?? "telemetry-system/telemetry-operator",
    readFreshness: async (_name, _namespace, stores) =>
      stores.map(() => ({newest: new Date().toISOString(), rows: 1, lag: waiting.events})),
    getJson: async () => Promise.reject(new Error("no such server")),
    onSynced: synced.resolve,
    namespace: options.namespace,
    metrics: {...metrics, reconciled: () => reconciles++},
    ...(options.elected ? {elected: options.elected} : {}),
  });
  await synced.promise;
  return {
    calls,
    written,
    forbidden,
    writes: () => written.length,
    reconciles: () => reconciles,
    scrape: () => metrics.registry.metrics(),
    async stop() {
      stop.abort();
      await running;
      await client.close();
    },
  };
}

/** The operator and the fakes of what it needs, with a namespace of the file's own, for its `beforeAll`. */
export async function startPlatform(namespaceName: string, without: string[] = []) {
  const token = await operatorToken();
  await applyUpstreamCrds();
  await namespace(namespaceName);
  const stopFakes = startFakes(admin, without);
  return {token, operator: await startOperator({token}), stopFakes};
}

/** Ends both, and removes what the file left, in its `afterAll`. */
export async function stopPlatform(operator: RunningOperator, stopFakes: () => Promise<void>): Promise<void> {
  await operator.stop();
  await stopFakes();
  await removeAllPipelines();
}

export const namespace = async (name: string): Promise<void> =>
  void (await admin.apply(builtin.namespace, {apiVersion: "v1", kind: "Namespace", metadata: {name}}, MANAGER));

/** Applies a pipeline as a user would. */
export const applyPipeline = (namespaceName: string, spec: object = {}, name = "fleet"): Promise<KubeObject> =>
  admin.apply(
    telemetryPipeline,
    {
      apiVersion: telemetryPipeline.apiVersion,
      kind: telemetryPipeline.kind,
      metadata: {name, namespace: namespaceName},
      spec,
    },
    MANAGER,
  );

export const getPipeline = (namespaceName: string, name = "fleet"): Promise<KubeObject | undefined> =>
  admin.get(telemetryPipeline, {name, namespace: namespaceName});

/** Waits for a pipeline to look as wanted; the error shows its status. */
export async function untilStatus(
  namespaceName: string,
  what: string,
  wanted: (status: PipelineStatus, pipeline: KubeObject) => boolean,
  name = "fleet",
): Promise<PipelineStatus> {
  let last: unknown;
  try {
    return await waitFor(`${name}: ${what}`, TIMEOUT_MS, async () => {
      const live = await getPipeline(namespaceName, name);
      last = live?.status;
      const fresh = live?.status?.observedGeneration === live?.metadata.generation;
      return live?.status && fresh && wanted(live.status, live) ? (live.status as PipelineStatus) : undefined;
    });
  } catch (error) {
    throw new Error(`${(error as Error).message}; status: ${JSON.stringify(last, null, 1)}`);
  }
}

export const conditionOf = (status: PipelineStatus, type: string) =>
  status.conditions?.find((condition) => condition.type === type);

export const isReady = (status: PipelineStatus): boolean => conditionOf(status, "Ready")?.status === "True";

export const untilReady = (namespaceName: string, name?: string) => untilStatus(namespaceName, "Ready", isReady, name);

/** Deletes a pipeline and waits until it is gone. */
export async function removePipeline(namespaceName: string, name = "fleet"): Promise<void> {
  await admin.delete(telemetryPipeline, {name, namespace: namespaceName});
  await waitFor(`${name} to go`, TIMEOUT_MS, async () => !(await getPipeline(namespaceName, name)));
}

/** Removes what a file of tests left, so that files can run in any order; no operator is needed. */
export async function removeAllPipelines(): Promise<void> {
  for (const {metadata} of (await admin.list(telemetryPipeline)).items) {
    await admin.patch(telemetryPipeline, metadata, {metadata: {finalizers: null}});
    await admin.delete(telemetryPipeline, metadata);
  }
}

/** What Kubernetes puts into every namespace. */
const BY_KUBERNETES = ["ConfigMap/kube-root-ca.crt", "ServiceAccount/default"];

/** Everything of the operator's kinds in a namespace, as `Kind/name`; kinds that are not served count as empty. */
export async function objectsIn(namespaceName: string): Promise<Map<string, KubeObject>> {
  const objects = new Map<string, KubeObject>();
  for (const type of ownedKinds) {
    for (const item of await itemsOf(type, namespaceName)) {
      const name = `${type.kind}/${item.metadata.name}`;
      // Claims without our label are made by Kubernetes for a StatefulSet, and outlive it.
      const foreign = type.kind === "PersistentVolumeClaim" && !item.metadata.labels?.[PIPELINE_LABEL];
      if (!BY_KUBERNETES.includes(name) && !foreign) objects.set(name, item);
    }
  }
  return objects;
}

/** The objects of a kind; none of one that is not served. */
async function itemsOf(type: ResourceType, namespaceName?: string): Promise<KubeObject[]> {
  try {
    return (await admin.list(type, {namespace: namespaceName})).items;
  } catch (error) {
    if (isNotFound(error)) return [];
    throw error;
  }
}

/** Whether an object, as `Kind/name`, is one that outlives its pipeline. */
export const isKept = (name: string): boolean => /^Secret\/|^ConfigMap\/[a-z0-9-]+-kafka-identity$/.test(name);

/** Waits until the names of the objects in a namespace are as wanted. */
export const untilObjects = (namespaceName: string, what: string, wanted: (names: string[]) => boolean) =>
  waitFor(what, TIMEOUT_MS, async () => wanted([...(await objectsIn(namespaceName)).keys()]));
