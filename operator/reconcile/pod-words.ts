import {derivedOf} from "../components/derived.ts";
import type {KubeObject} from "../runtime/types.ts";

/** The reasons of Kubernetes for pods that do not run, from lists of pods and Events. Pure. */

const isTrue = ({status}: KubeObject, wanted: string): boolean =>
  status?.conditions?.some(({type, status: is}: any) => type === wanted && is === "True") ?? false;

/** A container that is being made waits too, and that is no problem. */
const BEING_MADE = ["ContainerCreating", "PodInitializing"];

/** The obstacle of one pod, by its own status. */
export function problemOf(pod: KubeObject): string {
  const {status = {}} = pod;
  if (["Succeeded", "Failed"].includes(status.phase) || isTrue(pod, "Ready")) return "";
  const unscheduled = status.conditions?.find(({type, status: is}: any) => type === "PodScheduled" && is === "False");
  if (unscheduled) return `${unscheduled.reason}: ${unscheduled.message}`;
  for (const container of status.initContainerStatuses ?? []) {
    const problem = containerProblem(container);
    if (problem) return `init container ${container.name}: ${problem}`;
  }
  return (status.containerStatuses ?? []).map(containerProblem).find(Boolean) ?? "";
}

/** A container that runs again after it failed is described by its last end: between two starts the words stay the same. */
function containerProblem({state, lastState}: any): string {
  const {reason, message} = state?.waiting ?? {};
  const waits = reason !== undefined && !BEING_MADE.includes(reason);
  const end = state?.terminated ?? lastState?.terminated;
  if (!waits && !end?.exitCode) return "";
  // A program of ours wrote it for people to read.
  if (end?.message) return end.message.trim();
  const last = end && `ended with ${end.reason ?? "an error"}, exit code ${end.exitCode}`;
  if (!waits) return `it ${last}`;
  return `${reason}${message ? `: ${message}` : ""}${last ? ` (the last one ${last})` : ""}`;
}

/** The newest pod that its node ended, as one that is evicted, unless one that was made after it is well. */
export function endedByNode(pods: KubeObject[]): string {
  const newest = pods.toSorted((a, b) => createdAt(b) - createdAt(a));
  const pod = newest.find((each) => isTrue(each, "Ready") || (each.status?.phase === "Failed" && each.status.reason));
  if (!pod || isTrue(pod, "Ready")) return "";
  const {reason, message} = pod.status;
  return `pod ${pod.metadata.name}: ${reason}${message ? `: ${message.trim()}` : ""}`;
}

/** A node that is away ends no pod, and a StatefulSet makes no other one meanwhile. */
const LEFT_MS = 60_000;

export function neverEnds(pods: KubeObject[], now: number): string {
  const left = pods.find(({metadata}) => Date.parse(metadata.deletionTimestamp ?? "") < now - LEFT_MS);
  if (!left) return "";
  const {name, deletionTimestamp} = left.metadata;
  const node = left.spec?.nodeName;
  return `pod ${name}: should have ended at ${deletionTimestamp}${node ? `; its node ${node} may be away` : ""}`;
}

/** The reason of a Deployment whose pods cannot be created, in its own words. */
export function replicaFailure(live: (KubeObject | undefined)[]): string {
  for (const object of live) {
    if (object?.kind !== "Deployment") continue;
    const failure = object.status?.conditions?.find(
      ({type, status}: any) => type === "ReplicaFailure" && status === "True",
    );
    if (failure) return `Deployment ${object.metadata.name}: ${failure.message}`;
  }
  return "";
}

interface Maker {
  kind: string;
  name: string;
}
const MAKERS = ["StatefulSet", "Deployment", "Job"];

/** A Deployment makes its pods by ReplicaSets, whose names are its own and a hash. */
const isBy = (maker: Maker, {kind, name}: Maker): boolean =>
  kind === "ReplicaSet"
    ? maker.kind === "Deployment" && name.slice(0, name.lastIndexOf("-")) === maker.name
    : kind === maker.kind && name === maker.name;

/**
 * The reason for pods that cannot be created, as Pod Security or a quota: the newest Event of their maker. An Event that is older than a pod
 * of the same maker is of a time that has passed.
 */
export function notMade(objects: KubeObject[], pods: KubeObject[], events: KubeObject[]): string {
  const makers: Maker[] = objects
    .flatMap((object) => [
      {kind: object.kind, name: object.metadata.name},
      ...derivedOf(object).map(({type, name}) => ({kind: type.kind, name})),
    ])
    .filter(({kind}) => MAKERS.includes(kind));
  const newest = makers.flatMap((maker) => {
    const event = newestOf(
      events.filter(({reason, involvedObject}) => reason === "FailedCreate" && isBy(maker, involvedObject)),
    );
    const theirs = pods.filter(({metadata}) => metadata.ownerReferences?.some((owner) => isBy(maker, owner)));
    return !event || theirs.some((pod) => createdAt(pod) > happened(event)) ? [] : [event];
  });
  const event = newestOf(newest);
  return event ? `${event.involvedObject.kind} ${event.involvedObject.name}: ${event.message}` : "";
}

/** Events of a node that is away, which come when a pod has long run. */
const OF_ITS_NODE = ["NodeNotReady"];

/** The Events on a pod that has no words of its own: without a sandbox, the reason; otherwise, that its node is away. */
export function eventOf(pod: KubeObject, events: KubeObject[]): string {
  if (isTrue(pod, "Ready") || ["Succeeded", "Failed"].includes(pod.status?.phase)) return "";
  const begun = isTrue(pod, "PodReadyToStartContainers");
  const theirs = events.filter(
    ({involvedObject: {kind, name, uid}, reason}) =>
      kind === "Pod" &&
      name === pod.metadata.name &&
      (!uid || uid === pod.metadata.uid) &&
      (!begun || OF_ITS_NODE.includes(reason)),
  );
  const newest = newestOf(theirs);
  return newest ? `${newest.reason}: ${newest.message}` : "";
}

/** Why a volume is not made that a pod waits for. */
export function claimProblem({spec}: KubeObject, events: KubeObject[]): string {
  const claims: string[] = (spec?.volumes ?? []).flatMap(
    (volume: any) => volume.persistentVolumeClaim?.claimName ?? [],
  );
  const newest = newestOf(
    events.filter(({involvedObject: {kind, name}}) => kind === "PersistentVolumeClaim" && claims.includes(name)),
  );
  return newest ? `PersistentVolumeClaim ${newest.involvedObject.name}: ${newest.reason}: ${newest.message}` : "";
}

const createdAt = ({metadata}: KubeObject): number => Date.parse(metadata.creationTimestamp!);

const happened = ({lastTimestamp, series, eventTime, metadata}: KubeObject): number =>
  Date.parse(lastTimestamp ?? series?.lastObservedTime ?? eventTime ?? metadata.creationTimestamp);

const newestOf = (events: KubeObject[]): KubeObject | undefined =>
  events.toSorted((a, b) => happened(a) - happened(b)).at(-1);
