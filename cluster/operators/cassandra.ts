import type {KubeClient, KubeObject} from "../../operator/runtime/client.ts";
import type {Cache, ReconcileResult} from "../../operator/runtime/controller.ts";
import {builtin} from "../../operator/runtime/types.ts";
import {encode, hash, kinds, MANAGER, randomPassword, writeStatus} from "./kit.ts";

/** Those in the image. */
const VERSIONS = ["5.0.5", "5.0.6"];
const FINALIZER = "k8ssandracluster.k8ssandra.io/finalizer";
const HASH = "k8ssandra.io/resource-hash";
const NAME_LABEL = "k8ssandra.io/cluster-name";
/** As upstream's, between two looks at a datacenter that is being deleted. */
const DELETION_POLL_MS = 5_000;

/** The K8ssandraCluster that a CassandraDatacenter was made for. */
export const clusterOf = ({metadata: {namespace, labels}}: KubeObject): string[] =>
  labels?.[NAME_LABEL] ? [`${namespace}/${labels[NAME_LABEL]}`] : [];

/**
 * K8ssandra's cluster of one datacenter. As upstream, it makes a CassandraDatacenter that is called as the datacenter, in the cluster's
 * namespace, deletes it by that name whoever it belongs to, and makes a superuser's Secret of its own where there is none.
 */
export async function reconcileK8ssandra(client: KubeClient, key: string, cache: Cache): Promise<ReconcileResult> {
  const cluster = cache.get(kinds.k8ssandra, key);
  if (!cluster) return undefined;
  const {name, namespace} = cluster.metadata;
  const dc = cluster.spec.cassandra?.datacenters?.[0];
  if (cluster.metadata.deletionTimestamp) return finalize(client, cluster, dc?.metadata.name);
  if (!cluster.metadata.finalizers?.includes(FINALIZER))
    await client.patch(kinds.k8ssandra, cluster.metadata, {
      metadata: {finalizers: [...(cluster.metadata.finalizers ?? []), FINALIZER]},
    });
  const problem = unsupported(cluster);
  if (problem) return failed(client, cluster, `UnsupportedByStandIn: ${problem}`);
  await ensureSuperuser(client, cluster);
  const planned = datacenterOf(cluster, dc);
  const live = await client.get(kinds.datacenter, {name: dc.metadata.name, namespace: namespace!});
  const expected = "Cluster name cannot be changed in an existing cluster";
  if (live && live.spec.clusterName !== name)
    return failed(
      client,
      cluster,
      `CassandraDatacenter ${namespace}/${dc.metadata.name} has cluster name ${live.spec.clusterName}, but expected ${name}. ${expected}`,
    );
  if (live?.metadata.deletionTimestamp) return {requeueAfterMs: DELETION_POLL_MS};
  const refused = live && storageRefused(live, planned);
  if (refused) return failed(client, cluster, refused);
  if (live?.metadata.annotations?.[HASH] !== planned.metadata.annotations![HASH])
    await client.apply(kinds.datacenter, planned, MANAGER);
  await report(client, cluster, live, planned);
  return undefined;
}

async function finalize(client: KubeClient, cluster: KubeObject, datacenter: string): Promise<ReconcileResult> {
  const {namespace, finalizers = []} = cluster.metadata;
  if (!finalizers.includes(FINALIZER)) return undefined;
  const ref = {name: datacenter, namespace: namespace!};
  if (await client.get(kinds.datacenter, ref)) {
    await client.delete(kinds.datacenter, ref);
    return {requeueAfterMs: DELETION_POLL_MS};
  }
  const others = finalizers.filter((finalizer) => finalizer !== FINALIZER);
  await client.patch(kinds.k8ssandra, cluster.metadata, {metadata: {finalizers: others}});
  return undefined;
}

function unsupported(cluster: KubeObject): string {
  const {cassandra} = cluster.spec;
  if (cassandra?.datacenters?.length !== 1) return "other than one datacenter";
  if (cassandra.serverType && cassandra.serverType !== "cassandra") return `server type ${cassandra.serverType}`;
  if (!VERSIONS.includes(cassandra.serverVersion))
    return `Cassandra ${cassandra.serverVersion}; there are ${VERSIONS.join(" and ")}`;
  const [rack, ...others] = cassandra.racks ?? [];
  if (rack && (others.length > 0 || rack.name !== "default" || rack.nodeAffinityLabels || rack.zone))
    return "racks other than default, or placed by labels";
  for (const field of ["reaper", "medusa", "stargate", "vector"]) if (cluster.spec[field]) return `spec.${field}`;
  return "";
}

const superuserOf = ({metadata: {name}, spec}: KubeObject): string =>
  spec.cassandra.superuserSecretRef?.name ?? `${name}-superuser`;

