import {RETAINED_LABEL} from "../../cdk8s/context.ts";
import {telemetryPipeline} from "../api/crd.ts";
import type {KubeClient} from "../runtime/client.ts";
import type {Cache} from "../runtime/controller.ts";
import {type KubeObject, keyOf, typeId} from "../runtime/types.ts";
import {typeOf} from "./kinds.ts";

export const FIELD_MANAGER = "telemetry-operator";

/** What this process applied last, by object: a field that left the plan is only seen by comparing with that. */
const applied = new Map<string, string>();

/** Applies what is not already live; a steady object costs no request. */
export async function applyObject(
  client: KubeClient,
  cache: Cache,
  pipeline: KubeObject,
  desired: KubeObject,
): Promise<void> {
  const type = typeOf(desired);
  const object = owned(pipeline, desired);
  const id = `${typeId(object)} ${keyOf(object)}`;
  const text = JSON.stringify(object);
  if (applied.get(id) === text && covers(cache.get(type, keyOf(object)), object)) return;
  await client.apply(type, object, {fieldManager: FIELD_MANAGER});
  applied.set(id, text);
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
