import {jvm} from "../../dashboards/jvm.ts";
import {type Board, figure, graph, of, prometheusVariables, rate} from "../../dashboards/kit.ts";

const broker = (name: string) => `kafka_server_brokertopicmetrics_${name}_total`;
const replicas = (name: string) => of(`kafka_server_replicamanager_${name}`);
const controller = (name: string) => of(`kafka_controller_kafkacontroller_${name}`);

export const kafka: Board = {
  key: "kafka",
  title: "Kafka",
  description: "Kafka: brokers, partitions and JVM, with the metric names of Strimzi's examples.",
  alerts: true,
  variables: prometheusVariables(),
  rows: [
    [
      "Now",
      [
        figure("Brokers", "short", "Brokers that serve metrics.", [`sum(${of("up", 'component="kafka"')})`, "brokers"]),
        figure(
          "Active controllers",
          "short",
          "One, always.",
          [`sum(${controller("activecontrollercount")})`, "controllers"],
          [2, 3],
        ),
        figure(
          "Partitions without a leader",
          "short",
          "Events of these partitions are neither accepted nor delivered.",
          [`sum(${controller("offlinepartitionscount")})`, "partitions"],
          [1, 2],
        ),
        figure(
          "Partitions that lack a replica",
          "short",
          "One more failure may stop writes.",
          [`sum(${replicas("underreplicatedpartitions")})`, "partitions"],
          [1, 10],
        ),
        figure(
          "Partitions below min.insync.replicas",
          "short",
          "Producers with acks=all are refused.",
          [`sum(${replicas("underminisrpartitioncount")})`, "partitions"],
          [1, 2],
        ),
        figure(
          "Log directories offline",
          "short",
          "Lost volumes of brokers.",
          [`sum(${of("kafka_log_logmanager_offlinelogdirectorycount")})`, "directories"],
          [1, 2],
        ),
      ],
    ],
    [
      "Traffic",
      [
        graph("Messages in", "mps", "Messages a second into each broker.", [
          `sum by (pod) (${rate(broker("messagesin"))})`,
          "{{pod}}",
        ]),
        graph("Bytes in", "Bps", "Bytes a second from producers to each broker.", [
          `sum by (pod) (${rate(broker("bytesin"))})`,
          "{{pod}}",
        ]),
        graph(
          "Bytes out",
          "Bps",
          "What consumers fetch from each broker; as many times the bytes in as there are consumer groups.",
          [`sum by (pod) (${rate(broker("bytesout"))})`, "{{pod}}"],
        ),
        graph(
          "Produce requests",
          "reqps",
          "Produce requests, and those that failed.",
          [`sum by (pod) (${rate(broker("totalproducerequests"))})`, "{{pod}} all"],
          [`sum by (pod) (${rate(broker("failedproducerequests"))})`, "{{pod}} failed"],
        ),
        graph(
          "Fetch requests",
          "reqps",
          "Requests of consumers and followers, and those that failed.",
          [`sum by (pod) (${rate(broker("totalfetchrequests"))})`, "{{pod}} all"],
          [`sum by (pod) (${rate(broker("failedfetchrequests"))})`, "{{pod}} failed"],
        ),
        graph("Events that wait", "short", "Events that each store's consumer group has not committed.", [
          `max by (store) (${of("telemetry_ingester_lag_events")})`,
          "{{store}}",
        ]),
      ],
    ],
    [
      "Partitions",
      [
        graph("Partitions", "short", "Partitions on each broker. An uneven distribution causes uneven load.", [
          replicas("partitioncount"),
          "{{pod}}",
        ]),
        graph("Leaders", "short", "Partitions led by each broker.", [replicas("leadercount"), "{{pod}}"]),
        graph(
          "Changes of in-sync replicas",
          "ops",
          "A broker that cannot keep up leaves the set and returns.",
          [`sum by (pod) (${rate("kafka_server_replicamanager_isrshrinks_total")})`, "{{pod}} left"],
          [`sum by (pod) (${rate("kafka_server_replicamanager_isrexpands_total")})`, "{{pod}} came"],
        ),
      ],
    ],
    jvm("kafka"),
  ],
};
