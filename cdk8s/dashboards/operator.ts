import {type Board, figure, graph, operatorVariables} from "./kit.ts";

const of = (metric: string, more = "") => `${metric}{namespace="$namespace"${more && `,${more}`}}`;
const rate = (metric: string, more = "") => `rate(${of(metric, more)}[$__rate_interval])`;
const p99 = (metric: string, by: string) =>
  `histogram_quantile(0.99, sum by (${by}, le) (${rate(`${metric}_bucket`)}))`;
/** Of the operator's own pods: others in the namespace have such series too. */
const ofReplicas = (expr: string) =>
  `${expr} and on (namespace, pod) ${of("leader_election_master_status", 'name="telemetry-operator"')}`;
const controller = 'controller="telemetrypipeline"';

/** By controller-runtime's names. `controller` keeps the series of other operators in the namespace apart. */
export const operator: Board = {
  key: "operator",
  title: "Operator",
  description: "The operator itself: reconciles, queue, requests to the API server, leader, memory.",
  variables: operatorVariables(),
  rows: [
    [
      "Now",
      [
        figure(
          "Leaders",
          "short",
          "One, always.",
          [`sum(${of("leader_election_master_status", 'name="telemetry-operator"')})`, "leaders"],
          [2, 3],
        ),
        figure(
          "Reconciles",
          "ops",
          "Reconciles a second. A ready pipeline is reconciled on changes and every ten minutes.",
          [`sum(${rate("controller_runtime_reconcile_total", controller)})`, "all"],
        ),
        figure(
          "Errors in range",
          "short",
          "Failed reconciles in the selected time range; they are retried.",
          [
            `sum(increase(${of("controller_runtime_reconcile_total", `${controller},result="error"`)}[$__range])) or vector(0)`,
            "errors",
          ],
          [1, 100],
        ),
        figure(
          "Reconcile, p99",
          "s",
          "The 99th percentile of the duration of a reconcile.",
          [`max(${p99("controller_runtime_reconcile_time_seconds", "controller")})`, "p99"],
          [1, 10],
        ),
        figure("Queue", "short", "Pipelines in the queue.", [`sum(${of("workqueue_depth")})`, "waiting"], [50, 500]),
        figure("Memory", "bytes", "Resident memory of the largest replica.", [
          `max(${ofReplicas(of("process_resident_memory_bytes"))})`,
          "memory",
        ]),
      ],
    ],
    [
      "Reconciles",
      [
        graph("Reconciles", "ops", "By how they ended.", [
          `sum by (result) (${rate("controller_runtime_reconcile_total", controller)})`,
          "{{result}}",
        ]),
        graph(
          "Time of a reconcile",
          "s",
          "Median and 99th percentile.",
          [
            `histogram_quantile(0.5, sum by (controller, le) (${rate("controller_runtime_reconcile_time_seconds_bucket")}))`,
            "median",
          ],
          [p99("controller_runtime_reconcile_time_seconds", "controller"), "p99"],
        ),
        graph("Time in the queue, p99", "s", "Time that a change waits in the queue.", [
          p99("workqueue_queue_duration_seconds", "name"),
          "{{name}}",
        ]),
        graph(
          "Added to the queue",
          "ops",
          "Additions by watches and timers, and retries after errors.",
          [`sum(${rate("workqueue_adds_total")})`, "added"],
          [`sum(${rate("workqueue_retries_total")}) or vector(0)`, "after an error"],
        ),
      ],
    ],
    [
      "API server",
      [
        graph(
          "Requests",
          "reqps",
          "Requests by method and status code. A steady operator only watches and renews its Lease.",
          [`sum by (method, code) (${rate("rest_client_requests_total")})`, "{{method}} {{code}}"],
        ),
        graph("Watches that ended early", "ops", "Closed watches by cause; they are reopened at once.", [
          `sum by (reason) (${rate("telemetry_operator_watch_restarts_total")}) or vector(0)`,
          "{{reason}}",
        ]),
      ],
    ],
    [
      "Process",
      [
        graph("Memory", "bytes", "Resident memory of each replica.", [
          ofReplicas(of("process_resident_memory_bytes")),
          "{{pod}}",
        ]),
        graph("CPU", "short", "Cores in use.", [ofReplicas(rate("process_cpu_seconds_total")), "{{pod}}"]),
        graph("Event loop delay, p99", "s", "Event loop delay of Node.", [
          ofReplicas(of("nodejs_eventloop_lag_p99_seconds")),
          "{{pod}}",
        ]),
      ],
    ],
  ],
};
