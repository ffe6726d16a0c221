import {topicProblem} from "../../api/components/kafka.ts";
import {TelemetryError} from "../../api/errors.ts";
import {bytesOf} from "../../api/quantities.ts";
import {versions} from "../../api/versions.ts";
import {identityName, PAUSE_ANNOTATION} from "../../cdk8s/components/kafka/identity.ts";
import {kafkaCluster} from "../../cdk8s/components/kafka/kinds.ts";
import {kafka as manifests, userNames} from "../../cdk8s/components/kafka/manifests.ts";
import {RETAINED_LABEL} from "../../cdk8s/context.ts";
import {builtin, type KubeObject} from "../runtime/types.ts";
import {
  allReady,
  type Component,
  conditionReady,
  current,
  externalSecrets,
  type Find,
  hasCondition,
  jobDone,
  neverLess,
  onlyTestedSteps,
  type Pair,
} from "./component.ts";
import {giveBackClusterId, readKafkaFacts} from "./kafka/facts.ts";
import {releaseLeftTopics, releaseTopics} from "./kafka/topics.ts";
import {sameStorageClass} from "./storage-class.ts";

export const kafka: Component = {
  ...manifests,
  dependsOn: [],
  version: ({kafka}) => (kafka.external ? undefined : kafka.version),
  secrets: ({kafka: {external}}) => externalSecrets("kafka", external, ["username", "password"]),
  upstreamPods: (pipeline) => `strimzi.io/cluster=${pipeline}`,
  logins: (spec, name, components) => (spec.kafka.external ? [] : userNames(spec, name, components)),
  readiness: (live, _, find = () => undefined) =>
    allReady(kafkaFirst(live), {
      Kafka: (object) => kafkaProblem(object, live),
      KafkaNodePool: (object) => poolProblem(object, find),
      KafkaTopic: entityProblem,
      KafkaUser: (object) => entityProblem(object) || secretProblem(object, find),
      Job: jobDone,
    }),
  facts: readKafkaFacts,
  runs: ({kind, spec}) => (kind === "Kafka" ? spec.kafka.version : undefined),
  async assist(_, {name, facts, client, find, applied}) {
    const givenBack = applied && (await giveBackClusterId(client, find(kafkaCluster, name), facts.kafka?.identity));
    return givenBack ? "the cluster id of the kept volumes was restored" : undefined;
  },
  deleteBefore: {rest: ["KafkaTopic"]},
  release: releaseTopics,
  releaseLeft: releaseLeftTopics,
  validate(pairs, spec) {
    const problem = topicProblem(spec.kafka);
    if (problem) throw new TelemetryError("InvalidEvent", problem);
    onlyTestedSteps(pairs, "Kafka", "spec.kafka.version", versions.kafka, ({spec}) => spec.kafka.version);
    const volume = (pool: any): {size: string; class?: string} => pool.spec.storage.volumes[0];
    const size = (pool: any) => volume(pool).size;
    neverLess(pairs, "KafkaNodePool", "spec.kafka.storage", "volumes cannot shrink", size, bytesOf);
    const classOf = (pool: any) => volume(pool).class;
    sameStorageClass(pairs, "KafkaNodePool", "spec.kafka.storageClass", spec.kafka.storageClass, classOf);
    fewerBrokers(pairs, spec.kafka.replicas);
    const partitions = ({spec}: any): number => spec.partitions;
    neverLess(pairs, "KafkaTopic", "spec.kafka.topic.partitions", "Kafka cannot remove partitions", partitions, Number);
  },
};

/** Strimzi reconciles a new object within a second. */
const SEEN_MS = 15_000;

/** The cause first: without brokers no pool, topic or user is ready. */
const kafkaFirst = (live: (KubeObject | undefined)[]) =>
  [...live].sort((a, b) => Number(b?.kind === "Kafka") - Number(a?.kind === "Kafka"));

