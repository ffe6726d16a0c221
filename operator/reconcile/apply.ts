import {missingKind, nameTaken} from "../../api/errors.ts";
import {isConflict} from "../runtime/api-error.ts";
import {ApiError, type KubeClient} from "../runtime/client.ts";
import type {Cache} from "../runtime/controller.ts";
import {type KubeObject, keyOf, objectId, type ResourceType} from "../runtime/types.ts";
import {APPLIED_ANNOTATION, type Applied, afterApply, type Desired, decide} from "./decide.ts";
import {growVolumes} from "./grow.ts";
import {typeOf} from "./kinds.ts";
import {isForeign, isUpstreams} from "./ownership.ts";
import {passwordIn} from "./passwords.ts";

export const FIELD_MANAGER = "telemetry-operator";
/** Older than any object: an apply with it creates one, and is a conflict where one is. */
const ABSENT = "1";

/** The effect of an apply on an object. */
type Change = "created" | "changed" | "reverted";

/**
 * Applies what is not already live, and returns what that did to it; a steady object costs no request.
 *
 * @param applied what is remembered of the pipeline's objects, by `objectId`
 */
export async function applyObject(
  client: KubeClient,
  cache: Cache,
  applied: Map<string, Applied>,
  pipeline: KubeObject,
  desired: Desired,
): Promise<Change | undefined> {
  const {object, digest} = desired;
  const [type, id, key] = [typeOf(object), objectId(object), keyOf(object)];
  const [previous, live] = [applied.get(id), cache.get(type, key)];
  const decision = decide(previous, live, desired, {pipeline, behind: cache.behind(type, key)});
  switch (decision.action) {
    case "nothing":
      if (decision.remember) applied.set(id, decision.remember);
      return undefined;
    case "forget":
      applied.delete(id);
      return undefined;
    case "refuse":
      throw nameTaken(live!);
    case "grow":
      await growVolumes(client, live!, object);
      return "changed";
  }
  const send = decision.action === "apply" ? write : create;
  const result = await send(client, type, marked(desired), pipeline).catch((error) => {
    throw error instanceof ApiError && error.status === 404 && error.reason !== "NotFound"
      ? missingKind(type, "the plan")
      : error;
  });
  cache.wrote(type, result);
  const now = afterApply(digest, live, result);
  applied.set(id, now);
  if (now.settled) return undefined;
  const before = previous?.digest ?? live?.metadata.annotations?.[APPLIED_ANNOTATION];
  return before === digest ? "reverted" : live ? "changed" : "created";
}

const write = (client: KubeClient, type: ResourceType, object: KubeObject): Promise<KubeObject> =>
  client.apply(type, object, {fieldManager: FIELD_MANAGER, metadataOnly: true});

/** Applies an object that the cache does not have, in one request that takes nothing over: one that is there after all is read first. */
async function create(
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
  if (live && isForeign(pipeline, live)) throw nameTaken(live);
  // A password is generated once: this one counts, and the next plan, which the cache leads to, has it.
  if (live && passwordIn(live)) return isUpstreams(live) ? adopt(client, type, object, live) : live;
  return write(client, type, object);
}

/** Makes such a Secret ours with the password that it has: it would go with the custom resource, also under Retain. */
async function adopt(
  client: KubeClient,
  type: ResourceType,
  object: KubeObject,
  live: KubeObject,
): Promise<KubeObject> {
  await client.patch(type, live.metadata, {metadata: {ownerReferences: null}});
  return write(client, type, {...object, data: live.data});
}

const marked = ({object, digest}: Desired): KubeObject => ({
  ...object,
  metadata: {...object.metadata, annotations: {...object.metadata.annotations, [APPLIED_ANNOTATION]: digest}},
});
