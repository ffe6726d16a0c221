import type {Chart} from "cdk8s";
import {k8s} from "cdk8s-plus-28";
import {type BuildContext, RETAINED_LABEL} from "../../context.ts";

/** Set on a Kafka or a pool, upstream leaves it alone; what is in its status stays. */
export const PAUSE_ANNOTATION = "strimzi.io/pause-reconciliation";
/** The ids that the nodes of a new pool take; the names of their volumes end in them. */
const NEXT_IDS_ANNOTATION = "strimzi.io/next-node-ids";

/** The cluster id that Kafka's volumes belong to. Strimzi makes up another one for each new Kafka, whatever the volumes that it finds hold. */
export interface KafkaIdentity {
  clusterId: string;
  /** Of each pool, by its name. */
  nodeIds: Record<string, number[]>;
  /** The size with which each pool and topic was created, by its name. */
  replicas: Record<string, number>;
  /** The names of those objects, the Kafka and its pools, that have yet to be given theirs back. */
  missing: string[];
}

export interface KafkaFacts {
  /** The sizes with which live or kept pools and topics were created, by name: they keep it when spec.kafka.replicas grows. */
  liveReplicas: Record<string, number>;
  /** Unknown before the first Kafka is made. */
  identity?: KafkaIdentity;
}

declare module "../../context.ts" {
  interface Facts {
    kafka?: KafkaFacts;
  }
}

export const identityName = (name: string): string => `${name}-kafka-identity`;

/** Keeps the identity where the volumes are kept: it outlives the pipeline as they do. */
export function kafkaIdentity(chart: Chart, {name, spec, facts}: BuildContext): void {
  const identity = facts?.kafka?.identity;
  if (!identity) return;
  const {clusterId, nodeIds, replicas, missing} = identity;
  // Also in a pipeline that is to leave nothing: what came from an earlier one stays until all of it is back.
  const retained = spec.deletionPolicy === "Retain" || missing.length > 0;
  new k8s.KubeConfigMap(chart, `ConfigMap-${identityName(name)}`, {
    metadata: {name: identityName(name), labels: retained ? {[RETAINED_LABEL]: "true"} : {}},
    data: {clusterId, nodeIds: JSON.stringify(nodeIds), replicas: JSON.stringify(replicas)},
  });
}

/** Has Strimzi wait with a Kafka until the cluster id of its volumes is in its status. */
export const pausedUntilKnown = ({name, facts}: BuildContext): {annotations?: Record<string, string>} =>
  facts?.kafka?.identity?.missing.includes(name) ? {annotations: {[PAUSE_ANNOTATION]: "true"}} : {};

/** Has the nodes of a pool find the volumes that bear their ids. */
export const idsOf = (pool: string, {facts}: BuildContext): Record<string, string> => {
  const identity = facts?.kafka?.identity;
  return identity?.missing.includes(pool) ? {[NEXT_IDS_ANNOTATION]: `[${identity.nodeIds[pool]?.join(", ")}]`} : {};
};
