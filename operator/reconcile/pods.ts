import {COMPONENT_LABEL, PIPELINE_LABEL} from "../../cdk8s/context.ts";
import {derivedOf} from "../components/derived.ts";
import type {KubeClient} from "../runtime/client.ts";
import {builtin, type KubeObject} from "../runtime/types.ts";
import type {PlannedComponent} from "./plan.ts";

/** Says why a component's pods do not run, in the words of the scheduler, the kubelet or the API server; "" if nothing is known. */
export type PodProblem = (one: PlannedComponent) => Promise<string>;

/** Asks for the pods by each selector, and for what kept pods from being made, once and not before the first question. */
export function podProblems(client: KubeClient, {metadata: {name, namespace}}: KubeObject): PodProblem {
  const asked = new Map<string, Promise<KubeObject[]>>();
  const once = (id: string, ask: () => ReturnType<KubeClient["list"]>): Promise<KubeObject[]> => {
    const known = asked.get(id) ?? ask().then(({items}) => items);
    asked.set(id, known);
    return known;
  };
  const pods = (labelSelector: string) =>
    once(labelSelector, () => client.list(builtin.pod, {namespace, labelSelector}));
  return async (one) => {
    const {name: component, upstreamPods} = one.component;
    const labelled = (await pods(`${PIPELINE_LABEL}=${name}`)).filter(
      ({metadata}) => metadata.labels?.[COMPONENT_LABEL] === component,
    );
    const all = [...labelled, ...(upstreamPods ? await pods(upstreamPods(name)) : [])];
    for (const pod of all) {
      const problem = !pod.metadata.deletionTimestamp && problemOf(pod);
      if (problem) return `pod ${pod.metadata.name}: ${problem}`;
    }
    const fieldSelector = "reason=FailedCreate";
    return notMade(one, all, await once(fieldSelector, () => client.list(builtin.event, {namespace, fieldSelector})));
  };
}

const MAKERS = ["StatefulSet", "Deployment", "Job"];

/**
 * What keeps pods of a component from being made, as Pod Security or a quota does: the newest Event of those who make them. One that is
 * older than a pod is of a time that has passed.
 */
export function notMade({objects}: PlannedComponent, pods: KubeObject[], events: KubeObject[]): string {
  const makers = objects.flatMap((object) => [
    {kind: object.kind, name: object.metadata.name},
    ...derivedOf(object).map(({type, name}) => ({kind: type.kind, name})),
  ]);
  const names = makers.filter(({kind}) => MAKERS.includes(kind)).map(({name}) => name);
  const theirs = events.filter(({involvedObject: {kind, name}}) =>
    names.some((maker) => (kind === "ReplicaSet" ? name.startsWith(`${maker}-`) : name === maker)),
  );
  const newest = theirs.sort((a, b) => happened(a) - happened(b)).at(-1);
  if (!newest || pods.some(({metadata}) => Date.parse(metadata.creationTimestamp!) > happened(newest))) return "";
  return `${newest.involvedObject.kind} ${newest.involvedObject.name}: ${newest.message}`;
}

const happened = ({lastTimestamp, eventTime, metadata}: KubeObject): number =>
  Date.parse(lastTimestamp ?? eventTime ?? metadata.creationTimestamp);

/** What keeps one pod from running. */
export function problemOf({status = {}}: KubeObject): string {
  const unscheduled = status.conditions?.find(({type, status: is}: any) => type === "PodScheduled" && is === "False");
  if (unscheduled) return `${unscheduled.reason}: ${unscheduled.message}`;
  for (const {state, lastState} of [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]) {
    const {reason, message} = state?.waiting ?? {};
    // A container that is being made waits too, and that is no problem.
    if (!reason || reason === "ContainerCreating" || reason === "PodInitializing") continue;
    const end = lastState?.terminated;
    // What a program of ours wrote for people to read.
    if (end?.message) return end.message.trim();
    const last = end ? ` (the last one ended with ${end.reason ?? "an error"}, exit code ${end.exitCode})` : "";
    return `${reason}${message ? `: ${message}` : ""}${last}`;
  }
  return "";
}

/** What the container of a Job that failed said last, as its termination message. */
export async function lastWords(client: KubeClient, job: KubeObject): Promise<string> {
  const {name, namespace} = job.metadata;
  const {items} = await client.list(builtin.pod, {namespace, labelSelector: `batch.kubernetes.io/job-name=${name}`});
  const messages = items.map(({status}) => status?.containerStatuses?.[0]?.state?.terminated?.message);
  return messages.findLast((message) => message)?.trim() ?? `see the log of Job ${name}`;
}
