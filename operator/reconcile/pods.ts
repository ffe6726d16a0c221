import {COMPONENT_LABEL, PIPELINE_LABEL} from "../../cdk8s/context.ts";
import type {KubeClient} from "../runtime/client.ts";
import {builtin, type KubeObject} from "../runtime/types.ts";

/** Says why a component's pods do not run, in the words of the scheduler or the kubelet; "" if nothing is known. */
export type PodProblem = (component: string) => Promise<string>;

/** Asks for the pipeline's pods once, and not before the first question. */
export function podProblems(client: KubeClient, {metadata: {name, namespace}}: KubeObject): PodProblem {
  let pods: Promise<KubeObject[]> | undefined;
  return async (component) => {
    pods ??= client.list(builtin.pod, {namespace, labelSelector: `${PIPELINE_LABEL}=${name}`}).then(({items}) => items);
    for (const pod of await pods) {
      const {labels, deletionTimestamp} = pod.metadata;
      const problem = labels?.[COMPONENT_LABEL] === component && !deletionTimestamp && problemOf(pod);
      if (problem) return `pod ${pod.metadata.name}: ${problem}`;
    }
    return "";
  };
}

/** What keeps one pod from running. */
export function problemOf({status = {}}: KubeObject): string {
  const unscheduled = status.conditions?.find(({type, status: is}: any) => type === "PodScheduled" && is === "False");
  if (unscheduled) return `${unscheduled.reason}: ${unscheduled.message}`;
  for (const {state, lastState} of status.containerStatuses ?? []) {
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
