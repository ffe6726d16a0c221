import {telemetryPipeline} from "../../api/crd.ts";
import {nameTaken} from "../../api/errors.ts";
import {COMPONENT_LABEL, PIPELINE_LABEL} from "../../cdk8s/context.ts";
import {isConflict} from "../runtime/api-error.ts";
import type {KubeClient} from "../runtime/client.ts";
import type {Cache} from "../runtime/controller.ts";
import {builtin, type KubeObject, keyOf, type OwnerReference, type ResourceType, refOf} from "../runtime/types.ts";

/**
 * The guard is a ConfigMap that owns a pipeline's objects beside the pipeline. The garbage collector takes no object of which an owner
 * is left, so a pipeline that is deleted in the foreground (as Argo CD does) loses nothing before the teardown comes to it, however late
 * the operator is. The teardown removes the guard last.
 */
const COMPONENT = "teardown";
const NOTE =
  "While this ConfigMap exists, Kubernetes' garbage collector deletes no object of the pipeline. The operator deletes it at the end of the teardown.";

const nameOf = (pipeline: string): string => `${pipeline}-teardown`;

export const isGuard = ({kind, metadata: {labels}}: KubeObject): boolean =>
  kind === builtin.configMap.kind && labels?.[COMPONENT_LABEL] === COMPONENT;

/** Whether the guard of a pipeline of this name is among an object's owners. */
export const isGuarded = ({metadata: {ownerReferences}}: KubeObject, pipeline: string): boolean =>
  ownerReferences?.some(({kind, name}) => kind === builtin.configMap.kind && name === nameOf(pipeline)) ?? false;

const guardIn = (cache: Cache, key: string): KubeObject | undefined => {
  const {name, namespace} = refOf(key);
  return cache.get(builtin.configMap, keyOf({metadata: {name: nameOf(name), namespace: namespace!}}));
};

/**
 * Makes the guard, unless it is there; one of an earlier pipeline of this name serves on, with all that it holds.
 *
 * @returns its uid
 * @throws TelemetryError NameTaken when a ConfigMap of its name is someone else's
 */
export async function ensureGuard(client: KubeClient, cache: Cache, pipeline: KubeObject): Promise<string> {
  const cached = guardIn(cache, keyOf(pipeline));
  const live = cached ?? (await create(client, pipeline));
  if (!isGuard(live)) throw nameTaken(live);
  return live.metadata.uid!;
}

async function create(client: KubeClient, {metadata: {name, namespace}}: KubeObject): Promise<KubeObject> {
  const labels = {
    "app.kubernetes.io/managed-by": "telemetry-operator",
    [PIPELINE_LABEL]: name,
    [COMPONENT_LABEL]: COMPONENT,
  };
  const {apiVersion, kind} = builtin.configMap;
  const ref = {name: nameOf(name), namespace: namespace!};
  try {
    return await client.create(builtin.configMap, {apiVersion, kind, metadata: {...ref, labels}, data: {note: NOTE}});
  } catch (error) {
    if (!isConflict(error)) throw error;
  }
  // It is there, and the cache has not come to it yet; one that went meanwhile is created by the next reconcile.
  const live = await client.get(builtin.configMap, ref);
  if (!live) throw new Error(`ConfigMap ${ref.name} was deleted while it was being created`);
  return live;
}

export async function removeGuard(client: KubeClient, cache: Cache, key: string): Promise<void> {
  const guard = guardIn(cache, key);
  if (guard && isGuard(guard)) await client.delete(builtin.configMap, guard.metadata);
}

/** The same for a pipeline that went without its teardown: its finalizer was taken away by hand. */
export async function removeLeftGuard(client: KubeClient, cache: Cache, key: string): Promise<void> {
  // The cache of pipelines may be behind that of ConfigMaps.
  if (guardIn(cache, key) && !(await client.get(telemetryPipeline, refOf(key)))) await removeGuard(client, cache, key);
}

/** Both owners of an object; the guard does not block the deletion of anything. */
export function ownersOf({metadata: {name, uid}}: KubeObject, guard: string): OwnerReference[] {
  const {apiVersion, kind} = telemetryPipeline;
  return [
    {apiVersion, kind, name, uid: uid!, controller: true, blockOwnerDeletion: true},
    {apiVersion: builtin.configMap.apiVersion, kind: builtin.configMap.kind, name: nameOf(name), uid: guard},
  ];
}

/** Keys of the objects of a kind that a pipeline owns, or that its guard alone still does. */
export function ownedKeys(cache: Cache, type: ResourceType, pipeline: KubeObject): string[] {
  const owners = [pipeline.metadata.uid, guardIn(cache, keyOf(pipeline))?.metadata.uid];
  return [...new Set(owners.flatMap((uid) => (uid ? cache.ownedKeys(type, uid) : [])))];
}
