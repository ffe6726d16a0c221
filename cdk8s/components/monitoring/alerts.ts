import {secondsOf} from "../../../api/quantities.ts";
import {STORES} from "../../../api/stores.ts";
import {fleetAlerts} from "../alert-receiver/alerts.ts";
import {cassandraAlerts} from "../cassandra/alerts.ts";
import {partitionAlerts} from "../cassandra/partition-alerts.ts";
import {flinkAlerts} from "../flink/alerts.ts";
import {backlogAlerts} from "../ingester/backlog-alerts.ts";
import {deadLetterAlerts} from "../ingester/dead-letter-alerts.ts";
import {kafkaAlerts} from "../kafka/alerts.ts";
import {type Kept, timescaledbAlerts} from "../timescaledb/alerts.ts";
import {type Alert, FLOW, NOT_READY, type Thresholds} from "./alert.ts";
import {jvmAlerts} from "./jvm-alerts.ts";
import {podAlerts} from "./pod-alerts.ts";
import {clusterNotReady, readinessAlerts} from "./readiness-alerts.ts";
import {type Pipeline, type Select, selectOf, series} from "./records.ts";

function ownAlerts(select: Select, thresholds: Thresholds): Alert[] {
  const rows = select(series.rows);
  const lag = select(series.lag);
  const stale = secondsOf(thresholds.freshness);
  return [
    {
      name: "TelemetryStoreStale",
      severity: "critical",
      expr: `${select(series.freshness)} > ${stale}`,
      for: `${Math.min(60, Math.ceil(stale / 2))}s`,
      summary: "The newest event in {{ $labels.store }} came {{ $value | humanizeDuration }} ago.",
      meaning: "Dashboards show old data: no events arrive, or they do not reach the store.",
      fix: "`telemetry-operator status <pipeline>` shows the component that is not ready. If there is lag, read the log of the store's ingester; otherwise check the senders. If the fleet rests at times, raise spec.observability.alerting.thresholds.freshness. Nothing is lost within Kafka's retention.",
      explains: FLOW.slice(1),
      by: "store",
    },
    {
      name: "TelemetryConsumerStuck",
      severity: "critical",
      expr: `${lag} > 0 and ${rows} == 0`,
      for: "5m",
      summary: "No event has reached {{ $labels.store }} for 5 minutes and {{ $value }} wait.",
      meaning: "The ingester runs but writes nothing: the store rejects rows, or the consumer group cannot form.",
      fix: "The ingester's log has the store's error. The usual causes are a full disk and a manual change of the schema.",
      explains: ["TelemetryLagGrowing", "TelemetryWritesSlow"],
      by: "store",
    },
    {
      name: "TelemetryLagGrowing",
      severity: "warning",
      expr: `${select(series.lagSeconds)} > ${secondsOf(thresholds.lag)} and delta(${lag}[10m]) > 0`,
      for: "5m",
      by: "store",
      summary: "{{ $labels.store }} is {{ $value | humanizeDuration }} of data behind, and falls further back.",
      meaning: "More events arrive than the ingester writes.",
      fix: "Add ingesters (spec.ingester.<store>.replicas, or autoscale) up to the partitions, or give the store more CPU.",
    },
    {
      name: "TelemetryWritesSlow",
      severity: "warning",
      expr: `histogram_quantile(0.99, sum by (namespace, pipeline, store, le) (rate(${select("telemetry_ingester_write_seconds_bucket")}[5m]))) > 5`,
      for: "10m",
      by: "store",
      summary: "One in a hundred writes to {{ $labels.store }} takes {{ $value | humanizeDuration }}.",
      meaning: "The store is slow or briefly unavailable; the lag will grow next.",
      fix: "Check CPU, disk, and compactions or checkpoints of the store.",
    },
    ...deadLetterAlerts(select),
    {
      name: "TelemetryNoEvents",
      severity: "warning",
      expr: `sum by (namespace, pipeline, store) (increase(${select("telemetry_ingester_rows_total")}[15m])) == 0 and ${lag} == 0`,
      for: "5m",
      by: "store",
      summary: "No event has come for {{ $labels.store }} in 15 minutes.",
      meaning: "Nothing is sent: the vehicles are silent, or they cannot reach Kafka.",
      fix: "Check the senders. If the fleet rests at night, silence this alert.",
      explains: ["TelemetryVehicleSilent"],
    },
    {
      name: "TelemetrySimulatorStuck",
      severity: "warning",
      expr: `sum by (namespace, pipeline) (${select("telemetry_simulator_vehicles")}) > 0 and ${select(series.acknowledged)} == 0`,
      for: "5m",
      summary: "The simulator has {{ $value }} vehicles and Kafka acknowledges none of their events.",
      meaning: "The brokers are unreachable or have too few in-sync replicas.",
      fix: "Check the status of the Kafka resource and the simulator's log.",
    },
    {
      name: "TelemetryTargetDown",
      severity: "warning",
      expr: `sum by (namespace, pipeline, component) (${select("up", 'component!~"kafka|cassandra"')} == bool 0) > 0`,
      for: "3m",
      summary: "{{ $value }} pods of {{ $labels.component }} serve no metrics.",
      meaning: "These pods are not monitored; other alerts may be missing.",
      fix: "Check the pods. If they run, a NetworkPolicy may block Prometheus from port 8080.",
    },
  ];
}

