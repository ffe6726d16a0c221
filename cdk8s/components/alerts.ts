import {secondsOf} from "../../api/quantities.ts";
import {STORES} from "../../api/stores.ts";
import {backlogAlerts} from "./backlog-alerts.ts";
import {deadLetterAlerts} from "./dead-letter-alerts.ts";
import {fleetAlerts} from "./fleet-alerts.ts";
import {partitionAlerts} from "./partition-alerts.ts";
import {podAlerts} from "./pod-alerts.ts";
import {clusterNotReady, readinessAlerts} from "./readiness-alerts.ts";
import {type Pipeline, type Select, selectOf, series} from "./records.ts";

/** One alert: its rule, what it tells people, and what they do. docs/reference/alerts.md is generated from it. */
export interface Alert {
  name: string;
  /** `none` is sent to nobody but the receiver. */
  severity: "critical" | "warning" | "none";
  /** PromQL over the series of one pipeline. */
  expr: string;
  for: string;
  summary: string;
  /** What users notice, and what to look at. */
  meaning: string;
  fix: string;
  /** Alerts that this one explains: while it fires, nobody is told of them. */
  explains?: string[];
  /** Labels besides `pipeline` by which it is told apart, and by which it explains others. */
  by?: "store" | "persistentvolumeclaim";
  /** Labels that the rule adds. */
  labels?: Record<string, string>;
}

export interface Thresholds {
  freshness: string;
  lag: string;
  silent: string;
}

const FLOW = [
  "TelemetryStoreStale",
  "TelemetryConsumerStuck",
  "TelemetryLagGrowing",
  "TelemetryWritesSlow",
  "TelemetryNoEvents",
  "TelemetrySimulatorStuck",
  "TelemetryVehicleSilent",
];

const NOT_READY = ["TelemetryComponentNotReady", "TelemetryCompanionNotReady", "TelemetryComponentAbsent"];

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

