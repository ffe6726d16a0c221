import {type Board, figure, graph, of, prometheusVariables, type Query, rate, timescaledbVariable} from "./kit.ts";

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
  description: "The stream job where spec.flink.enabled is true: what it found, its checkpoints and its processes.",
  alerts: true,
  variables: [...prometheusVariables(), timescaledbVariable()],
  rows: [
    [
      "Now",
      [
        figure("Running jobs", "short", "One, while the pipeline runs.", [`sum(${jm("numRunningJobs")})`, "jobs"]),
        figure("TaskManagers", "short", "Those that the JobManager knows.", [
          `sum(${jm("numRegisteredTaskManagers")})`,
          "TaskManagers",
        ]),
        figure(
          "Restarts in range",
          "short",
          "How often the job began again from a checkpoint, in the chosen time.",
          [`sum(delta(${jm("job_numRestarts")}[$__range]))`, "restarts"],
          [1, 5],
        ),
        figure(
          "Failed checkpoints in range",
          "short",
          "After a restart, events since the last completed one are read again.",
          [`sum(delta(${jm("job_numberOfFailedCheckpoints")}[$__range]))`, "checkpoints"],
          [1, 10],
        ),
        figure(
          "Last checkpoint",
          "ms",
          "Time that the last checkpoint took.",
          [`max(${jm("job_lastCheckpointDuration")})`, "time"],
          [10_000, 60_000],
        ),
        figure("State", "bytes", "Size of the last checkpoint.", [`max(${jm("job_lastCheckpointFullSize")})`, "size"]),
      ],
    ],
    [
      "Job",
      [
        graph("Records in", "recps", "Records a second that each task takes.", [
          `sum by (task_name) (${task("numRecordsInPerSecond")})`,
          "{{task_name}}",
        ]),
        graph("Records out", "recps", "Records a second that each task hands on.", [
          `sum by (task_name) (${task("numRecordsOutPerSecond")})`,
          "{{task_name}}",
        ]),
        graph(
          "Busy and held back",
          "ms",
          "Milliseconds of each second in which a task works, and in which it waits for the next one. Held back above 500 ms: the next task is too slow.",
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
          "Checkpoints a second that were completed, and that failed.",
          [`sum(${rate("flink_jobmanager_job_numberOfCompletedCheckpoints")})`, "completed"],
          [`sum(${rate("flink_jobmanager_job_numberOfFailedCheckpoints")})`, "failed"],
        ),
        graph("Time of a checkpoint", "ms", "Near the interval, the state is too large or the store too slow.", [
          jm("job_lastCheckpointDuration"),
          "last",
        ]),
      ],
    ],
    [
      "What it found",
      [
        graph(
          "Speed by window",
          "velocitykmh",
          "Average and highest of all vehicles in the windows that began then.",
          windows("avg(avg_speed) AS average", "max(max_speed) AS highest"),
        ),
        graph(
          "Distance by window",
          "lengthkm",
          "Kilometres that all vehicles drove in the windows that began then.",
          windows("sum(distance_km) AS distance"),
        ),
        graph(
          "Events by window",
          "short",
          "Events that the windows that began then have counted.",
          windows("sum(count) AS events"),
        ),
      ],
    ],
    [
      "Processes",
      [
        graph(
          "Heap",
          "bytes",
          "Heap of JobManager and TaskManagers, and what it may grow to.",
          ...both("used", "JVM_Memory_Heap_Used"),
          ...both("limit", "JVM_Memory_Heap_Max"),
        ),
        graph("CPU, share of the machine", "percentunit", "As the JVM sees it.", ...both("", "JVM_CPU_Load")),
        graph("Threads", "short", "Threads that live now.", ...both("", "JVM_Threads_Count")),
      ],
    ],
  ],
};
