import {bytesOf} from "../../api/quantities.ts";
import {digest as digestOf} from "../runtime/digest.ts";
import type {KubeObject} from "../runtime/types.ts";
import {volumesGrow} from "./grow.ts";
import {isForeign} from "./ownership.ts";
import {passwordIn} from "./passwords.ts";

/** The digest of an object as it was sent: an operator that starts finds what is live as planned, and writes nothing. */
export const APPLIED_ANNOTATION = "telemetry.dev/applied";

/** The memory of an object that this process applied. */
export interface Applied {
  /** Of the object as sent: a field that left the plan is only seen by comparing with that. */
  digest: string;
  /** The resourceVersion that was last found to agree with it. */
  agreed?: string | undefined;
  /** Digest of the live object that differed from the plan and that applying it did not change: the rest belongs to others. */
  settled?: string;
}

/** A planned object with its owners, and the digest of both. */
export interface Desired {
  object: KubeObject;
  digest: string;
}

type Decision =
  /** It is as planned, or on its way; `remember` replaces what is remembered. */
  | {action: "nothing"; remember?: Applied}
  /** It was deleted so that its password changes: the next plan has a new one. */
  | {action: "forget"}
  /** It belongs to someone else. */
  | {action: "refuse"}
  /** It is not there: it is created unless it is after all. */
  | {action: "create"}
  | {action: "apply"}
  /** Its volumes grow first, which deletes the StatefulSet without its pods. */
  | {action: "grow"};

interface Circumstances {
  pipeline: KubeObject;
  /** The cache has not come to the last write of this object yet. */
  behind: boolean;
}

/** The one decision what to do with a planned object. Pure. */
export function decide(
  previous: Applied | undefined,
  live: KubeObject | undefined,
  {object, digest}: Desired,
  {pipeline, behind}: Circumstances,
): Decision {
  const marked = live?.metadata.annotations?.[APPLIED_ANNOTATION] === digest;
  const last = previous ?? (marked ? {digest} : undefined);
  const unchanged = last?.digest === digest;
  if (unchanged && live && last.agreed === live.metadata.resourceVersion) return {action: "nothing"};
  if (unchanged && behind) return {action: "nothing"};
  if (unchanged && live && (covers(live, object) || last.settled === essence(live)))
    return {action: "nothing", remember: {...last, agreed: live.metadata.resourceVersion}};
  if (unchanged && !live && passwordIn(object)) return {action: "forget"};
  // On its way out: its end is a change that leads here again.
  if (live?.metadata.deletionTimestamp) return {action: "nothing"};
  if (live && !last && isForeign(pipeline, live)) return {action: "refuse"};
  if (live && volumesGrow(live, object)) return {action: "grow"};
  // An upstream operator may have made a Secret in place of one that was deleted.
  return {action: live || (last && !passwordIn(object)) ? "apply" : "create"};
}

/** The memory after an object was applied: one that did not change then differs from the plan by fields of others. */
export const afterApply = (digest: string, live: KubeObject | undefined, result: KubeObject): Applied =>
  live && live.metadata.resourceVersion === result.metadata.resourceVersion
    ? {digest, settled: essence(live)}
    : {digest};

/** An object without what changes by itself. */
function essence({status: _, metadata, ...rest}: KubeObject): string {
  const {resourceVersion: _version, managedFields: _fields, generation: _generation, ...stable} = metadata;
  return digestOf([rest, stable]);
}

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
