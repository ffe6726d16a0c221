import {identityName, type KafkaFacts, type KafkaIdentity} from "../../../cdk8s/components/kafka/identity.ts";
import {kafkaCluster, kafkaNodePool, kafkaTopic} from "../../../cdk8s/components/kafka/kinds.ts";
import {topicNames} from "../../../cdk8s/components/kafka/manifests.ts";
import {addedName, REPLICAS_ANNOTATION, votersName} from "../../../cdk8s/components/kafka/pools.ts";
import {RETAINED_LABEL} from "../../../cdk8s/context.ts";
import type {KubeClient} from "../../runtime/client.ts";
import {builtin, type KubeObject, type ResourceType} from "../../runtime/types.ts";
import {conditionReady, hasCondition, type Sources} from "../component.ts";

type Found = (KubeObject | undefined)[];

/** The objects by which a plan goes on with the Kafka that is there or whose volumes were kept. */
const objectsOf = (name: string): [ResourceType, string][] => [
  [kafkaCluster, name],
  [kafkaNodePool, votersName(name)],
  [kafkaNodePool, addedName(name)],
  ...topicNames(name).map((topic): [ResourceType, string] => [kafkaTopic, topic]),
  [builtin.configMap, identityName(name)],
];

/** The facts that these live objects give to the plan. */
export const readKafkaFacts = async ({name, find}: Sources): Promise<KafkaFacts> =>
  kafkaFacts(name, await Promise.all(objectsOf(name).map(([type, object]) => find(type, object))));

export function kafkaFacts(name: string, found: Found): KafkaFacts {
  const kept = keptIdentity(found);
  const replicas = {...kept?.replicas, ...liveReplicas(found)};
  const live = liveNodeIds(found);
  const kafka = found.find((object) => object?.kind === "Kafka");
  const lives = liveClusterId(found);
  const lost = kept !== undefined && lives !== kept.clusterId && !isReady(kafka);
  const clusterId = lost ? kept.clusterId : lives;
  if (!clusterId) return {liveReplicas: replicas};
  const pools = Object.keys(kept?.nodeIds ?? {}).filter((pool) => !live[pool]);
  const identity = {clusterId, nodeIds: {...kept?.nodeIds, ...live}, replicas};
  return {liveReplicas: replicas, identity: {...identity, missing: [...(lost ? [name] : []), ...pools]}};
}

/**
 * Writes the cluster id of the kept volumes into the status of a Kafka that upstream has said it leaves alone: while upstream is at it, what is
 * written there is lost. The next plan, which finds it there, lets upstream go on.
 *
 * @returns whether it was written
 */
export async function giveBackClusterId(
  client: KubeClient,
  kafka: KubeObject | undefined,
  identity: KafkaIdentity | undefined,
): Promise<boolean> {
  if (!kafka || !identity?.missing.includes(kafka.metadata.name) || !hasCondition(kafka, "ReconciliationPaused"))
    return false;
  await client.patch(kafkaCluster, kafka.metadata, {status: {clusterId: identity.clusterId}}, "status");
  return true;
}

/** The id that the Kafka goes by. Before its brokers answer only its pools say it; without it they are nobody's. */
const liveClusterId = (found: Found): string | undefined => {
  const ids = found.map((object) => object?.status?.clusterId);
  return found.some((object) => object?.kind === "Kafka") ? ids.find((id) => id) : undefined;
};

/** The id in the status of a ready Kafka is true, whatever was kept: its brokers have opened their volumes by it. */
const isReady = (kafka: KubeObject | undefined): boolean => kafka !== undefined && conditionReady(kafka) === "";

/** The identity that was kept with volumes; of an object without the label the cache has no texts. */
function keptIdentity(found: Found): Omit<KafkaIdentity, "missing"> | undefined {
  const kept = found.find((object) => object?.kind === "ConfigMap");
  const {clusterId, nodeIds, replicas} = kept?.data ?? {};
  if (!clusterId || !kept?.metadata.labels?.[RETAINED_LABEL]) return undefined;
  return {clusterId, nodeIds: figures(nodeIds), replicas: figures(replicas)};
}

/** The content of a text, nothing if someone has spoiled it. */
function figures(text: string): any {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

const liveNodeIds = (found: Found): Record<string, number[]> =>
  Object.fromEntries(
    found.flatMap((object) => (object?.status?.nodeIds ? [[object.metadata.name, object.status.nodeIds]] : [])),
  );

/** Sizes that live pools and topics were created with, by name. */
export const liveReplicas = (found: Found): Record<string, number> =>
  Object.fromEntries(
    found.flatMap((object) =>
      object && REPLICATED.includes(object.kind) ? [[object.metadata.name, madeWith(object)]] : [],
    ),
  );

const REPLICATED = ["KafkaNodePool", "KafkaTopic"];

/** The annotation's figure, or before there was one that of the spec. */
function madeWith({kind, metadata, spec}: KubeObject): number {
  const noted = Number(metadata.annotations?.[REPLICAS_ANNOTATION]) || spec.replicas;
  // Brokers that someone added by hand are there, and go no more.
  return kind === "KafkaNodePool" ? Math.max(noted, spec.replicas) : noted;
}
