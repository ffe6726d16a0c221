import type {Chart} from "cdk8s";
import {secondsOf} from "../../operator/api/fields.ts";
import {add, type BuildContext, fromSecret, resources} from "../context.ts";

const API = "kafka.strimzi.io/v1";
export const TOPIC = "telemetry";
export const DLQ_TOPIC = "telemetry.dlq";

/** Strimzi's objects: one dual-role pool, the two topics, one user for each side. */
export function kafka(chart: Chart, {name, spec}: BuildContext): void {
  const {version, replicas, storage, topic, sizing} = spec.kafka;
  const labels = {"strimzi.io/cluster": name};
  const copies = Math.min(3, replicas);
  const heap = `${sizing.heapMiB}m`;
  add(chart, {
    apiVersion: API,
    kind: "KafkaNodePool",
    metadata: {name: `${name}-pool`, labels},
    spec: {
      replicas,
      roles: ["controller", "broker"],
      resources: resources(sizing),
      jvmOptions: {"-Xms": heap, "-Xmx": heap},
      storage: {
        type: "jbod",
        volumes: [
          {
            id: 0,
            type: "persistent-claim",
            size: storage,
            deleteClaim: spec.deletionPolicy === "Delete",
            kraftMetadata: "shared",
          },
        ],
      },
    },
  });
  const authentication = {type: "scram-sha-512"};
  add(chart, {
    apiVersion: API,
    kind: "Kafka",
    metadata: {name},
    spec: {
      kafka: {
        version,
        listeners: [
          spec.tls
            ? {name: "tls", port: 9093, type: "internal", tls: true, authentication}
            : {name: "plain", port: 9092, type: "internal", tls: false, authentication},
        ],
        config: {
          "auto.create.topics.enable": false,
          "default.replication.factor": copies,
          "min.insync.replicas": Math.max(1, copies - 1),
          "offsets.topic.replication.factor": copies,
          "transaction.state.log.replication.factor": copies,
          "transaction.state.log.min.isr": Math.max(1, copies - 1),
        },
      },
      entityOperator: {topicOperator: {}, userOperator: {}},
    },
  });
  for (const [suffix, topicName, partitions] of [
    ["telemetry", TOPIC, topic.partitions],
    ["telemetry-dlq", DLQ_TOPIC, 1],
  ] as const) {
    add(chart, {
      apiVersion: API,
      kind: "KafkaTopic",
      metadata: {name: `${name}-${suffix}`, labels},
      spec: {topicName, partitions, replicas: copies, config: {"retention.ms": secondsOf(topic.retention) * 1_000}},
    });
  }
  for (const user of ["simulator", "ingester"]) {
    add(chart, {
      apiVersion: API,
      kind: "KafkaUser",
      metadata: {name: `${name}-${user}`, labels},
      spec: {authentication},
    });
  }
}

/** What a Kafka client of ours needs to know. */
export const kafkaEnv = ({name, namespace, spec}: BuildContext, user: "simulator" | "ingester") => [
  {name: "KAFKA_BROKERS", value: `${name}-kafka-bootstrap.${namespace}.svc.cluster.local:${spec.tls ? 9093 : 9092}`},
  {name: "KAFKA_TOPIC", value: TOPIC},
  {name: "KAFKA_DLQ_TOPIC", value: DLQ_TOPIC},
  {name: "KAFKA_USERNAME", value: `${name}-${user}`},
  fromSecret("KAFKA_PASSWORD", `${name}-${user}`, "password"),
];