/** A Secret that goes with the cluster, with a password that nobody knows, where the one that the cluster names is missing. */
async function ensureSuperuser(client: KubeClient, cluster: KubeObject): Promise<void> {
  const name = superuserOf(cluster);
  const {apiVersion, kind, metadata} = cluster;
  const {namespace, uid} = metadata;
  if (await client.get(builtin.secret, {name, namespace: namespace!})) return;
  await client.create(builtin.secret, {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name,
      namespace: namespace!,
      ownerReferences: [{apiVersion, kind, name: metadata.name, uid: uid!, controller: true}],
    },
    data: {username: encode(name), password: encode(randomPassword())},
  });
}

/** The CassandraDatacenter: what the cluster says for all datacenters, and over it what it says for this one. */
function datacenterOf(cluster: KubeObject, dc: any): KubeObject {
  const {name, namespace} = cluster.metadata;
  const {datacenters: _, metadata = {}, ...common} = cluster.spec.cassandra;
  const {metadata: mine, ...own} = dc;
  const merged = {...common, ...own};
  const find = (list: any[] | undefined, container: string) => list?.find((each) => each.name === container)?.resources;
  const planned = {
    apiVersion: kinds.datacenter.apiVersion,
    kind: kinds.datacenter.kind,
    metadata: {
      name: mine.name,
      namespace: namespace!,
      labels: {
        "app.kubernetes.io/name": "k8ssandra-operator",
        "app.kubernetes.io/part-of": "k8ssandra",
        "app.kubernetes.io/component": "cassandra",
        [NAME_LABEL]: name,
        "k8ssandra.io/cluster-namespace": namespace!,
        ...metadata.labels,
        ...mine.labels,
      },
      annotations: {...metadata.annotations, ...mine.annotations},
    },
    spec: {
      clusterName: name,
      serverType: "cassandra",
      serverVersion: merged.serverVersion,
      size: merged.size,
      stopped: merged.stopped ?? false,
      superuserSecretName: superuserOf(cluster),
      storageConfig: merged.storageConfig,
      config: encode(JSON.stringify(merged.config ?? {})),
      resources: merged.resources ?? {},
      configBuilderResources: find(merged.initContainers, "server-config-init") ?? {},
      systemLoggerResources: find(merged.containers, "server-system-logger") ?? {},
      ...(merged.racks ? {racks: merged.racks} : {}),
      ...(merged.tolerations ? {tolerations: merged.tolerations} : {}),
      additionalLabels: {...metadata.commonLabels, ...mine.commonLabels},
      podTemplateSpec: {
        metadata: {
          labels: {...metadata.pods?.labels, ...mine.pods?.labels},
          annotations: {...metadata.pods?.annotations, ...mine.pods?.annotations},
        },
        spec: {
          ...(merged.podPriorityClassName ? {priorityClassName: merged.podPriorityClassName} : {}),
          ...(merged.podSecurityContext ? {securityContext: merged.podSecurityContext} : {}),
          containers: merged.containers ?? [{name: "cassandra"}],
          initContainers: merged.initContainers ?? [],
        },
      },
    },
  };
  return {
    ...planned,
    metadata: {...planned.metadata, annotations: {...planned.metadata.annotations, [HASH]: hash(planned)}},
  };
}

/** Its webhook takes no other change of the volumes than their size. */
function storageRefused(live: KubeObject, planned: KubeObject): string {
  const withoutSize = ({spec}: KubeObject) => {
    const {resources: _, ...claim} = spec.storageConfig.cassandraDataVolumeClaimSpec;
    return JSON.stringify(Object.entries(claim).sort());
  };
  const what = "change storageConfig.CassandraDataVolumeClaimSpec";
  return withoutSize(live) === withoutSize(planned) ? "" : `CassandraDatacenter write rejected, attempted to ${what}`;
}

async function failed(client: KubeClient, cluster: KubeObject, error: string): Promise<ReconcileResult> {
  await writeStatus(client, kinds.k8ssandra, cluster, {error});
  return {requeueAfterMs: DELETION_POLL_MS};
}

/** The datacenter's status is handed on; a generation counts as seen only at the end of a look at everything. */
async function report(client: KubeClient, cluster: KubeObject, live: KubeObject | undefined, planned: KubeObject) {
  const {name} = planned.metadata;
  const status = live?.status ?? {};
  const same = live?.metadata.annotations?.[HASH] === planned.metadata.annotations![HASH];
  const is = (type: string) =>
    status.conditions?.some((condition: any) => condition.type === type && condition.status === "True");
  const done =
    same && status.observedGeneration === live!.metadata.generation && is(planned.spec.stopped ? "Stopped" : "Ready");
  const invalid = status.conditions?.find(
    (condition: any) => condition.type === "Valid" && condition.status === "False",
  );
  await writeStatus(client, kinds.k8ssandra, cluster, {
    ...(done ? {observedGeneration: cluster.metadata.generation} : {}),
    ...(live ? {datacenters: {[name]: {cassandra: status}}} : {}),
    error: invalid ? invalid.message : "None",
  });
}
