import {isRunning, type ResolvedSpec} from "../../../api/pipeline.ts";
import {type Alert, NOT_READY} from "../monitoring/alert.ts";
import type {Select} from "../monitoring/records.ts";

/** The series that alerts and the dashboard use, of some three hundred with names of each DAG in them. */
export const KEPT = `airflow_(${[
  "(scheduler|dag_processor|triggerer)_heartbeat",
  "dag_processing_(import_errors|total_parse_time)",
  "dagrun_duration_(success|failed)_(sum|count)",
  "dagrun_schedule_delay_(sum|count)",
  "executor_(running|queued)_tasks",
  "executor_open_slots",
].join("|")})`;

const LOGS = "`kubectl logs -l telemetry.dev/component=workflows --prefix` has the reason.";

export function workflowsAlerts(select: Select, spec: ResolvedSpec): Alert[] {
  if (!isRunning(spec)) return [];
  const failed = (offset = "") =>
    `sum by (namespace, pipeline, dag_id) (${select("airflow_dagrun_duration_failed_count")}${offset})`;
  const [now, before] = [failed(), failed(" offset 15m")];
  const [delay, runs] = ["sum", "count"].map(
    (figure) =>
      `sum by (namespace, pipeline, dag_id) (increase(${select(`airflow_dagrun_schedule_delay_${figure}`)}[15m]))`,
  );
  return [
    {
      name: "WorkflowsSchedulerDown",
      severity: "critical",
      expr: `(sum(increase(${select("airflow_scheduler_heartbeat")}[5m])) or vector(0)) == 0`,
      for: "10m",
      summary: "Airflow's scheduler has given no sign of life for a quarter of an hour.",
      meaning: "No scheduled job runs: no backup, no retention, no maintenance of the lake. Events go on as before.",
      fix: `Check the pod <pipeline>-workflows-scheduler and the database. ${LOGS} With spec.workflows.enabled false the jobs run as CronJobs.`,
      explains: ["WorkflowsRunsLate", ...NOT_READY],
    },
    {
      name: "WorkflowsRunFailed",
      severity: "warning",
      // A counter begins with the first failure: there is no 0 before it.
      expr: `(${now} - ${before}) > 0 or (${now} unless ${before}) > 0`,
      for: "0m",
      summary: "A run of DAG {{ $labels.dag_id }} failed in the last 15 minutes, after all its retries.",
      meaning: "What the DAG does was not done, or a check found something wrong. The next run tries again.",
      fix: "`npx telemetry-operator workflows <pipeline> logs {{ $labels.dag_id }}` shows the log of the last run.",
    },
    {
      name: "WorkflowsImportErrors",
      severity: "warning",
      expr: `max(${select("airflow_dag_processing_import_errors")}) > 0`,
      for: "5m",
      summary: "{{ $value }} files with DAGs cannot be imported.",
      meaning: "Their DAGs do not run, or run as they were before.",
      fix: "`npx telemetry-operator status <pipeline>` names each file and its error. Correct spec.workflows.dags, or what it names.",
    },
    {
      name: "WorkflowsRunsLate",
      severity: "warning",
      expr: `${delay} / (${runs} > 0) > 600`,
      for: "5m",
      summary: "Runs of DAG {{ $labels.dag_id }} start {{ $value | humanizeDuration }} late.",
      meaning: "Jobs wait for one another, or for room on a node.",
      fix: "Raise spec.workflows.parallelism, or look for pods that are Pending: `kubectl get pods`.",
    },
  ];
}
