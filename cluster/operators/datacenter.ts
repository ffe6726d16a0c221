import {stringify} from "yaml";
import type {KubeClient, KubeObject} from "../../operator/runtime/client.ts";
import type {Cache, ReconcileResult} from "../../operator/runtime/controller.ts";
import {builtin} from "../../operator/runtime/types.ts";
import {podTemplate} from "./cassandra-pods.ts";
import type {upsertSuperuser} from "./cassandra-users.ts";
import {applyOwned, applyStatefulSet, condition, decode, hash, kinds, notReady, podsOf, writeStatus} from "./kit.ts";

const ALLOW_STORAGE_CHANGES = "cassandra.datastax.com/allow-storage-changes";
const RETRY_MS = 2_000;
/** A datacenter that is started again within this time of its stop meets errors of its end. */
const SETTLES_MS = 60_000;

export interface DatacenterOptions {
  upsert: typeof upsertSuperuser;
  /** How long cass-operator then waits before it tries again by itself. */
  backOffMs: number;
}

/** What the operator remembers of each datacenter, as upstream's does, in memory alone. */
interface Memory {
  /** Until when it does not look again by itself, and the generation and annotations whose change makes it. */
  waits?: {until: number; seen: string};
  /** The Secret and the generation that the superuser was last made by. */
  upserted?: string;
}

/** A reconcile of CassandraDatacenters as cass-operator 1.30.3 carries it out. */
export function datacenterReconciler({upsert, backOffMs}: DatacenterOptions) {
  const memories = new Map<string, Memory>();

  return async function reconcileDatacenter(client: KubeClient, key: string, cache: Cache): Promise<ReconcileResult> {
    const dc = cache.get(kinds.datacenter, key);
    if (!dc || dc.metadata.deletionTimestamp) {
      memories.delete(key);
      return undefined;
    }
    const memory = memories.get(key) ?? {};
    memories.set(key, memory);
    const {namespace, generation, annotations} = dc.metadata;
    const secret = await client.get(builtin.secret, {name: dc.spec.superuserSecretName, namespace: namespace!});
    // Invalid, until the next event: nothing of it reaches the status.
    if (!secret) return undefined;
    const seen = hash([generation, annotations]);
    const backsOff = memory.waits && memory.waits.seen === seen && Date.now() < memory.waits.until;
    if (backsOff) return {requeueAfterMs: memory.waits!.until - Date.now()};
    if (!memory.waits && isRestartedTooSoon(dc)) {
      memory.waits = {until: Date.now() + backOffMs, seen};
      await progress(client, dc, "Updating");
      return {requeueAfterMs: backOffMs};
    }
    delete memory.waits;
    return carryOut(client, cache, dc, secret, memory);
  };

  async function carryOut(
    client: KubeClient,
    cache: Cache,
    dc: KubeObject,
    secret: KubeObject,
    memory: Memory,
  ): Promise<ReconcileResult> {
    const {namespace, name, annotations} = dc.metadata;
    const {spec, status} = dc;
    const objects = plan(dc);
    const live = cache.get(builtin.statefulSet, `${namespace}/${objects.statefulSet.metadata.name}`);
    if (live && !spec.stopped && spec.size < live.spec.replicas)
      return invalid(client, dc, "UnsupportedByStandIn: fewer nodes than before (no decommission)");
    const [template] = live?.spec.volumeClaimTemplates ?? [];
    if (template && template.spec.resources.requests.storage !== objects.size) {
      if (annotations?.[ALLOW_STORAGE_CHANGES] !== "true")
        return invalid(
          client,
          dc,
          `PVC resize requested, but ${ALLOW_STORAGE_CHANGES} annotation is not set to 'true'`,
        );
      // It looks for a default class by a label that Kubernetes does not set, ends with an error, and only an Event says so.
      if (!spec.storageConfig.cassandraDataVolumeClaimSpec.storageClassName) {
        await progress(client, dc, "Updating");
        return undefined;
      }
    }
    for (const service of objects.services) await applyOwned(client, dc, builtin.service, service);
    await applyOwned(client, dc, builtin.configMap, objects.config);
    await applyOwned(client, dc, builtin.podDisruptionBudget, objects.disruptionBudget);
    await watchSecret(client, secret, `${namespace}/${name}`);
    const set = await applyStatefulSet(client, dc, objects.statefulSet, objects.size);
    const waiting = notReady(set, objects.statefulSet.spec.replicas);
    const settled = status?.observedGeneration === dc.metadata.generation;
    // Whatever happens to the nodes of a datacenter that was once ready: its conditions and its progress stay.
    if (waiting && settled) return undefined;
    if (waiting) return report(client, dc, "Updating");
    const before = `${secret.metadata.resourceVersion} ${dc.metadata.generation} ${hash(annotations)}`;
    if (!spec.stopped && memory.upserted !== before) {
      const pods = podsOf(cache, namespace!, objects.statefulSet.metadata.name);
      const {podIP} = pods.find((pod) => pod.status?.podIP)?.status ?? {};
      const [username, password] = [decode(secret.data.username), decode(secret.data.password)];
      try {
        await upsert(podIP, name, spec.clusterName, username, password);
      } catch {
        await report(client, dc, "Updating");
        return {requeueAfterMs: RETRY_MS};
      }
      memory.upserted = before;
    }
    return report(client, dc, "Ready");
  }
}

