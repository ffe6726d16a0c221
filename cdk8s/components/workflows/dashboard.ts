import {type Board, figure, graph, of, prometheusVariables} from "../../dashboards/kit.ts";

const increase = (metric: string, by: string): string => `sum by (${by}) (increase(${of(metric)}[$__rate_interval]))`;
/** Of all runs that the exporter has heard of: there is no increase where a counter begins. */
const mean = (metric: string): string =>
  `sum by (dag_id) (${of(`${metric}_sum`)}) / sum by (dag_id) (${of(`${metric}_count`)})`;
const heartbeats = (part: string): string => `sum(rate(${of(`airflow_${part}_heartbeat`)}[5m])) * 60`;

export const workflows: Board = {
  key: "workflows",
  title: "Workflows",
  description: "Workflows: Airflow's runs, their lengths and delays, and its processes.",
  alerts: true,
  variables: prometheusVariables(),
  rows: [
    [
      "Now",
      [
        figure("Tasks that run", "short", "Tasks at work.", [`sum(${of("airflow_executor_running_tasks")})`, "tasks"]),
        figure(
          "Tasks that wait",
          "short",
          "Tasks that wait for a free slot (spec.workflows.parallelism).",
          [`sum(${of("airflow_executor_queued_tasks")})`, "tasks"],
          [5, 20],
        ),
        figure(
          "Import errors",
          "short",
          "Files with DAGs that cannot be imported. The status names each.",
          [`max(${of("airflow_dag_processing_import_errors")})`, "files"],
          [1, 1],
        ),
        figure("Free slots", "short", "Tasks that could start at once.", [
          `sum(${of("airflow_executor_open_slots")})`,
          "slots",
        ]),
      ],
    ],
    [
      "Runs",
      [
        graph("Ended well", "short", "Runs that ended well, by DAG.", [
          increase("airflow_dagrun_duration_success_count", "dag_id"),
          "{{dag_id}}",
        ]),
        graph("Failed", "short", "Runs that failed after all retries, by DAG.", [
          increase("airflow_dagrun_duration_failed_count", "dag_id"),
          "{{dag_id}}",
        ]),
        graph("Length", "s", "Mean length of runs that ended well, by DAG.", [
          mean("airflow_dagrun_duration_success"),
          "{{dag_id}}",
        ]),
        graph("Delay", "s", "Mean time from the moment of the schedule to the start of a run.", [
          mean("airflow_dagrun_schedule_delay"),
          "{{dag_id}}",
        ]),
      ],
    ],
    [
      "Airflow",
      [
        graph(
          "Heartbeats",
          "short",
          "Signs of life a minute. A process that gives none does nothing.",
          [heartbeats("scheduler"), "scheduler"],
          [heartbeats("dag_processor"), "DAG processor"],
        ),
        graph("Time to read all DAGs", "s", "Longer than half a minute, and changes of DAGs are seen late.", [
          `max(${of("airflow_dag_processing_total_parse_time")})`,
          "seconds",
        ]),
      ],
    ],
  ],
};