function kafkaProblem(kafka: KubeObject, live: (KubeObject | undefined)[]): string {
  const unseen = notSeen(kafka);
  if (unseen) return unseen;
  if (kafka.metadata.annotations?.[PAUSE_ANNOTATION] !== "true") return conditionReady(kafka);
  const identity = live.find((object) => object?.metadata.name === identityName(kafka.metadata.name));
  const kept = identity?.metadata.labels?.[RETAINED_LABEL] && identity.data?.clusterId;
  if (!kept || kafka.status?.clusterId === kept)
    return `paused: annotation ${PAUSE_ANNOTATION} tells Strimzi to leave it alone`;
  return hasCondition(kafka, "ReconciliationPaused")
    ? `restoring the cluster id ${kept} of its kept volumes`
    : `waiting for Strimzi to pause before restoring the cluster id ${kept} of its kept volumes`;
}

/** Strimzi locks by name: it reconciles no Kafka while it still waits for the pods of an earlier one. */
function notSeen({metadata, status}: KubeObject): string {
  if (status?.conditions || Date.now() - Date.parse(metadata.creationTimestamp!) < SEEN_MS) return "";
  return "Strimzi has not reconciled it yet: it waits up to 7 minutes for an earlier Kafka of this name, or it is not running";
}

/** Kafka stays Ready while the nodes that a pool was given are not there yet, or one of them has gone: their pods say it. */
function poolProblem(pool: KubeObject, find: Find): string {
  const {metadata, spec, status} = pool;
  const ids: number[] = status?.nodeIds ?? [];
  if (!current(pool)) return "the change has not been observed yet";
  if (ids.length !== spec.replicas) return `${ids.length} of ${spec.replicas} nodes have an id`;
  for (const id of ids) {
    const name = `${metadata.labels?.["strimzi.io/cluster"]}-${metadata.name}-${id}`;
    const pod = find(builtin.pod, name);
    if (!pod) return `pod ${name} is not there`;
    if (!hasCondition(pod, "Ready")) return `pod ${name} is not ready`;
  }
  return "";
}

/** The delay after a broker was away: Strimzi's operators reconcile topics and users every 120 s. */
const PASSING = /timeout|timed out|disconnect|not ?available|not ?(controller|leader)|network|no broker/i;
const PASSING_MS = 300_000;

/** A topic or user, whose status may be older than the present state of the brokers. */
function entityProblem(object: KubeObject): string {
  const problem = conditionReady(object);
  const conditions: any[] = object.status?.conditions ?? [];
  const recent = conditions.some(({lastTransitionTime: at}) => Date.now() - Date.parse(at) < PASSING_MS);
  if (!recent || !PASSING.test(problem)) return problem;
  return `${problem}; the brokers are back: Strimzi reconciles topics and users again within 2 minutes`;
}

/** Pods that log in wait for it. */
function secretProblem({metadata, status}: KubeObject, find: Find): string {
  const name: string = status?.secret ?? metadata.name;
  return find(builtin.secret, name) ? "" : `Secret ${name} is not there`;
}

/** The figure of the spec is that of all pools together; pools are planned with no fewer nodes than are live or have kept volumes. */
function fewerBrokers(pairs: Pair[], wanted: number): void {
  const pools = pairs.filter(({planned}) => planned.kind === "KafkaNodePool");
  const is = pools.reduce((sum, {planned, live}) => sum + Math.max(planned.spec.replicas, live?.spec.replicas ?? 0), 0);
  if (wanted >= is) return;
  const [kind, instead] = pools.some(({live}) => live)
    ? ["live", ""]
    : ["kept volumes of", ", or delete those volumes and the ConfigMap …-kafka-identity if you do not need their data"];
  throw new TelemetryError(
    "CannotShrink",
    `spec.kafka.replicas: ${wanted} is less than the ${kind} ${is}, and removing a broker would lose its partitions and its vote; set it to ${is} or more${instead}`,
  );
}
