import {type Case, cronRun, own} from "../series.ts";

const DAG = ',dag_id="timescaledb_backup",run_type="scheduled"';
const failures = (values: string) => own("airflow_dagrun_duration_failed_count", DAG, values);
const delay = (figure: string, values: string) => own(`airflow_dagrun_schedule_delay_${figure}`, DAG, values);
const failedJob = (values: string) => ({
  series: 'kube_job_failed{namespace="default",job_name="fleet-backup-1",condition="true"}',
  values,
});

/** Alerts on what has a schedule, in Airflow and without it. */
export const workflowsCases: Record<string, Case> = {
  WorkflowsSchedulerDown: {
    at: 30,
    fires: [own("airflow_scheduler_heartbeat", "", "0+12x8 96x22")],
    // A restart, after which it counts anew.
    quiet: [own("airflow_scheduler_heartbeat", "", "0+12x15 0+12x15")],
  },
  // The first failure is the first sample of its counter.
  WorkflowsRunFailed: {at: 30, fires: [failures("_x25 1x5")], quiet: [failures("1x30")]},
  WorkflowsImportErrors: {
    at: 20,
    fires: [own("airflow_dag_processing_import_errors", "", "0x5 1x15")],
    quiet: [own("airflow_dag_processing_import_errors", "", "0x5 1x3 0x12")],
  },
  WorkflowsRunsLate: {
    at: 40,
    fires: [delay("sum", "0+900x40"), delay("count", "0+1x40")],
    quiet: [delay("sum", "0+30x40"), delay("count", "0+1x40")],
  },
  TelemetryJobFailed: {
    at: 90,
    fires: [cronRun("fleet-backup-1", "fleet-backup"), failedJob("_x60 1x30")],
    // It failed long ago, and nobody has removed it.
    quiet: [cronRun("fleet-backup-1", "fleet-backup"), failedJob("1x90")],
  },
};
