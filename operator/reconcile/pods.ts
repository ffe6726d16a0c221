import {COMPONENT_LABEL, PIPELINE_LABEL} from "../../cdk8s/context.ts";
import type {KubeClient} from "../runtime/client.ts";
import {builtin, type KubeObject} from "../runtime/types.ts";

/** Why a component's pods do not run, in the words of the scheduler or the kubelet; "" if nothing is known. */
export async function podProblem(client: KubeClient, pipeline: KubeObject, component: string): Promise<string> {
  const {name, namespace} = pipeline.metadata;
  const labelSelector = `${PIPELINE_LABEL}=${name},${COMPONENT_LABEL}=${component}`;
  const {items} = await client.list(builtin.pod, {namespace, labelSelector});
  for (const pod of items.filter(({metadata}) => !metadata.deletionTimestamp)) {
    const problem = problemOf(pod);
    if (problem) return `pod ${pod.metadata.name}: ${problem}`;
  }
  return "";
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