export interface Watched {
  kafka: boolean;
  cassandra: boolean;
  timescaledb: Kept | false;
  flink: boolean;
  /** Whether the receiver runs: it looks at single vehicles, and counts what it delivers. */
  receiver: boolean;
  brokers: number;
  nodes: number;
  thresholds: Thresholds;
  /** Components with pods to scrape. */
  targets: string[];
  running: boolean;
}

const everything: Watched = {
  kafka: true,
  cassandra: true,
  timescaledb: {retentionSeconds: 2_592_000, chunkSeconds: 86_400, archived: true},
  flink: true,
  receiver: true,
  brokers: 1,
  nodes: 1,
  thresholds: {freshness: "2m", lag: "1m", silent: "5m"},
  targets: [...STORES.map((store) => `ingester-${store}`), "timescaledb"],
  running: true,
};

/** The alerts of one pipeline, for what it has. Series carry `pipeline` and `namespace` by the PodMonitors' relabelling. */
export function alertsOf(pipeline: Pipeline, watched: Partial<Watched> = {}): Alert[] {
  const {kafka, cassandra, timescaledb, flink, receiver, brokers, nodes, thresholds, targets, running} = {
    ...everything,
    ...watched,
  };
  const runsFlink = flink && running;
  const clusters = [...(kafka ? ["kafka"] : []), ...(cassandra ? ["cassandra"] : []), ...(runsFlink ? ["flink"] : [])];
  const select = selectOf(pipeline);
  return [
    ...ownAlerts(select, thresholds),
    ...podAlerts(pipeline),
    ...readinessAlerts(pipeline, {clusters, targets, running}),
    ...backlogAlerts(select),
    ...(receiver ? fleetAlerts(select, thresholds) : []),
    ...(kafka
      ? [
          ...kafkaAlerts(select, brokers),
          clusterNotReady(pipeline, "kafka", {name: "KafkaNotReady", explains: NOT_READY}),
        ]
      : []),
    ...(timescaledb ? timescaledbAlerts(select, timescaledb) : []),
    ...(cassandra
      ? [
          ...cassandraAlerts(select, nodes),
          ...partitionAlerts(select),
          clusterNotReady(pipeline, "cassandra", {
            name: "CassandraNotReady",
            explains: ["TelemetryComponentNotReady"],
            by: "store",
            labels: {store: "cassandra"},
          }),
        ]
      : []),
    ...(runsFlink ? [...flinkAlerts(select), clusterNotReady(pipeline, "flink", {name: "FlinkNotReady"})] : []),
    ...(kafka || cassandra ? jvmAlerts(select) : []),
  ];
}
