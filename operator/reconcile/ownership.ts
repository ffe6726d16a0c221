import {telemetryPipeline} from "../../api/crd.ts";
import {PIPELINE_LABEL, RETAINED_LABEL} from "../../cdk8s/context.ts";
import {builtin, type KubeObject, type OwnerReference, typeId} from "../runtime/types.ts";
import {isGuarded} from "./guard.ts";
import {ownedKinds} from "./kinds.ts";

const BUILTIN = new Set(Object.values(builtin).map(typeId));
const UPSTREAM = new Set(ownedKinds.map(typeId).filter((id) => !BUILTIN.has(id)));

/** A password's Secret that an upstream operator made itself, for it found none beside its custom resource. */
export const isUpstreams = ({kind, metadata: {ownerReferences = []}}: KubeObject): boolean =>
  kind === builtin.secret.kind && ownerReferences.some((owner) => UPSTREAM.has(typeId(owner)));

/** Whether the pipeline owns a live object, it was kept, or is guarded, for one of this name, or an upstream operator made it in place of one that was deleted. */
export function belongs({metadata: {uid, name}}: KubeObject, live: KubeObject): boolean {
  const {ownerReferences = [], labels} = live.metadata;
  if (labels?.[RETAINED_LABEL] && labels[PIPELINE_LABEL] === name) return true;
  if (isGuarded(live, name)) return true;
  return ownerReferences.some((reference) => reference.uid === uid || (isUpstreams(live) && reference.name === name));
}

/** An object that someone else made is never taken over. One of a deleted pipeline of this name is: the garbage collector is on its way to it. */
export function isForeign(pipeline: KubeObject, live: KubeObject): boolean {
  const {name} = pipeline.metadata;
  const isLeft = live.metadata.ownerReferences?.some(
    ({kind, name: owner}) => kind === telemetryPipeline.kind && owner === name,
  );
  return !belongs(pipeline, live) && !isLeft;
}

/** A planned object as it is sent; what outlives its pipeline has no owner. */
export const withOwners = (object: KubeObject, ownerReferences: OwnerReference[]): KubeObject =>
  object.metadata.labels?.[RETAINED_LABEL] ? object : {...object, metadata: {...object.metadata, ownerReferences}};
