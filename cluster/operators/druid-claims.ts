import {bytesOf} from "../../api/quantities.ts";
import type {KubeClient, KubeObject, ResourceType} from "../../operator/runtime/client.ts";
import {builtin} from "../../operator/runtime/types.ts";
import {clusterLabels, labelSelector, made} from "./druid-objects.ts";
import type {Group} from "./druid-pods.ts";

/** What upstream's operator does with the volumes of a Druid cluster. */

const FINALIZER = "deletepvc.finalizers.druid.apache.org";
/** For so long a claim that no pod has is marked before it goes. */
const ORPHAN_MS = 60_000;
const MARK = "toBeDeleted";
const MARKED_AT = "deletionTS";

const claimsOf = async (client: KubeClient, {metadata}: KubeObject): Promise<KubeObject[]> =>
  (
    await client.list(builtin.persistentVolumeClaim, {
      namespace: metadata.namespace,
      labelSelector: `druid_cr=${metadata.name}`,
    })
  ).items;

const setsOf = async (client: KubeClient, druid: KubeObject): Promise<KubeObject[]> =>
  (
    await client.list(made.statefulSets, {
      namespace: druid.metadata.namespace,
      labelSelector: labelSelector(clusterLabels(druid)),
    })
  ).items;

/** Sees that the finalizer is there unless the spec forgoes it. */
export async function keepFinalizer(client: KubeClient, kind: ResourceType, druid: KubeObject): Promise<void> {
  const before = druid.metadata.finalizers ?? [];
  const others = before.filter((name) => name !== FINALIZER);
  const finalizers = druid.spec.disablePVCDeletionFinalizer ? others : [...others, FINALIZER];
  if (finalizers.join() !== before.join()) await client.patch(kind, druid.metadata, {metadata: {finalizers}});
}

/** Deletes the StatefulSets and all claims of a Druid that is being deleted, if its finalizer says so. */
export async function finalize(client: KubeClient, kind: ResourceType, druid: KubeObject): Promise<void> {
  const {finalizers = []} = druid.metadata;
  if (druid.spec.disablePVCDeletionFinalizer || !finalizers.includes(FINALIZER)) return;
  const claims = await claimsOf(client, druid);
  for (const {metadata} of await setsOf(client, druid)) await client.delete(made.statefulSets, metadata);
  for (const {metadata} of claims) await client.delete(builtin.persistentVolumeClaim, metadata);
  await client.patch(kind, druid.metadata, {metadata: {finalizers: finalizers.filter((name) => name !== FINALIZER)}});
}

/**
 * Deletes claims that no pod has mounted, a minute after it has seen them, once all pods that there are run well. Of a cluster whose groups have
 * no pods at all that is every claim.
 */
export async function dropOrphans(client: KubeClient, druid: KubeObject, pods: KubeObject[], now: number) {
  const well = pods.every(
    ({status}) => status?.phase === "Running" && (status.conditions ?? []).every(({status}: any) => status === "True"),
  );
  if (!well) return;
  const mounted = new Set(
    pods.flatMap(({spec}) => (spec.volumes ?? []).map((volume: any) => volume.persistentVolumeClaim?.claimName)),
  );
  for (const {metadata} of await claimsOf(client, druid)) {
    const marked = metadata.labels?.[MARK] !== undefined;
    const label = (labels: Record<string, string | null>) =>
      client.patch(builtin.persistentVolumeClaim, metadata, {metadata: {labels}});
    if (mounted.has(metadata.name)) {
      if (marked) await label({[MARK]: null, [MARKED_AT]: null});
    } else if (!marked) {
      await label({[MARK]: "yes", [MARKED_AT]: String(Math.floor(now / 1000))});
    } else if (now - Number(metadata.labels![MARKED_AT]) * 1000 >= ORPHAN_MS) {
      await client.delete(builtin.persistentVolumeClaim, metadata);
    }
  }
}

/**
 * Grows the volumes of a group: upstream deletes its StatefulSet, leaving the pods, grows the claims and makes the StatefulSet anew. True if it
 * has to be made anew. Nothing happens before all StatefulSets have all their pods ready.
 */
export async function growClaims(client: KubeClient, druid: KubeObject, {node, name}: Group): Promise<boolean> {
  const sets = await setsOf(client, druid);
  if (sets.some(({status}) => (status?.replicas ?? 0) !== (status?.readyReplicas ?? 0))) return false;
  const set = sets.find(({metadata}) => metadata.name === name);
  if (!set) return false;
  const claims = (await claimsOf(client, druid)).filter(({metadata}) => metadata.labels?.nodeSpecUniqueStr === name);
  const templates: any[] = node.volumeClaimTemplates ?? [];
  if (claims.length < templates.length) return false;
  let deleted = false;
  for (const [index, template] of templates.entries()) {
    const wanted = storageOf(template);
    const current = storageOf(set.spec.volumeClaimTemplates[index]);
    if (bytesOf(wanted) < bytesOf(current))
      throw new Error(
        `Request for Shrinking of sts pvc size [sts:${name}] in [namespace:${set.metadata.namespace}] is not Supported`,
      );
    if (bytesOf(wanted) !== bytesOf(current)) {
      await client.delete(made.statefulSets, set.metadata, {propagation: "Orphan"});
      deleted = true;
    }
    const prefix = `${template.metadata.name}-${name}-`;
    for (const claim of claims.filter(({metadata}) => metadata.name.startsWith(prefix))) {
      if (bytesOf(storageOf(claim)) === bytesOf(wanted)) continue;
      await client.patch(builtin.persistentVolumeClaim, claim.metadata, {
        spec: {resources: {requests: {storage: wanted}}},
      });
    }
  }
  return deleted;
}

const storageOf = (claim: any): string => claim.spec.resources.requests.storage;
