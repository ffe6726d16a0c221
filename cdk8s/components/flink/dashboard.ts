import {
  type Board,
  figure,
  graph,
  of,
  prometheusVariables,
  type Query,
  rate,
  timescaledbVariable,
} from "../../dashboards/kit.ts";

const jm = (name: string, more = "") => of(`flink_jobmanager_${name}`, more);
const task = (name: string) => of(`flink_taskmanager_job_task_${name}`);
const both = (name: string, component: "Heap_Used" | "Heap_Max" | string): [string, string][] => [
  [of(`flink_jobmanager_Status_${component}`), `{{pod}} ${name}`],
  [of(`flink_taskmanager_Status_${component}`), `{{pod}} ${name}`],
];

/** A figure of all vehicles' windows, at the time that they began. */
const windows = (...columns: string[]): Query => ({
  sql: `SELECT $__timeGroupAlias(window_start, $__interval), ${columns.join(", ")}
FROM vehicle_window WHERE $__timeFilter(window_start) GROUP BY 1 ORDER BY 1`,
  as: "time_series",
});

export const flink: Board = {
  key: "flink",
  title: "Flink",
  description: "Flink job (spec.flink.enabled): results, checkpoints and processes.",
  alerts: true,
  variables: [...prometheusVariables(), timescaledbVariable()],
  rows: [
    [
      "Now",
      [
        figure("Running jobs", "short", "One, while the pipeline runs.", [`sum(${jm("numRunningJobs")})`, "jobs"]),
        figure("TaskManagers", "short", "TaskManagers registered at the JobManager.", [
          `sum(${jm("numRegisteredTaskManagers")})`,
          "TaskManagers",
        ]),
        figure(
          "Restarts in range",
          "short",
          "Restarts from a checkpoint in the selected time range.",
          [`sum(delta(${jm("job_numRestarts")}[$__range]))`, "restarts"],
          [1, 5],
        ),
        figure(
          "Failed checkpoints in range",
          "short",
          "After a restart, events since the last completed checkpoint are read again.",
          [`sum(delta(${jm("job_numberOfFailedCheckpoints")}[$__range]))`, "checkpoints"],
          [1, 10],
        ),
        figure(
          "Last checkpoint",
          "ms",
          "Duration of the last checkpoint.",
          [`max(${jm("job_lastCheckpointDuration")})`, "time"],
          [10_000, 60_000],
        ),
        figure("State", "bytes", "Size of the last checkpoint.", [`max(${jm("job_lastCheckpointFullSize")})`, "size"]),
      ],
    ],
    [
      "Job",
      [
        graph("Records in", "recps", "Records a second into each task.", [
          `sum by (task_name) (${task("numRecordsInPerSecond")})`,
          "{{task_name}}",
        ]),
        graph("Records out", "recps", "Records a second out of each task.", [
          `sum by (task_name) (${task("numRecordsOutPerSecond")})`,
          "{{task_name}}",
        ]),
        graph(
          "Busy and held back",
          "ms",
          "Milliseconds of each second in which a task is busy or back-pressured. Above 500 ms of back pressure, the next task is too slow.",
          [`max by (task_name) (${task("busyTimeMsPerSecond")})`, "{{task_name}} busy"],
          [`max by (task_name) (${task("backPressuredTimeMsPerSecond")})`, "{{task_name}} held back"],
        ),
        graph("Events that wait", "short", "Events in Kafka that the source has not read yet.", [
          `sum(${of("flink_taskmanager_job_task_operator_pendingRecords")})`,
          "events",
        ]),
        graph(
          "Checkpoints",
          "ops",
          "Completed and failed checkpoints a second.",
          [`sum(${rate("flink_jobmanager_job_numberOfCompletedCheckpoints")})`, "completed"],
          [`sum(${rate("flink_jobmanager_job_numberOfFailedCheckpoints")})`, "failed"],
        ),
        graph(
          "Time of a checkpoint",
          "ms",
          "If it is close to the interval, the state is too large or the storage too slow.",
          [jm("job_lastCheckpointDuration"), "last"],
        ),
      ],
    ],
    [
      "What it found",
      [
        graph(
          "Speed by window",
          "velocitykmh",
          "Average and maximum of all vehicles, by start of the window.",
          windows("avg(avg_speed) AS average", "max(max_speed) AS highest"),
        ),
        graph(
          "Distance by window",
          "lengthkm",
          "Kilometres of all vehicles, by start of the window.",
          windows("sum(distance_km) AS distance"),
        ),
        graph("Events by window", "short", "Events counted, by start of the window.", windows("sum(count) AS events")),
      ],
    ],
    [
      "Processes",
      [
        graph(
          "Heap",
          "bytes",
          "Heap of JobManager and TaskManagers: used and maximum.",
          ...both("used", "JVM_Memory_Heap_Used"),
          ...both("limit", "JVM_Memory_Heap_Max"),
        ),
        graph("CPU, share of the machine", "percentunit", "As the JVM sees it.", ...both("", "JVM_CPU_Load")),
        graph("Threads", "short", "Threads that live now.", ...both("", "JVM_Threads_Count")),
      ],
    ],
  ],
};
