import {COMPONENT_LABEL, PIPELINE_LABEL} from "../../cdk8s/context.ts";
import type {KubeClient} from "../runtime/client.ts";
import {builtin, type KubeObject} from "../runtime/types.ts";
import type {PlannedComponent} from "./plan.ts";
import {claimProblem, endedByNode, eventOf, neverEnds, notMade, problemOf, replicaFailure} from "./pod-words.ts";

/**
 * Says why a component's pods do not run, in the words of the scheduler, the kubelet or the API server; "" if nothing is known.
 *
 * @param live its planned objects as the cluster has them
 */
export type PodProblem = (planned: PlannedComponent, live: (KubeObject | undefined)[]) => Promise<string>;

/** Lists the pods by each selector, and Events that warn, once and not before they are needed. */
export function podProblems(client: KubeClient, {metadata: {name, namespace}}: KubeObject): PodProblem {
  const lists = new Map<string, Promise<KubeObject[]>>();
  const once = (id: string, read: () => ReturnType<KubeClient["list"]>): Promise<KubeObject[]> => {
    const list = lists.get(id) ?? read().then(({items}) => items);
    lists.set(id, list);
    return list;
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
    const problem = (await ofPods(staying, problemOf)) || replicaFailure(live);
    const why = problem || notMade(objects, all, await warnings()) || (await byEvents(staying));
    return [why, endedByNode(staying)].filter(Boolean).join("; ") || neverEnds(all, Date.now());
  };

  async function ofPods(some: KubeObject[], problemOf: (pod: KubeObject) => string): Promise<string> {
    for (const pod of some) {
      const words = problemOf(pod);
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

/** The termination message of the last container of a Job that failed. */
export async function lastWords(client: KubeClient, job: KubeObject): Promise<string> {
  const {name, namespace} = job.metadata;
  const {items} = await client.list(builtin.pod, {namespace, labelSelector: `batch.kubernetes.io/job-name=${name}`});
  const messages = items.map(({status}) => status?.containerStatuses?.[0]?.state?.terminated?.message);
  return messages.findLast((message) => message)?.trim() ?? `see the log of Job ${name}`;
}
