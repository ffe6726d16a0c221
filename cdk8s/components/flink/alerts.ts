import type {Alert} from "../monitoring/alert.ts";
import type {Select} from "../monitoring/records.ts";

export const flinkAlerts = (select: Select): Alert[] => [
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
    expr: `round(sum(increase(${select("flink_jobmanager_job_numRestarts")}[15m]))) > 3`,
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
