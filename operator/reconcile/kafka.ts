import {topicNames} from "../../cdk8s/components/kafka.ts";
import {addedName, REPLICAS_ANNOTATION, STRIMZI_API, votersName} from "../../cdk8s/components/kafka-pools.ts";
import type {KubeObject} from "../runtime/types.ts";

/** The pools and topics whose live replicas a plan keeps: enough of each to look it up. */
export const replicated = (name: string, namespace: string): KubeObject[] => {
  const object = (kind: string) => (objectName: string) => ({
    apiVersion: STRIMZI_API,
    kind,
    metadata: {name: objectName, namespace},
  });
  return [
    ...[votersName(name), addedName(name)].map(object("KafkaNodePool")),
    ...topicNames(name).map(object("KafkaTopic")),
  ];
};

/** What live pools and topics were made with, by name. */
export const liveReplicas = (live: (KubeObject | undefined)[]): Record<string, number> =>
  Object.fromEntries(live.flatMap((object) => (object ? [[object.metadata.name, madeWith(object)]] : [])));

/** The annotation's figure, or before there was one that of the spec. */
function madeWith({kind, metadata, spec}: KubeObject): number {
  const noted = Number(metadata.annotations?.[REPLICAS_ANNOTATION]) || spec.replicas;
  // Brokers that someone added by hand are there, and go no more.
  return kind === "KafkaNodePool" ? Math.max(noted, spec.replicas) : noted;
}
