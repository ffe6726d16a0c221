import {kafkaCluster, kafkaTopic} from "../../../cdk8s/components/kafka/kinds.ts";
import {topicNames} from "../../../cdk8s/components/kafka/manifests.ts";
import {PIPELINE_LABEL} from "../../../cdk8s/context.ts";
import {isNotFound} from "../../runtime/api-error.ts";
import type {KubeClient} from "../../runtime/client.ts";
import type {KubeObject} from "../../runtime/types.ts";
import type {Component, Deletion} from "../component.ts";

/** Set to "false", upstream lets go of a topic's object and keeps the topic. */
const MANAGED_ANNOTATION = "strimzi.io/managed";

/** Has upstream keep the topics of data that is kept, and lets those go whose operator does not answer any more: they would keep their namespace for ever. */
export async function releaseTopics(deletion: Deletion): Promise<string | undefined> {
  const {client, owned, retains, abandoned, attempt} = deletion;
  if (abandoned) {
    await freeTopics(deletion);
    return undefined;
  }
  for (const topic of retains ? owned(kafkaTopic) : []) {
    if (topic.metadata.annotations?.[MANAGED_ANNOTATION] === "false") continue;
    const patch = {metadata: {annotations: {[MANAGED_ANNOTATION]: "false"}}};
    const refused = await attempt(topic, () => client.patch(kafkaTopic, topic.metadata, patch));
    if (refused) return refused;
  }
  // In a namespace that is emptied Kafka goes beside its topics, and with it the operator that lets them go.
  if (owned(kafkaCluster).length === 0) await freeTopics(deletion);
  return undefined;
}

async function freeTopics({client, owned}: Deletion) {
  for (const topic of owned(kafkaTopic)) {
    await free(client, topic);
    await client.delete(kafkaTopic, topic.metadata);
  }
}

/** The same for topics of a pipeline that went without its teardown, and whose Kafka went before them. */
export const releaseLeftTopics: NonNullable<Component["releaseLeft"]> = async ({client, find, name}, isGone) => {
  if (find(kafkaCluster, name)) return;
  for (const topic of topicNames(name)) {
    const live = find(kafkaTopic, topic);
    const isLeft = live?.metadata.deletionTimestamp && live.metadata.labels?.[PIPELINE_LABEL] === name;
    if (isLeft && (await isGone())) await free(client, live);
  }
};

async function free(client: KubeClient, {metadata}: KubeObject) {
  try {
    await client.patch(kafkaTopic, metadata, {metadata: {finalizers: null}});
  } catch (error) {
    // The cache may be a moment behind.
    if (!isNotFound(error)) throw error;
  }
}
