import {PIPELINE_LABEL, RETAINED_LABEL} from "../../cdk8s/context.ts";
import {telemetryPipeline} from "../api/crd.ts";
import {missingKind, TelemetryError} from "../errors.ts";
import {ApiError, type KubeClient} from "../runtime/client.ts";
import type {Cache} from "../runtime/controller.ts";
import {type KubeObject, keyOf, objectId} from "../runtime/types.ts";
import {growVolumes} from "./grow.ts";
import {typeOf} from "./kinds.ts";

export const FIELD_MANAGER = "telemetry-operator";

interface Applied {
  /** The object as sent: a field that left the plan is only seen by comparing with that. */
  text: string;
  /** The live object that differed from it and that applying it did not change: the rest belongs to others. */
  settled?: string;
}

/** What this process applied last, by pipeline and object. */
const applied = new Map<string, Map<string, Applied>>();

/** Drops what is known of a pipeline that is gone. */
export const forgetApplied = ({metadata}: KubeObject): void => void applied.delete(metadata.uid!);

/** Applies what is not already live; a steady object costs no request. */
export async function applyObject(
  client: KubeClient,
  cache: Cache,
  pipeline: KubeObject,
  desired: KubeObject,
): Promise<void> {
  const type = typeOf(desired);
  const object = owned(pipeline, desired);
  const id = objectId(object);
  const text = JSON.stringify(object);
  const mine = applied.get(pipeline.metadata.uid!) ?? new Map<string, Applied>();
  applied.set(pipeline.metadata.uid!, mine);
  const live = cache.get(type, keyOf(object));
  const last = mine.get(id);
  if (live && last?.text === text && (covers(live, object) || last.settled === essence(live))) return;
  // On its way out: its end is a change that brings us here again.
  if (live?.metadata.deletionTimestamp) return;
  if (!last) refuseForeign(pipeline, live ?? (await client.get(type, object.metadata)));
  if (live && (await growVolumes(client, live, object))) return;
  try {
    const result = await client.apply(type, object, {fieldManager: FIELD_MANAGER});
    const unchanged = live && result.metadata.resourceVersion === live.metadata.resourceVersion;
    mine.set(id, {text, ...(unchanged ? {settled: essence(live)} : {})});
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 404 && error.reason !== "NotFound") throw missingKind(type, "the plan");
    if (![400, 403, 422].includes(error.status)) throw error;
    throw new TelemetryError("ApplyRefused", `${object.kind} ${object.metadata.name}: ${error.message}`);
  }
}

/** An object without what changes by itself. */
function essence({status: _, metadata, ...rest}: KubeObject): string {
  const {resourceVersion: _version, managedFields: _fields, generation: _generation, ...stable} = metadata;
  return JSON.stringify([rest, stable]);
}

/** An object that someone else made is never taken over. */
function refuseForeign(pipeline: KubeObject, live: KubeObject | undefined) {
  if (!live) return;
  const {uid, name} = pipeline.metadata;
  const {ownerReferences, labels} = live.metadata;
  const ours = ownerReferences?.some((reference) => reference.uid === uid);
  const kept = labels?.[RETAINED_LABEL] && labels[PIPELINE_LABEL] === name;
  // Of a pipeline of this name that is being deleted: the garbage collector is on its way.
  const before = ownerReferences?.some(({kind, name: owner}) => kind === telemetryPipeline.kind && owner === name);
  if (ours || kept || before) return;
  throw new TelemetryError(
    "NameTaken",
    `${live.kind} ${live.metadata.name} exists and does not belong to this pipeline: rename the pipeline or remove it`,
  );
}

function owned(pipeline: KubeObject, object: KubeObject): KubeObject {
  if (object.metadata.labels?.[RETAINED_LABEL]) return object;
  const {apiVersion, kind} = telemetryPipeline;
  const {name, uid} = pipeline.metadata;
  const reference = {apiVersion, kind, name, uid: uid!, controller: true, blockOwnerDeletion: true};
  return {...object, metadata: {...object.metadata, ownerReferences: [reference]}};
}

/** True when everything that `desired` says is so in `live`; lists must agree in length and order. */
export function covers(live: unknown, desired: unknown): boolean {
  if (Array.isArray(desired)) {
    return Array.isArray(live) && live.length === desired.length && desired.every((item, at) => covers(live[at], item));
  }
  if (typeof desired !== "object" || desired === null) return live === desired;
  if (typeof live !== "object" || live === null) return Object.keys(desired).length === 0;
  return Object.entries(desired).every(([key, value]) => covers((live as Record<string, unknown>)[key], value));
}
