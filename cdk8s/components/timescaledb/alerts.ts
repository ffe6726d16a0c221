import {type Alert, FLOW} from "../monitoring/alert.ts";
import type {Select} from "../monitoring/records.ts";

interface Kept {
  /** How long a chunk may be kept: until its newest row is past the retention, and the next run of what drops it. */
  retentionSeconds: number;
  chunkSeconds: number;
  /** Whether the log goes to a bucket. */
  archived: boolean;
}

export const timescaledbAlerts = (select: Select, {retentionSeconds, chunkSeconds, archived}: Kept): Alert[] => [
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
