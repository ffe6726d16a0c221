import {telemetryPipeline} from "../../api/crd.ts";
import {missingKind, nameTaken} from "../../api/errors.ts";
import {bytesOf} from "../../api/fields.ts";
import {PIPELINE_LABEL, RETAINED_LABEL} from "../../cdk8s/context.ts";
import {isConflict} from "../runtime/api-error.ts";
import {ApiError, type KubeClient} from "../runtime/client.ts";
import type {Cache} from "../runtime/controller.ts";
import {type KubeObject, keyOf, type OwnerReference, objectId, type ResourceType} from "../runtime/types.ts";
import {digest} from "./compact.ts";
import {growVolumes} from "./grow.ts";
import {isGuarded} from "./guard.ts";
import {typeOf} from "./kinds.ts";
import {passwordIn} from "./plan.ts";

export const FIELD_MANAGER = "telemetry-operator";
/** Older than any object: an apply with it makes one, and is a conflict where one is. */
const ABSENT = "1";
/** The digest of an object as it was sent: an operator that starts finds what is live as planned, and writes nothing. */
export const APPLIED_ANNOTATION = "telemetry.dev/applied";

interface Applied {
  /** Digest of the object as sent: a field that left the plan is only seen by comparing with that. */
  text: string;
  /** Digest of the live object that differed from it and that applying it did not change: the rest belongs to others. */
  settled?: string;
  /** The plan that it was made by. */
  plan: string;
  /** The resourceVersion that was last found to agree with that plan. */
  agreed?: string;
}

/** What this process knows to be applied, by the pipeline's key and object; a pipeline that is made anew starts afresh. */
const applied = new Map<string, {uid: string; objects: Map<string, Applied>}>();

/** Drops what is known of a pipeline that is gone. */
export const forgetApplied = (key: string): void => void applied.delete(key);

/**
 * Applies what is not already live, and returns what that did to it; a steady object costs no request. `planned` is compact, as
 * the cache is; `whole` gives what is sent. `id` names the plan with its owners.
 */
export async function applyObject(
  client: KubeClient,
  cache: Cache,
  pipeline: KubeObject,
  planned: KubeObject,
  {id: plan, whole, owners}: {id: string; whole(planned: KubeObject): KubeObject; owners: OwnerReference[]},
): Promise<"made" | "changed" | "reverted" | undefined> {
  const [type, id, key] = [typeOf(planned), objectId(planned), keyOf(planned)];
  const mine = appliedOf(pipeline);
  let last = mine.get(id);
  const version = cache.version(type, key);
  const known = last?.plan === plan;
  if (known && version && last?.agreed === version) return undefined;
  const live = cache.get(type, key);
  const sent = () => owned(whole(planned), owners);
  const text = known ? last!.text : digest(JSON.stringify(sent()));
  if (live?.metadata.annotations?.[APPLIED_ANNOTATION] === text) last ??= {text, plan};
  // It was sent like this already and is on its way to the cache.
  if (last?.text === text && cache.behind(type, key)) return undefined;
  if (live && last?.text === text && (covers(live, owned(planned, owners)) || last.settled === essence(live))) {
    mine.set(id, {...last, plan, agreed: version!});
    return undefined;
  }
  // Deleted since its password was read, which asks for another one: the next look makes it.
  if (!live && last?.text === text && passwordIn(planned)) {
    mine.delete(id);
    return undefined;
  }
  // On its way out: its end is a change that brings us here again.
  if (live?.metadata.deletionTimestamp) return undefined;
  if (!last) refuseForeign(pipeline, live);
  try {
    if (live && (await growVolumes(client, live, planned))) return "changed";
    // In place of a Secret that was deleted K8ssandra may have made one.
    const send = live || (last && !passwordIn(planned)) ? write : make;
    const result = await send(client, type, marked(sent(), text), pipeline);
    cache.wrote(type, result);
    const unchanged = live && result.metadata.resourceVersion === live.metadata.resourceVersion;
    mine.set(id, {text, plan, ...(unchanged ? {settled: essence(live)} : {})});
    if (unchanged) return undefined;
    return last?.text === text ? "reverted" : live ? "changed" : "made";
  } catch (error) {
    if (error instanceof ApiError && error.status === 404 && error.reason !== "NotFound")
      throw missingKind(type, "the plan");
    throw error;
  }
}

