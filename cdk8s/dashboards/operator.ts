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
        figure("Reconciles", "ops", "Reconciles a second; each pipeline is looked at every 5 s.", [
          `sum(${rate("controller_runtime_reconcile_total", controller)})`,
          "all",
        ]),
        figure(
          "Errors in range",
          "short",
          "Reconciles of the chosen time that threw; they are tried again.",
          [
            `sum(increase(${of("controller_runtime_reconcile_total", `${controller},result="error"`)}[$__range])) or vector(0)`,
            "errors",
          ],
          [1, 100],
        ),
        figure(
          "Reconcile, p99",
          "s",
          "Time of one reconcile in a hundred.",
          [`max(${p99("controller_runtime_reconcile_time_seconds", "controller")})`, "p99"],
          [1, 10],
        ),
        figure(
          "Queue",
          "short",
          "Pipelines that wait for their turn.",
          [`sum(${of("workqueue_depth")})`, "waiting"],
          [50, 500],
        ),
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
          "Median and one in a hundred.",
          [
            `histogram_quantile(0.5, sum by (controller, le) (${rate("controller_runtime_reconcile_time_seconds_bucket")}))`,
            "median",
          ],
          [p99("controller_runtime_reconcile_time_seconds", "controller"), "p99"],
        ),
        graph("Time in the queue, p99", "s", "How long a change waits before it is looked at.", [
          p99("workqueue_queue_duration_seconds", "name"),
          "{{name}}",
        ]),
        graph(
          "Added to the queue",
          "ops",
          "By watches and timers, and after errors.",
          [`sum(${rate("workqueue_adds_total")})`, "added"],
          [`sum(${rate("workqueue_retries_total")}) or vector(0)`, "after an error"],
        ),
      ],
    ],
    [
      "API server",
      [
        graph("Requests", "reqps", "By method and answer. A steady operator only watches, and renews its Lease.", [
          `sum by (method, code) (${rate("rest_client_requests_total")})`,
          "{{method}} {{code}}",
        ]),
        graph("Watches that ended early", "ops", "By cause; they are opened again at once.", [
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
        graph("Event loop delay, p99", "s", "How late Node's event loop is.", [
          ofReplicas(of("nodejs_eventloop_lag_p99_seconds")),
          "{{pod}}",
        ]),
      ],
    ],
  ],
};
