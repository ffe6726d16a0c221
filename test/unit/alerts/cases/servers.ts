import {type Case, own} from "../series.ts";

const sum = (name: string, more: string, bad: string, good: string, at = 20) => ({
  at,
  fires: [own(name, more, bad)],
  quiet: [own(name, more, good)],
});
const cassandraMetric = (name: string) => `org_apache_cassandra_metrics_${name}`;

/** Alerts on Kafka, the databases and Flink, by their own metrics. */
export const serverCases: Record<string, Case> = {
  KafkaBrokerOffline: sum("up", ',component="kafka",pod="a"', "1x5 0x15", "1x20"),
  CassandraNodeDown: sum("up", ',component="cassandra",pod="a"', "1x5 0x15", "1x20"),
  LakeServerDown: sum("up", ',component="lake",pod="a"', "1x5 0x15", "1x20"),
  LakeStoreFull: sum("SeaweedFS_volumeServer_read_only_volumes", ',type="isDiskSpaceLow"', "6x20", "0x20"),
  LakeDiskErrors: sum("SeaweedFS_volumeServer_storage_io_error_total", ',pod="a"', "0x15 2x5", "2x20"),
  LakeRequestsFailing: sum("SeaweedFS_s3_request_total", ',code="500",type="PUT"', "0+20x20", "0+1x20"),
  TimescaledbDown: sum("pg_up", "", "0x20", "1x20"),
  TimescaledbConnectionsExhausted: {
    at: 20,
    fires: [
      own("pg_stat_database_numbackends", ',datname="telemetry"', "85x20"),
      own("pg_settings_max_connections", "", "100x20"),
    ],
    quiet: [
      own("pg_stat_database_numbackends", ',datname="telemetry"', "70x20"),
      own("pg_settings_max_connections", "", "100x20"),
    ],
  },
  TimescaledbDeadlocks: sum("pg_stat_database_deadlocks", ',datname="telemetry"', "0x15 2x5", "2x20"),
  // A few tries that failed, as in a restart of the bucket, are none.
  TimescaledbArchiveFailing: sum("pg_stat_archiver_failed_count", "", "0+3x40", "0x5 3x35", 17),
  // Retention of 30 days, chunks of one: the oldest may be 31 days old.
  TimescaledbRetentionBehind: sum("timescaledb_oldest_chunk_age_seconds", "", "2700000+60x300", "2600000+60x300", 250),
  KafkaOfflinePartitions: sum("kafka_controller_kafkacontroller_offlinepartitionscount", "", "2x20", "0x20"),
  KafkaUnderReplicated: sum("kafka_server_replicamanager_underreplicatedpartitions", "", "1x20", "1x5 0x15"),
  KafkaNoController: sum("kafka_controller_kafkacontroller_activecontrollercount", ',pod="a"', "0x20", "1x20"),
  KafkaLogDirectoryOffline: sum("kafka_log_logmanager_offlinelogdirectorycount", ',pod="a"', "1x20", "0x20"),
  CassandraUnavailable: sum(
    cassandraMetric("client_request_unavailables_total"),
    ',request_type="Write"',
    "0+1x20",
    "5x20",
  ),
  CassandraTimeouts: sum(
    cassandraMetric("client_request_timeouts_total"),
    ',request_type="Write"',
    "0+90x20",
    "0+30x20",
  ),
  CassandraDroppedMessages: sum(
    cassandraMetric("dropped_message_dropped_total"),
    ',message_type="MUTATION_REQ"',
    "0+1x20",
    "3x20",
  ),
  CassandraCompactionsPending: sum(cassandraMetric("table_pending_compactions"), ',pod="a"', "150x20", "90x20"),
  // Sixteen events a second, as Cassandra rounds their day.
  CassandraPartitionWide: sum(
    cassandraMetric("table_max_partition_size"),
    ',pod="a",table="telemetry"',
    "200000000x20",
    "120000000x20",
  ),
  FlinkNoRunningJob: sum("flink_jobmanager_numRunningJobs", "", "0x20", "1x20"),
  FlinkNoCheckpoint: {
    at: 20,
    fires: [
      own("flink_jobmanager_job_numberOfCompletedCheckpoints", "", "7x30"),
      own("flink_jobmanager_numRunningJobs", "", "1x30"),
    ],
    quiet: [
      own("flink_jobmanager_job_numberOfCompletedCheckpoints", "", "0+6x30"),
      own("flink_jobmanager_numRunningJobs", "", "1x30"),
    ],
  },
  FlinkJobRestarting: sum("flink_jobmanager_job_numRestarts", "", "0+1x20", "1x5 2x15"),
  FlinkLateEventsDropped: sum("flink_taskmanager_job_task_operator_numLateRecordsDropped", "", "0+1x20", "5x20"),
  LongGarbageCollection: sum("jvm_gc_collection_seconds_sum", ',component="kafka",pod="a"', "0+9x20", "0+3x20"),
};