const kafkaAlerts = (select: Select, brokers: number): Alert[] => [
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

const cassandraAlerts = (select: Select, nodes: number): Alert[] => [
  {
    name: "CassandraNodeDown",
    severity: "critical",
    expr: `(sum(${select("up", 'component="cassandra"')}) or vector(0)) < ${nodes}`,
    for: "3m",
    summary: `{{ $value }} of ${nodes} Cassandra nodes give a sign of life.`,
    meaning: "A node is down. With too few nodes, the ingester waits and queries fail.",
    fix: "`kubectl get pods -l cassandra.datastax.com/cluster=<pipeline>`: check the pod that is missing or not ready, its node and its volume.",
    explains: [
      "CassandraNotReady",
      "CassandraUnavailable",
      "CassandraTimeouts",
      "CassandraDroppedMessages",
      "TelemetryComponentNotReady",
      ...FLOW.slice(0, 4),
    ],
    by: "store",
    labels: {store: "cassandra"},
  },
  {
    name: "CassandraUnavailable",
    severity: "critical",
    expr: `sum by (namespace, pipeline, request_type) (rate(${select("org_apache_cassandra_metrics_client_request_unavailables_total")}[5m])) > 0`,
    for: "2m",
    summary: "Cassandra has too few replicas for a {{ $labels.request_type }}.",
    meaning: "Ingesters retry; queries fail.",
    fix: "Bring the nodes back: `kubectl get pods -l cassandra.datastax.com/cluster=<pipeline>`.",
    explains: ["CassandraTimeouts", ...FLOW.slice(0, 4)],
    by: "store",
    labels: {store: "cassandra"},
  },
  {
    name: "CassandraTimeouts",
    severity: "warning",
    expr: `sum by (namespace, pipeline, request_type) (rate(${select("org_apache_cassandra_metrics_client_request_timeouts_total")}[5m])) > 1`,
    for: "5m",
    summary: "{{ $value | humanize }} requests a second time out ({{ $labels.request_type }}).",
    meaning: "Nodes are overloaded or their disks are slow.",
    fix: "Check CPU, garbage collection and pending compactions; add nodes with spec.cassandra.size.",
  },
  {
    name: "CassandraDroppedMessages",
    severity: "critical",
    expr: `sum by (namespace, pipeline, message_type) (rate(${select("org_apache_cassandra_metrics_dropped_message_dropped_total")}[5m])) > 0`,
    for: "2m",
    summary: "Nodes drop {{ $labels.message_type }} messages.",
    meaning: "A replica dropped work because it was too late. Hints or a repair restore the missing data.",
    fix: "Reduce the load of the nodes, then run a repair.",
  },
  {
    name: "CassandraCompactionsPending",
    severity: "warning",
    expr: `sum by (namespace, pipeline, pod) (${select("org_apache_cassandra_metrics_table_pending_compactions")}) > 100`,
    for: "15m",
    summary: "{{ $value }} compactions wait on {{ $labels.pod }}.",
    meaning: "Reads become slow and the disk fills faster than necessary.",
    fix: "Give the nodes more CPU and disk speed, or add nodes.",
  },
];

const jvmAlerts = (select: Select): Alert[] => [
  {
    name: "LongGarbageCollection",
    severity: "warning",
    expr: `sum by (namespace, pipeline, component, pod) (rate(${select("jvm_gc_collection_seconds_sum")}[5m])) > 0.1`,
    for: "10m",
    summary: "{{ $labels.pod }} spends {{ $value | humanizePercentage }} of its time on garbage collection.",
    meaning: "Its heap is too small for its load; requests will time out.",
    fix: "Choose a larger profile, or spread the load over more nodes.",
  },
];

const flinkAlerts = (select: Select): Alert[] => [
  {
    name: "FlinkNoRunningJob",
    severity: "critical",
    // Without a JobManager there is no series.
    expr: `(sum(${select("flink_jobmanager_numRunningJobs")}) or vector(0)) < 1`,
    for: "5m",
    explains: ["FlinkNotReady"],
    summary: "The Flink job does not run.",
    meaning: "No windows or vehicle alerts are written. Events wait in Kafka; nothing is lost within its retention.",
    fix: "The pipeline's status has the cause; `kubectl logs deploy/<pipeline>-flink` has the details.",
  },
  {
    name: "FlinkNoCheckpoint",
    severity: "warning",
    expr: `sum(increase(${select("flink_jobmanager_job_numberOfCompletedCheckpoints")}[10m])) == 0 and sum(${select("flink_jobmanager_numRunningJobs")}) > 0`,
    for: "5m",
    summary: "The Flink job has completed no checkpoint for 10 minutes.",
    meaning: "After a failure the job would repeat this time, and an upgrade would start from old state.",
    fix: "Check the checkpoint volume (full or missing) and back pressure: TimescaleDB may be slow.",
  },
  {
    name: "FlinkJobRestarting",
    severity: "warning",
    expr: `sum(increase(${select("flink_jobmanager_job_numRestarts")}[15m])) > 3`,
    for: "0m",
    summary: "The Flink job has restarted {{ $value | humanize }} times in 15 minutes.",
    meaning: "The job fails repeatedly; windows are late.",
    fix: "The pipeline's status names the cause: TimescaleDB or Kafka unavailable, too little memory, or a statement of spec.flink.sql.",
  },
  {
    name: "FlinkLateEventsDropped",
    severity: "warning",
    expr: `sum(increase(${select("flink_taskmanager_job_task_operator_numLateRecordsDropped")}[15m])) > 0`,
    for: "0m",
    summary: "{{ $value | humanize }} events came after their window had closed and are not listed in vehicle_late.",
    meaning:
      "A partition was unavailable for longer than its idle timeout, so windows closed without it. The raw rows contain these events.",
    fix: "Recompute the windows of that time from table telemetry; see docs/flink.md.",
  },
];

interface Kept {
  /** How long a chunk may be kept: until its newest row is past the retention, and the next run of what drops it. */
  retentionSeconds: number;
  chunkSeconds: number;
  /** Whether the log goes to a bucket. */
  archived: boolean;
}

const timescaledbAlerts = (select: Select, {retentionSeconds, chunkSeconds, archived}: Kept): Alert[] => [
  {
    name: "TimescaledbDown",
    severity: "critical",
    expr: `max by (namespace, pipeline) (${select("pg_up")}) == 0`,
    for: "2m",
    summary: "TimescaleDB accepts no connections.",
    meaning: "Events wait in Kafka, and stored rows cannot be read.",
    explains: ["TelemetryComponentNotReady", ...FLOW.slice(0, 4)],
    by: "store",
    labels: {store: "timescaledb"},
    fix: "Check the pod <pipeline>-timescaledb-0 and its log. If it runs, the password of <pipeline>-timescaledb-monitor may not be set yet.",
  },
  {
    name: "TimescaledbConnectionsExhausted",
    severity: "warning",
    expr: `sum(${select("pg_stat_database_numbackends")}) / max(${select("pg_settings_max_connections")}) > 0.8`,
    for: "5m",
    summary: "{{ $value | humanizePercentage }} of TimescaleDB's connections are in use.",
    meaning: "Soon no client can connect, ingesters included.",
    fix: "List the connections: `SELECT usename, application_name, count(*) FROM pg_stat_activity GROUP BY 1, 2`. Use a connection pool for readers.",
  },
  {
    name: "TimescaledbDeadlocks",
    severity: "warning",
    expr: `sum(increase(${select("pg_stat_database_deadlocks")}[10m])) > 0`,
    for: "0m",
    summary:
      "{{ $value | humanize }} transactions of the last 10 minutes were ended because two waited for each other.",
    meaning: "The ingester retries and loses nothing; other writers may lose data.",
    fix: "The server's log names both statements. Statements of your own on `telemetry` should lock rows in the order of (vehicle_id, ts).",
  },
  {
    name: "TimescaledbRetentionBehind",
    severity: "warning",
    expr: `max(${select("timescaledb_oldest_chunk_age_seconds")}) > ${retentionSeconds + chunkSeconds}`,
    for: "3h",
    summary: "The oldest chunk is {{ $value | humanizeDuration }} old: it should have been dropped.",
    meaning: "The volume fills with rows older than spec.timescaledb.retention.",
    fix: "Check the Jobs of CronJob <pipeline>-timescaledb-retention and their logs: `kubectl get jobs`.",
  },
  ...(archived ? archiveAlerts(select) : []),
];

const archiveAlerts = (select: Select): Alert[] => [
  {
    name: "TimescaledbArchiveFailing",
    severity: "critical",
    expr: `sum(increase(${select("pg_stat_archiver_failed_count")}[5m])) > 0`,
    for: "10m",
    summary: "TimescaleDB's write-ahead log does not reach the backup bucket.",
    meaning:
      "New data could not be restored, and the log stays on TimescaleDB's volume until it is full, which stops the server.",
    fix: "`kubectl logs <pipeline>-timescaledb-0` has pgBackRest's message: the bucket, its key or certificate, or an archive of another server at the same prefix. If the bucket is gone for good, set spec.timescaledb.backup.method to Dump.",
  },
];

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
