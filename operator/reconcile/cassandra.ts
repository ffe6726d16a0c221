import type {ResolvedSpec} from "../../api/pipeline.ts";
import type {ComponentStatus} from "../../api/status.ts";
import type {LiveCassandra} from "../../cdk8s/context.ts";
import type {Readiness} from "../components/component.ts";
import {cassandraDatacenter} from "../components/derived.ts";
import type {KubeClient} from "../runtime/client.ts";
import type {Cache} from "../runtime/controller.ts";
import {builtin, type KubeObject, keyOf} from "../runtime/types.ts";
import {typeOf} from "./kinds.ts";
import type {Platform} from "./platform.ts";

/** The K8ssandraCluster that a plan keeps things of: enough of it to look it up. */
export const clusterOf = (name: string, namespace: string): KubeObject => ({
  apiVersion: "k8ssandra.io/v1alpha1",
  kind: "K8ssandraCluster",
  metadata: {name, namespace},
});
/** When cass-operator was last asked to look again: any change of an annotation ends its back-off. */
const ASKED_ANNOTATION = "telemetry.dev/asked-again";
const ASK_MS = 30_000;
const DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class";

/**
 * What a plan keeps of the live K8ssandraCluster or, before there is one, of the volumes that an earlier pipeline of this name left:
 * the data in them names its datacenter. A live one costs no request.
 */
export async function liveCassandra(
  {client, clusterWide}: Platform,
  cache: Cache,
  {metadata: {name, namespace}}: KubeObject,
  {cassandra}: ResolvedSpec,
): Promise<LiveCassandra | undefined> {
  if (!cassandra.enabled || cassandra.external) return undefined;
  const cluster = clusterOf(name, namespace!);
  const live = ofCluster(cache.get(typeOf(cluster), keyOf(cluster)));
  if (live) return live;
  const labelSelector = `cassandra.datastax.com/cluster=${name}`;
  const {items} = await client.list(builtin.persistentVolumeClaim, {namespace, labelSelector});
  const {datacenter, storageClass = cassandra.storageClass} = ofClaims(name, items);
  return {datacenter, storageClass: storageClass ?? (clusterWide ? await defaultClass(client) : undefined)};
}

/**
 * Asks cass-operator every 30 s to look at a datacenter that does not become ready: after errors that have passed it may wait for a
 * quarter of an hour before it tries again.
 */
export async function askAgain(
  client: KubeClient,
  {metadata: {name, namespace}}: KubeObject,
  live: LiveCassandra | undefined,
  {ready, reason}: Readiness,
  before: ComponentStatus | undefined,
  now: number,
): Promise<void> {
  if (ready || reason !== "K8ssandraClusterNotReady" || !live?.datacenter) return;
  if (before?.ready !== false || now - Date.parse(before.since) < ASK_MS) return;
  const ref = {name: live.datacenter, namespace: namespace!};
  const datacenter = await client.get(cassandraDatacenter, ref);
  if (!datacenter || datacenter.spec.clusterName !== name) return;
  const asked = Date.parse(datacenter.metadata.annotations?.[ASKED_ANNOTATION] ?? "");
  if (now - asked < ASK_MS) return;
  const annotations = {[ASKED_ANNOTATION]: new Date(now).toISOString()};
  await client.patch(cassandraDatacenter, ref, {metadata: {annotations}});
}

export const ofCluster = (live: KubeObject | undefined): LiveCassandra | undefined =>
  live && {
    datacenter: live.spec.cassandra.datacenters[0].metadata.name,
    storageClass: live.spec.cassandra.storageConfig.cassandraDataVolumeClaimSpec.storageClassName,
  };

/** The datacenter and the class of the volumes that are there; of several datacenters that of the newest volume. */
export function ofClaims(name: string, claims: KubeObject[]): LiveCassandra {
  const newest = claims
    .filter(({metadata}) => !metadata.deletionTimestamp)
    .sort(byAge)
    .map((claim) => ({claim, datacenter: datacenterIn(name, claim.metadata.name)}))
    .findLast(({datacenter}) => datacenter);
  return newest ? {datacenter: newest.datacenter, storageClass: newest.claim.spec.storageClassName} : {};
}

/** cass-operator's name of a claim holds those of the cluster, the datacenter and the rack. */
const datacenterIn = (name: string, claim: string): string | undefined =>
  new RegExp(`^server-data-${name}-(.+)-default-sts-\\d+$`).exec(claim)?.[1];

/** The class that Kubernetes gives a claim without one: of several defaults the newest. */
async function defaultClass(client: KubeClient): Promise<string | undefined> {
  const {items} = await client.list(builtin.storageClass);
  return items
    .filter(({metadata}) => metadata.annotations?.[DEFAULT_CLASS] === "true")
    .sort(byAge)
    .at(-1)?.metadata.name;
}

const byAge = (a: KubeObject, b: KubeObject): number =>
  Date.parse(a.metadata.creationTimestamp!) - Date.parse(b.metadata.creationTimestamp!);
