import type {Chart} from "cdk8s";
import {writesCanonical} from "../../../api/canonical.ts";
import {usesFlink} from "../../../api/components/flink.ts";
import {managesKafka} from "../../../api/components/kafka.ts";
import type {ResolvedSpec} from "../../../api/pipeline.ts";
import {secondsOf} from "../../../api/quantities.ts";
import {enabledOf, type Manifests, type PlanContext, usersOf} from "../../component.ts";
import {type BuildContext, custom, env, resources} from "../../context.ts";
import type {Kafka, KafkaEntityOperator} from "../../imports/kafka.ts";
import type {KafkaTopic} from "../../imports/kafkatopic.ts";
import type {KafkaUser} from "../../imports/kafkauser.ts";
import {clientsOf, isolate, isolateServer, prometheus, type Rule} from "../../network.ts";
import {upstreamPod} from "../../scheduling.ts";
import {job} from "../../workload.ts";
import {NOT_READY} from "../monitoring/alert.ts";
import {selectOf} from "../monitoring/records.ts";
import {kafkaAlerts} from "./alerts.ts";
import {ALERTS_TOPIC, CANONICAL_TOPIC, DLQ_TOPIC, kafkaClient, kafkaEndpoint, TOPIC} from "./client.ts";
import {kafkaIdentity, pausedUntilKnown} from "./identity.ts";
import {kafkaCluster, kafkaNodePool, kafkaTopic, kafkaUser} from "./kinds.ts";
import {kafkaMetrics} from "./metrics.ts";
import {brokers, noted, pools, STRIMZI_API} from "./pools.ts";

const STRIMZI = {namespaceSelector: {}, podSelector: {matchLabels: {"strimzi.io/kind": "cluster-operator"}}};

/** The names of the KafkaTopics that a pipeline may have. */
export const topicNames = (name: string): string[] =>
  ["telemetry", "telemetry-dlq", "telemetry-alerts", "telemetry-canonical"].map((suffix) => `${name}-${suffix}`);

/** Room for a JVM that reconciles a handful of topics and users, and time for its answers on a busy machine. */
const entityOperator = (context: BuildContext): NonNullable<KafkaEntityOperator["userOperator"]> => ({
  resources: resources(context, {cpu: "50m", memory: "320Mi"}),
  jvmOptions: {"-Xms": "64m", "-Xmx": "160m"},
  livenessProbe: {timeoutSeconds: 10, failureThreshold: 18},
  readinessProbe: {timeoutSeconds: 10},
});

const listenerPort = ({tls}: ResolvedSpec): number => (tls ? 9093 : 9092);

const serves = ({name, spec}: BuildContext): Rule =>
  spec.kafka.external
    ? {ports: spec.kafka.external.bootstrapServers.split(",").map((server) => Number(server.split(":").at(-1)))}
    : {ports: [listenerPort(spec)], peers: [{podSelector: brokers(name)}]};

export const kafka: Manifests = {
  name: "kafka",
  title: "Kafka: each broker; topic and user operator",
  enabled: () => true,
  build,
  kinds: [kafkaUser, kafkaTopic, kafkaCluster, kafkaNodePool],
  // The cluster id of kept volumes is given back there.
  rights: [{apiGroups: ["kafka.strimzi.io"], resources: ["kafkas/status"], verbs: ["patch"]}],
  uses: ["kafka"],
  serves,
  endpoints: (context) => [kafkaEndpoint(context)],
  metrics: {
    port: "tcp-prometheus",
    pods: (name) => ({"strimzi.io/cluster": name}),
    scraped: managesKafka,
    ownAlerts: "missing and down",
    jvm: true,
  },
  alerts: (context) => (managesKafka(context.spec) ? kafkaAlerts(selectOf(context), context.spec.kafka.replicas) : []),
  notReady: (spec) => (managesKafka(spec) ? {name: "KafkaNotReady", explains: NOT_READY} : undefined),
  dashboard: async () => (await import("./dashboard.ts")).kafka,
};

function build(chart: Chart, context: PlanContext): void {
  if (!managesKafka(context.spec)) topicsJob(chart, context);
  else strimzi(chart, context);
}

/** A Job that waits for the brokers and makes the topics that are missing; of our own Kafka those that have no KafkaTopic. */
function topicsJob(chart: Chart, context: PlanContext): void {
  const {env: kafkaEnv, files} = kafkaClient(context, usesFlink(context.spec) ? "flink" : "ingester");
  const {partitions, retention} = context.spec.kafka.topic;
  const only = managesKafka(context.spec) ? env({ONLY_FURTHER_TOPICS: "true"}) : [];
  isolate(chart, context);
  job(chart, context, {
    name: `${context.name}-kafka-topics`,
    command: ["workloads/schema/main.ts", "kafka"],
    env: [...kafkaEnv, ...env({PARTITIONS: partitions, RETENTION_SECONDS: secondsOf(retention)}), ...only],
    files,
    sizing: {cpu: "20m", memory: "128Mi"},
    options: context.spec.kafka.pod,
  });
}

