import {cassandraSeries} from "../../cdk8s/components/cassandra/metrics.ts";

/** What others than our programs serve, and dashboards and alerts may ask for; the end-to-end test asks for data of each. */
const prometheus = ["up", "ALERTS"];
const nodejs = ["process_resident_memory_bytes", "process_cpu_seconds_total", "nodejs_eventloop_lag_p99_seconds"];
const jvm = [
  "jvm_memory_used_bytes",
  "jvm_memory_max_bytes",
  "jvm_gc_collection_seconds_sum",
  "jvm_gc_collection_seconds_count",
  "jvm_threads_current",
  "process_open_fds",
  "process_max_fds",
];
const topics = ["messagesin", "bytesin", "bytesout", "totalproducerequests", "failedproducerequests"];
/** By the names of Strimzi's example of a JMX exporter's rules. */
const kafka = [
  ...[...topics, "totalfetchrequests", "failedfetchrequests"].map((name) => `brokertopicmetrics_${name}_total`),
  ...["underreplicatedpartitions", "underminisrpartitioncount", "partitioncount", "leadercount"].map(
    (name) => `replicamanager_${name}`,
  ),
  ...["isrshrinks_total", "isrexpands_total"].map((name) => `replicamanager_${name}`),
].map((name) => `kafka_server_${name}`);
const controller = ["activecontrollercount", "offlinepartitionscount"].map(
  (name) => `kafka_controller_kafkacontroller_${name}`,
);
/** Prometheus' postgres_exporter, and our questions of it. */
const postgres = [
  "pg_up",
  "pg_settings_max_connections",
  "pg_database_size_bytes",
  "pg_locks_count",
  "pg_stat_activity_count",
  "pg_stat_activity_max_tx_duration",
  ...["numbackends", "blks_hit", "blks_read", "tup_inserted", "tup_fetched", "xact_commit", "xact_rollback"].map(
    (name) => `pg_stat_database_${name}`,
  ),
  "pg_stat_database_temp_bytes",
  "pg_stat_database_deadlocks",
  "pg_stat_archiver_failed_count",
  "timescaledb_chunks",
  "timescaledb_oldest_chunk_age_seconds",
  "timescaledb_hypertable_size_bytes",
];
/** Flink's Prometheus reporter: scope and name of the metrics reference, joined by underscores. */
const flink = [
  "jobmanager_numRunningJobs",
  "jobmanager_numRegisteredTaskManagers",
  "jobmanager_job_numRestarts",
  "jobmanager_job_numberOfCompletedCheckpoints",
  "jobmanager_job_numberOfFailedCheckpoints",
  "jobmanager_job_lastCheckpointDuration",
  "jobmanager_job_lastCheckpointFullSize",
  ...["numRecordsInPerSecond", "numRecordsOutPerSecond", "busyTimeMsPerSecond", "backPressuredTimeMsPerSecond"].map(
    (name) => `taskmanager_job_task_${name}`,
  ),
  "taskmanager_job_task_operator_pendingRecords",
  ...["jobmanager", "taskmanager"].flatMap((process) =>
    ["JVM_Memory_Heap_Used", "JVM_Memory_Heap_Max", "JVM_CPU_Load", "JVM_Threads_Count"].map(
      (name) => `${process}_Status_${name}`,
    ),
  ),
].map((name) => `flink_${name}`);

const seaweedfs = [
  ...[
    "bucket_size_bytes",
    "bucket_object_count",
    "bucket_traffic_received_bytes_total",
    "bucket_traffic_sent_bytes_total",
    "request_total",
    "request_seconds_sum",
    "request_seconds_count",
  ].map((name) => `s3_${name}`),
  ...["resource", "read_only_volumes", "total_disk_size", "storage_io_error_total"].map(
    (name) => `volumeServer_${name}`,
  ),
].map((name) => `SeaweedFS_${name}`);

/** Airflow's StatsD metrics, by Prometheus' exporter. */
const airflow = [
  ...["scheduler", "dag_processor"].map((part) => `${part}_heartbeat`),
  "dag_processing_import_errors",
  "dag_processing_total_parse_time",
  ...["success", "failed"].flatMap((end) => ["sum", "count"].map((figure) => `dagrun_duration_${end}_${figure}`)),
  ...["sum", "count"].map((figure) => `dagrun_schedule_delay_${figure}`),
  ...["running_tasks", "queued_tasks", "open_slots"].map((name) => `executor_${name}`),
].map((name) => `airflow_${name}`);

export const EXPORTED = new Set([
  ...prometheus,
  ...nodejs,
  ...jvm,
  ...kafka,
  ...controller,
  "kafka_log_logmanager_offlinelogdirectorycount",
  ...cassandraSeries,
  ...postgres,
  ...flink,
  ...seaweedfs,
  ...airflow,
]);
