"""The scheduled jobs of the pipeline: one DAG each, of one task, which is a pod made from the job's template (jobs.json)."""

import json
from datetime import datetime, timedelta
from pathlib import Path

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import DAG
from airflow.timetables.interval import CronDataIntervalTimetable
from croniter import croniter

JOBS = json.loads((Path(__file__).parent / "jobs.json").read_text())

for job in JOBS:
    with DAG(
        dag_id=job["id"],
        description=job["description"],
        schedule=CronDataIntervalTimetable(job["schedule"], timezone="UTC"),
        # The first run is the next that is due: its interval began before there was a pipeline.
        start_date=croniter(job["schedule"], datetime.fromisoformat(job["start"])).get_prev(datetime),
        # Of runs that were missed the last one is made good; two of one job never meet.
        catchup=False,
        max_active_runs=1,
        is_paused_upon_creation=False,
        tags=["telemetry", job["component"]],
    ) as dag:
        container = job["pod"]["spec"]["containers"][0]["name"]
        KubernetesPodOperator(
            task_id="run",
            name=job["name"],
            namespace=job["namespace"],
            in_cluster=True,
            pod_template_dict=job["pod"],
            base_container_name=container,
            # A run by request has no interval: it ends when it was asked for.
            env_vars={"INTERVAL_END": "{{ (dag_run.data_interval_end or dag_run.run_after).isoformat() }}"},
            retries=job["retries"],
            retry_delay=timedelta(seconds=job["retryDelaySeconds"]),
            # The user's files, which may be away, are for the user's tasks alone.
            executor_config={"pod_template_file": job["workerTemplate"]} if "workerTemplate" in job else None,
            execution_timeout=timedelta(seconds=job["timeoutSeconds"]),
            startup_timeout_seconds=600,
            get_logs=True,
            init_container_logs=True,
            log_events_on_failure=True,
            on_finish_action="delete_pod",
        )
    globals()[job["id"]] = dag
