import {COMPONENT_LABEL, PIPELINE_LABEL} from "../../cdk8s/context.ts";
import type {KubeClient} from "../runtime/client.ts";
import {builtin, type KubeObject} from "../runtime/types.ts";
import type {PlannedComponent} from "./plan.ts";
import {claimProblem, endedByNode, eventOf, neverEnds, notMade, problemOf, replicaFailure} from "./pod-words.ts";

/**
 * Says why a component's pods do not run, in the words of the scheduler, the kubelet or the API server; "" if nothing is known.
 *
 * @param live what is there of its planned objects
 */
export type PodProblem = (one: PlannedComponent, live: (KubeObject | undefined)[]) => Promise<string>;

/** Asks for the pods by each selector, and for Events that warn, once and not before the first question that needs them. */
export function podProblems(client: KubeClient, {metadata: {name, namespace}}: KubeObject): PodProblem {
  const asked = new Map<string, Promise<KubeObject[]>>();
  const once = (id: string, ask: () => ReturnType<KubeClient["list"]>): Promise<KubeObject[]> => {
    const known = asked.get(id) ?? ask().then(({items}) => items);
    asked.set(id, known);
    return known;
  };
  const pods = (labelSelector: string) =>
    once(labelSelector, () => client.list(builtin.pod, {namespace, labelSelector}));
  const fieldSelector = "type=Warning";
  const warnings = () => once(fieldSelector, () => client.list(builtin.event, {namespace, fieldSelector}));

  return async ({component: {name: component, upstreamPods}, objects}, live) => {
    const labelled = (await pods(`${PIPELINE_LABEL}=${name}`)).filter(
      ({metadata}) => metadata.labels?.[COMPONENT_LABEL] === component,
    );
    const all = [...labelled, ...(upstreamPods ? await pods(upstreamPods(name)) : [])];
    const staying = all.filter(({metadata}) => !metadata.deletionTimestamp);
    const said = (await ofPods(staying, problemOf)) || replicaFailure(live);
    const why = said || notMade(objects, all, await warnings()) || (await byEvents(staying));
    return [why, endedByNode(staying)].filter(Boolean).join("; ") || neverEnds(all, Date.now());
  };

  async function ofPods(some: KubeObject[], problem: (pod: KubeObject) => string): Promise<string> {
    for (const pod of some) {
      const words = problem(pod);
      if (!words) continue;
      const volume = words.includes("PersistentVolumeClaim") ? claimProblem(pod, await warnings()) : "";
      return `pod ${pod.metadata.name}: ${words}${volume ? `; ${volume}` : ""}`;
    }
    return "";
  }

  async function byEvents(some: KubeObject[]): Promise<string> {
    const events = await warnings();
    return ofPods(some, (pod) => eventOf(pod, events));
  }
}

/** What the container of a Job that failed said last, as its termination message. */
export async function lastWords(client: KubeClient, job: KubeObject): Promise<string> {
  const {name, namespace} = job.metadata;
  const {items} = await client.list(builtin.pod, {namespace, labelSelector: `batch.kubernetes.io/job-name=${name}`});
  const messages = items.map(({status}) => status?.containerStatuses?.[0]?.state?.terminated?.message);
  return messages.findLast((message) => message)?.trim() ?? `see the log of Job ${name}`;
}