const isTrue = ({status}: KubeObject, type: string) =>
  status?.conditions?.find((condition: any) => condition.type === type && condition.status === "True");

function isRestartedTooSoon(dc: KubeObject): boolean {
  const stopped = isTrue(dc, "Stopped");
  return !dc.spec.stopped && stopped && Date.now() - Date.parse(stopped.lastTransitionTime) < SETTLES_MS;
}

/** From now on changes of this Secret are seen; one that is made in its place is not. */
async function watchSecret(client: KubeClient, {metadata}: KubeObject, watcher: string): Promise<void> {
  const watchers = JSON.stringify([watcher]);
  if (metadata.annotations?.[WATCHED_BY] === watchers) return;
  const marks = {labels: {[WATCHED]: "true"}, annotations: {[WATCHED_BY]: watchers}};
  await client.patch(builtin.secret, metadata, {metadata: marks});
}

export const WATCHED = "cassandra.datastax.com/watched";
const WATCHED_BY = "cassandra.datastax.com/watched-by";
export const watchersOf = ({metadata}: KubeObject): string[] =>
  JSON.parse(metadata.annotations?.[WATCHED_BY] ?? "[]") as string[];

const progress = (client: KubeClient, dc: KubeObject, cassandraOperatorProgress: string) =>
  writeStatus(client, kinds.datacenter, dc, {cassandraOperatorProgress});

async function invalid(client: KubeClient, dc: KubeObject, message: string): Promise<undefined> {
  const valid = {...condition(dc.status?.conditions, "Valid", "False", "Invalid", message), reason: "Invalid", message};
  const others = (dc.status?.conditions ?? []).filter(({type}: any) => type !== "Valid");
  await writeStatus(client, kinds.datacenter, dc, {conditions: [...others, valid]});
}

/** Ready turns False by a stop alone; the generation is seen at the end. */
async function report(client: KubeClient, dc: KubeObject, state: "Updating" | "Ready"): Promise<undefined> {
  const {stopped} = dc.spec;
  const before = dc.status?.conditions;
  const done = state === "Ready";
  const set = (type: string, is: boolean) => ({
    ...condition(before, type, is ? "True" : "False"),
    reason: "",
    message: "",
  });
  const wasReady = isTrue(dc, "Ready") !== undefined;
  const wasStopped = isTrue(dc, "Stopped") !== undefined;
  const conditions = [
    set("Valid", true),
    ...(done || wasReady || wasStopped ? [set("Initialized", true)] : []),
    set("Ready", !stopped && (done || wasReady)),
    set("Healthy", !stopped && (done || isTrue(dc, "Healthy") !== undefined)),
    set("Stopped", stopped),
    set("Resuming", !stopped && !done && (wasStopped || isTrue(dc, "Resuming") !== undefined)),
  ];
  await writeStatus(client, kinds.datacenter, dc, {
    ...(done ? {observedGeneration: dc.metadata.generation} : {}),
    cassandraOperatorProgress: state,
    conditions,
  });
}