const write = (client: KubeClient, type: ResourceType, object: KubeObject): Promise<KubeObject> =>
  client.apply(type, object, {fieldManager: FIELD_MANAGER, metadataOnly: true});

/** Applies an object that the cache does not have, in one request that takes nothing over: one that is there after all is looked at first. */
async function make(
  client: KubeClient,
  type: ResourceType,
  object: KubeObject,
  pipeline: KubeObject,
): Promise<KubeObject> {
  const absent = {...object, metadata: {...object.metadata, resourceVersion: ABSENT}};
  try {
    return await write(client, type, absent);
  } catch (error) {
    if (!isConflict(error)) throw error;
  }
  const live = await client.get(type, object.metadata);
  refuseForeign(pipeline, live);
  // A password is made once: this one counts, and the next look, which the cache leads to, goes by it.
  if (live && passwordIn(live)) return isUpstreams(live) ? adopt(client, type, object, live) : live;
  return write(client, type, object);
}

function appliedOf(pipeline: KubeObject): Map<string, Applied> {
  const [key, uid] = [keyOf(pipeline), pipeline.metadata.uid!];
  const known = applied.get(key);
  if (known?.uid === uid) return known.objects;
  const objects = new Map<string, Applied>();
  applied.set(key, {uid, objects});
  return objects;
}

/** An object without what changes by itself. */
function essence({status: _, metadata, ...rest}: KubeObject): string {
  const {resourceVersion: _version, managedFields: _fields, generation: _generation, ...stable} = metadata;
  return digest([rest, stable]);
}

/** Whether the pipeline owns a live object, it was kept, or is guarded, for one of this name, or K8ssandra made it in place of one that was deleted. */
export function belongs({metadata: {uid, name}}: KubeObject, live: KubeObject): boolean {
  const {ownerReferences = [], labels} = live.metadata;
  if (labels?.[RETAINED_LABEL] && labels[PIPELINE_LABEL] === name) return true;
  if (isGuarded(live, name)) return true;
  return ownerReferences.some((reference) => reference.uid === uid || (isUpstreams(live) && reference.name === name));
}

/** A superuser's Secret that K8ssandra made itself, for its cluster found none. */
const isUpstreams = ({kind, metadata}: KubeObject): boolean =>
  kind === "Secret" && (metadata.ownerReferences?.some((owner) => owner.kind === "K8ssandraCluster") ?? false);

/** Makes such a Secret ours with the password that it has: it would go with the cluster, also under Retain. */
async function adopt(
  client: KubeClient,
  type: ResourceType,
  object: KubeObject,
  live: KubeObject,
): Promise<KubeObject> {
  await client.patch(type, live.metadata, {metadata: {ownerReferences: null}});
  return write(client, type, {...object, data: live.data});
}

/** An object that someone else made is never taken over. */
function refuseForeign(pipeline: KubeObject, live: KubeObject | undefined) {
  if (!live || belongs(pipeline, live)) return;
  const {name} = pipeline.metadata;
  // Of a pipeline of this name that is being deleted: the garbage collector is on its way.
  const before = live.metadata.ownerReferences?.some(
    ({kind, name: owner}) => kind === telemetryPipeline.kind && owner === name,
  );
  if (before) return;
  throw nameTaken(live);
}

function owned(object: KubeObject, ownerReferences: OwnerReference[]): KubeObject {
  if (object.metadata.labels?.[RETAINED_LABEL]) return object;
  return {...object, metadata: {...object.metadata, ownerReferences}};
}

const marked = (object: KubeObject, text: string): KubeObject => ({
  ...object,
  metadata: {...object.metadata, annotations: {...object.metadata.annotations, [APPLIED_ANNOTATION]: text}},
});

/** True when everything that `desired` says is so in `live`; lists must agree in length and order, sizes in what they mean. */
export function covers(live: unknown, desired: unknown): boolean {
  if (Array.isArray(desired)) {
    return Array.isArray(live) && live.length === desired.length && desired.every((item, at) => covers(live[at], item));
  }
  if (typeof desired !== "object" || desired === null) return live === desired;
  if (typeof live !== "object" || live === null) return Object.keys(desired).length === 0;
  return Object.entries(desired).every(([key, value]) => {
    const is = (live as Record<string, unknown>)[key];
    return covers(is, value) || (key === "storage" && isSameSize(is, value));
  });
}

const isSameSize = (is: unknown, wanted: unknown): boolean =>
  typeof is === "string" && typeof wanted === "string" && bytesOf(is) === bytesOf(wanted);
