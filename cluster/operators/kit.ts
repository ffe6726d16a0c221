import {createHash, randomBytes} from "node:crypto";
import type {KubeClient, KubeObject, ResourceType} from "../../operator/runtime/client.ts";
import type {Cache} from "../../operator/runtime/controller.ts";
import {builtin} from "../../operator/runtime/types.ts";

/** What the stand-ins share: apply below an owner, readiness of a StatefulSet, volume growth, pod security. */
const strimzi = (kind: string, plural: string): ResourceType => ({
  apiVersion: "kafka.strimzi.io/v1",
  kind,
  plural,
  namespaced: true,
});
export const kinds = {
  kafka: strimzi("Kafka", "kafkas"),
  pool: strimzi("KafkaNodePool", "kafkanodepools"),
  topic: strimzi("KafkaTopic", "kafkatopics"),
  user: strimzi("KafkaUser", "kafkausers"),
  k8ssandra: {
    apiVersion: "k8ssandra.io/v1alpha1",
    kind: "K8ssandraCluster",
    plural: "k8ssandraclusters",
    namespaced: true,
  },
  datacenter: {
    apiVersion: "cassandra.datastax.com/v1beta1",
    kind: "CassandraDatacenter",
    plural: "cassandradatacenters",
    namespaced: true,
  },
  flink: {
    apiVersion: "flink.apache.org/v1beta1",
    kind: "FlinkDeployment",
    plural: "flinkdeployments",
    namespaced: true,
  },
  snapshot: {
    apiVersion: "flink.apache.org/v1beta1",
    kind: "FlinkStateSnapshot",
    plural: "flinkstatesnapshots",
    namespaced: true,
  },
  druid: {
    apiVersion: "druid.apache.org/v1alpha1",
    kind: "Druid",
    plural: "druids",
    namespaced: true,
  },
};

export const MANAGER = {fieldManager: "stand-in"};
export const hash = (value: unknown, digits = 16): string =>
  createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, digits);
export const randomPassword = (): string => randomBytes(24).toString("base64url");
export const decode = (text: string): string => Buffer.from(text, "base64").toString("utf8");
export const encode = (text: string): string => Buffer.from(text).toString("base64");

/** Applies an object that goes when its owner goes. */
export function applyOwned(
  client: KubeClient,
  owner: KubeObject,
  type: ResourceType,
  object: any,
): Promise<KubeObject> {
  const {apiVersion, kind, metadata} = owner;
  const ownerReferences = [{apiVersion, kind, name: metadata.name, uid: metadata.uid!, controller: true}];
  const labels = {"app.kubernetes.io/managed-by": "stand-in", ...object.metadata.labels};
  return client.apply(
    type,
    {
      apiVersion: type.apiVersion,
      kind: type.kind,
      ...object,
      metadata: {...object.metadata, labels, namespace: metadata.namespace, ownerReferences},
    },
    MANAGER,
  );
}

/**
 * Applies a StatefulSet and grows the claims of one that exists: its claim templates cannot change, nor the version in their labels. Returns it as
 * it is then, which a cache may not know yet.
 */
export async function applyStatefulSet(
  client: KubeClient,
  owner: KubeObject,
  object: any,
  size: string,
): Promise<KubeObject> {
  const namespace = owner.metadata.namespace!;
  const name: string = object.metadata.name;
  const live = await client.get(builtin.statefulSet, {name, namespace});
  if (live) {
    const [template] = live.spec.volumeClaimTemplates;
    const [claim] = object.spec.volumeClaimTemplates;
    claim.spec.resources.requests.storage = storageOf(template);
    claim.metadata.labels = template.metadata.labels;
    // Strimzi leaves a class as it is; K8ssandra's webhook has refused another.
    claim.spec.storageClassName = template.spec.storageClassName;
  }
  const applied = await applyOwned(client, owner, builtin.statefulSet, object);
  const {items} = await client.list(builtin.persistentVolumeClaim, {namespace});
  const prefix = `${object.spec.volumeClaimTemplates[0].metadata.name}-${name}-`;
  for (const claim of items.filter((item) => item.metadata.name.startsWith(prefix) && storageOf(item) !== size)) {
    await client.patch(builtin.persistentVolumeClaim, claim.metadata, {spec: {resources: {requests: {storage: size}}}});
  }
  return applied;
}

const storageOf = (claim: any): string => claim.spec.resources.requests.storage;

/** Empty when all pods run what the newest template says, otherwise what is missing. */
export function notReady(set: KubeObject | undefined, replicas: number): string {
  const status = set?.status ?? {};
  if (status.observedGeneration !== set?.metadata.generation) return "pods are being changed";
  if ((status.updatedReplicas ?? 0) < replicas)
    return `${status.updatedReplicas ?? 0} of ${replicas} pods are up to date`;
  if ((status.readyReplicas ?? 0) < replicas) return `${status.readyReplicas ?? 0} of ${replicas} pods are ready`;
  if ((status.replicas ?? 0) > replicas) return "pods are ending";
  return "";
}

/** A condition that keeps its transition time while its status stays. */
export function condition(live: any[] | undefined, type: string, status: string, reason?: string, message?: string) {
  const before = live?.find((item) => item.type === type);
  const lastTransitionTime = before?.status === status ? before.lastTransitionTime : new Date().toISOString();
  return {type, status, lastTransitionTime, ...(reason ? {reason} : {}), ...(message ? {message} : {})};
}

/** Writes a status when it differs from the live one. */
export async function writeStatus(
  client: KubeClient,
  type: ResourceType,
  live: KubeObject,
  status: any,
): Promise<KubeObject | undefined> {
  if (JSON.stringify(live.status ?? {}) === JSON.stringify({...live.status, ...status})) return undefined;
  return client.patch(type, live.metadata, {status}, "status");
}

/** The Secret of a random password, made once. */
export async function passwordOf(
  client: KubeClient,
  owner: KubeObject,
  name: string,
  labels: Record<string, string>,
  fill: (password: string) => Record<string, string>,
) {
  const namespace = owner.metadata.namespace!;
  const live = await client.get(builtin.secret, {name, namespace});
  if (live) return live;
  const data = Object.fromEntries(Object.entries(fill(randomPassword())).map(([key, value]) => [key, encode(value)]));
  return applyOwned(client, owner, builtin.secret, {metadata: {name, labels}, data});
}

export const podsOf = (cache: Cache, namespace: string, set: string): KubeObject[] =>
  cache.list(builtin.pod, namespace).filter((pod) => pod.metadata.name.startsWith(`${set}-`));