/** Strimzi's objects: the pools of nodes, the topics, one user for each side. */
function strimzi(chart: Chart, context: PlanContext): void {
  const {name, spec, facts} = context;
  const liveReplicas = facts?.kafka?.liveReplicas ?? {};
  const {version, replicas} = spec.kafka;
  const labels = {"strimzi.io/cluster": name};
  // The brokers' demand on each topic is never more than the copies of the one with the fewest.
  const copies = Math.min(3, replicas, ...topicNames(name).map((topicName) => liveReplicas[topicName] ?? 3));
  pools(chart, context);
  kafkaIdentity(chart, context);
  const listener = listenerPort(spec);
  const pod = upstreamPod(spec.kafka.pod, {matchLabels: {...labels, "strimzi.io/name": `${name}-entity-operator`}});
  const networkPolicyPeers = clientsOf("kafka", context);
  isolateServer(chart, context, `${name}-brokers`, brokers(name), [
    {ports: [listener], peers: networkPolicyPeers},
    {ports: [9090, 9091], peers: [{podSelector: {matchLabels: {"strimzi.io/cluster": name}}}]},
    // Strimzi asks brokers, voters and their agents how they are.
    {ports: [9090, 9091, 8443], peers: [STRIMZI]},
    {ports: [9404], peers: [prometheus(context)]},
  ]);
  const authentication = {type: "scram-sha-512"} as const;
  custom<Kafka>(chart, {
    apiVersion: STRIMZI_API,
    kind: "Kafka",
    metadata: {name, ...pausedUntilKnown(context)},
    spec: {
      kafka: {
        version,
        ...kafkaMetrics(chart, context),
        listeners: [
          {
            name: spec.tls ? "tls" : "plain",
            port: listener,
            type: "internal",
            tls: spec.tls,
            authentication,
            // Strimzi has a policy of its own for the brokers, which lets anyone in where this is unset.
            ...(spec.networkPolicies.enabled ? {networkPolicyPeers} : {}),
          },
        ],
        config: {
          "auto.create.topics.enable": false,
          "default.replication.factor": copies,
          "min.insync.replicas": Math.max(1, copies - 1),
          "offsets.topic.replication.factor": copies,
          // A year: a pipeline that is stopped for longer than Kafka's seven days goes on where it was, and a replay repeats nothing.
          "offsets.retention.minutes": 525_600,
          "transaction.state.log.replication.factor": copies,
          "transaction.state.log.min.isr": Math.max(1, copies - 1),
        },
      },
      entityOperator: {
        topicOperator: entityOperator(context),
        userOperator: entityOperator(context),
        ...(Object.keys(pod).length > 0 ? {template: {pod}} : {}),
      },
    },
  });
  topics(chart, context, copies);
  // A KafkaTopic would take its topic along, unread events too, when it leaves the spec.
  if (spec.kafka.topic.further?.length) topicsJob(chart, context);
  for (const user of userNames(spec, name, context.components)) {
    custom<KafkaUser>(chart, {
      apiVersion: STRIMZI_API,
      kind: "KafkaUser",
      metadata: {name: user, labels},
      spec: {authentication},
    });
  }
}

/** @param copies of each topic that is new */
function topics(chart: Chart, {name, spec, facts}: PlanContext, copies: number): void {
  const liveReplicas = facts?.kafka?.liveReplicas ?? {};
  const labels = {"strimzi.io/cluster": name};
  const {topic} = spec.kafka;
  const retention = {"retention.ms": secondsOf(topic.retention) * 1_000};
  const flink = usesFlink(spec);
  // The largest event that Kafka takes, and what stands beside it.
  const large = {"max.message.bytes": 2_097_152};
  for (const [suffix, topicName, partitions, config] of [
    // The broker's time says what came late, and never goes back within a partition: windows close by it.
    ["telemetry", TOPIC, topic.partitions, {...retention, "message.timestamp.type": "LogAppendTime"}],
    ["telemetry-dlq", DLQ_TOPIC, 1, {...retention, ...large}],
    ...(flink ? ([["telemetry-alerts", ALERTS_TOPIC, 1, retention]] as const) : []),
    // Each event keeps its partition, and the time at which the topic of the events got it. One that is there stays while nobody reads it: a
    // warehouse that comes back goes on where it was.
    ...(writesCanonical(spec) || liveReplicas[`${name}-telemetry-canonical`] !== undefined
      ? ([
          [
            "telemetry-canonical",
            CANONICAL_TOPIC,
            topic.partitions,
            {...retention, ...large, "message.timestamp.type": "CreateTime"},
          ],
        ] as const)
      : []),
  ] as const) {
    const objectName = `${name}-${suffix}`;
    const held = liveReplicas[objectName] ?? copies;
    custom<KafkaTopic>(chart, {
      apiVersion: STRIMZI_API,
      kind: "KafkaTopic",
      metadata: {name: objectName, labels, annotations: noted(held)},
      spec: {topicName, partitions, replicas: held, config},
    });
  }
}

/** Users that a pipeline has whatever is enabled: a fleet's own senders and readers begin with them. */
const STANDING = ["simulator", "ingester"];

/** Kafka's users, one for each login of the components that use it, and the Secrets that Strimzi makes for them. */
export const userNames = (spec: ResolvedSpec, name: string, components: Manifests[]): string[] => {
  const clients = enabledOf(usersOf(components, "kafka"), spec).filter((client) => client.name !== "kafka");
  return [...new Set([...STANDING, ...clients.map(({login, name}) => login ?? name)])].map((user) => `${name}-${user}`);
};