function plan(dc: KubeObject) {
  const {name, namespace, annotations} = dc.metadata;
  const {spec} = dc;
  const cluster: string = spec.clusterName;
  const both = `${cluster}-${name}`;
  const set = `${both}-default-sts`;
  const config = JSON.parse(decode(spec.config));
  const datacenter = {"cassandra.datastax.com/cluster": cluster, "cassandra.datastax.com/datacenter": name};
  const rack = {...datacenter, "cassandra.datastax.com/rack": "default"};
  const added = {
    "app.kubernetes.io/managed-by": "cass-operator",
    "app.kubernetes.io/name": "cassandra",
    "app.kubernetes.io/version": spec.serverVersion,
    "app.kubernetes.io/instance": `cassandra-${cluster}`,
    "app.kubernetes.io/created-by": "cass-operator",
    ...spec.additionalLabels,
  };
  const labels = {...rack, ...added};
  // The cache's object: what is made from it must not be it.
  const claim = structuredClone(spec.storageConfig.cassandraDataVolumeClaimSpec);
  const heap: string = config.jvmOptions?.heapSize ?? "768Mi";
  const data = {
    "cassandra.yaml": stringify(serverConfig(cluster, config.cassandraYaml)),
    "cassandra-rackdc.properties": `dc=${name}\nrack=default\n`,
  };
  const configName = `${both}-config`;
  const ports = [{name: "native", port: 9042}];
  const service = (serviceName: string, selector: object, unready = false) => ({
    metadata: {name: serviceName, labels: {...datacenter, ...added}},
    spec: {clusterIP: "None", ...(unready ? {publishNotReadyAddresses: true} : {}), selector, ports},
  });
  return {
    size: claim.resources.requests.storage as string,
    config: {metadata: {name: configName, labels: {...datacenter, ...added}}, data},
    disruptionBudget: {
      metadata: {name: `${name}-pdb`, labels: {...datacenter, ...added}},
      spec: {minAvailable: spec.size - 1, selector: {matchLabels: datacenter}},
    },
    services: [
      service(`${both}-service`, datacenter),
      service(`${both}-all-pods-service`, datacenter, true),
      service(`${cluster}-seed-service`, {"cassandra.datastax.com/cluster": cluster}, true),
    ],
    statefulSet: {
      metadata: {name: set, labels},
      spec: {
        serviceName: `${both}-all-pods-service`,
        replicas: spec.stopped ? 0 : spec.size,
        podManagementPolicy: "OrderedReady",
        persistentVolumeClaimRetentionPolicy: {
          whenDeleted: annotations?.["cassandra.datastax.com/delete-pvc"] === "false" ? "Retain" : "Delete",
          whenScaled: "Retain",
        },
        selector: {matchLabels: rack},
        template: podTemplate(spec, {
          labels,
          annotations: {"telemetry.dev/config": hash([data, heap])},
          seeds: `${set}-0.${both}-all-pods-service.${namespace}.svc.cluster.local`,
          heap,
          config: configName,
        }),
        volumeClaimTemplates: [{metadata: {name: "server-data", labels}, spec: claim}],
      },
    },
  };
}

const directory = (folder: string) => `/var/lib/cassandra/${folder}`;

const serverConfig = (cluster: string, more: object | undefined) => ({
  cluster_name: cluster,
  partitioner: "org.apache.cassandra.dht.Murmur3Partitioner",
  num_tokens: 16,
  authenticator: {class_name: "org.apache.cassandra.auth.PasswordAuthenticator"},
  authorizer: {class_name: "org.apache.cassandra.auth.CassandraAuthorizer"},
  role_manager: {class_name: "org.apache.cassandra.auth.CassandraRoleManager"},
  endpoint_snitch: "GossipingPropertyFileSnitch",
  seed_provider: [{class_name: "org.apache.cassandra.locator.SimpleSeedProvider", parameters: [{seeds: "${SEEDS}"}]}],
  listen_address: "${POD_IP}",
  rpc_address: "${POD_IP}",
  data_file_directories: [directory("data")],
  commitlog_directory: directory("commitlog"),
  saved_caches_directory: directory("saved_caches"),
  hints_directory: directory("hints"),
  cdc_raw_directory: directory("cdc_raw"),
  commitlog_sync: "periodic",
  commitlog_sync_period: "10000ms",
  commitlog_segment_size: "32MiB",
  ...more,
});
