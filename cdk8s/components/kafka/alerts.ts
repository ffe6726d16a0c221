import {type Alert, FLOW, NOT_READY} from "../monitoring/alert.ts";
import type {Select} from "../monitoring/records.ts";

export const kafkaAlerts = (select: Select, brokers: number): Alert[] => [
  {
    name: "KafkaBrokerOffline",
    severity: "critical",
    expr: `(sum(${select("up", 'component="kafka"')}) or vector(0)) < ${brokers}`,
    for: "3m",
    summary: `{{ $value }} of ${brokers} brokers give a sign of life.`,
    meaning: "A broker is down. With one broker, no events flow; with three, one more failure stops writes.",
    fix: "`kubectl get pods -l strimzi.io/cluster=<pipeline>`: check the pod that is missing or not ready, its node and its volume.",
    explains: [
      "KafkaNotReady",
      "KafkaOfflinePartitions",
      "KafkaUnderReplicated",
      "KafkaNoController",
      ...NOT_READY,
      ...FLOW,
    ],
  },
  {
    name: "KafkaOfflinePartitions",
    severity: "critical",
    expr: `sum by (namespace, pipeline) (${select("kafka_controller_kafkacontroller_offlinepartitionscount")}) > 0`,
    for: "1m",
    summary: "{{ $value }} partitions have no leader.",
    meaning: "Events of these partitions are neither accepted nor delivered; senders buffer them.",
    fix: "Bring the brokers back: `kubectl get pods -l strimzi.io/cluster=<pipeline>`.",
    explains: ["KafkaUnderReplicated", ...FLOW],
  },
  {
    name: "KafkaUnderReplicated",
    severity: "warning",
    expr: `sum by (namespace, pipeline) (${select("kafka_server_replicamanager_underreplicatedpartitions")}) > 0`,
    for: "5m",
    summary: "{{ $value }} partitions lack a replica.",
    meaning: "A broker is down or cannot keep up; one more failure may stop writes.",
    fix: "Check for restarting brokers, and their disks and CPU.",
  },
  {
    name: "KafkaNoController",
    severity: "critical",
    expr: `sum by (namespace, pipeline) (${select("kafka_controller_kafkacontroller_activecontrollercount")}) != 1`,
    for: "1m",
    summary: "{{ $value }} brokers are active controllers.",
    meaning: "No topic, user or leader can change.",
    fix: "A majority of the controllers must be reachable: check the brokers' pods and logs.",
  },
  {
    name: "KafkaLogDirectoryOffline",
    severity: "critical",
    expr: `sum by (namespace, pipeline, pod) (${select("kafka_log_logmanager_offlinelogdirectorycount")}) > 0`,
    for: "1m",
    summary: "Broker {{ $labels.pod }} has lost its log directory.",
    meaning: "Its volume fails or is full.",
    fix: "Check the volume and the broker's log; raise spec.kafka.storage if it is full.",
  },
];
