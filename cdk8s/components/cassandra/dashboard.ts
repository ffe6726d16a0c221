import {jvm} from "../../dashboards/jvm.ts";
import {type Board, figure, graph, of, prometheusVariables, rate} from "../../dashboards/kit.ts";

const metric = (name: string) => `org_apache_cassandra_metrics_${name}`;
/** The time of one in a hundred requests, by the given labels. */
const p99 = (labels: string) =>
  `histogram_quantile(0.99, sum by (le, ${labels}) (${rate(metric("client_request_latency_bucket"))}))`;
/** A node counts them by table. */
const compactions = `sum by (pod) (${of(metric("table_pending_compactions"))})`;
const requests = (name: string) => `sum by (request_type) (${rate(metric(`client_request_${name}_total`))})`;

export const cassandra: Board = {
  key: "cassandra",
  title: "Cassandra",
  description:
    "Cassandra: nodes, JVM, latency, timeouts and dropped messages, from the metrics of K8ssandra's management API.",
  alerts: true,
  variables: prometheusVariables(),
  rows: [
    [
      "Now",
      [
        figure("Nodes", "short", "Nodes that give metrics.", [`sum(${of("up", 'component="cassandra"')})`, "nodes"]),
        figure(
          "Slowest request, p99",
          "µs",
          "The 99th percentile of the request latency on the slowest node.",
          [`max(${p99("pod, request_type")})`, "slowest"],
          [200_000, 1_000_000],
        ),
        figure(
          "Timeouts",
          "ops",
          "Requests a second that no replica answered in time.",
          [`sum(${rate(metric("client_request_timeouts_total"))})`, "all"],
          [0.1, 5],
        ),
        figure(
          "Unavailable",
          "ops",
          "Requests a second with too few available replicas.",
          [`sum(${rate(metric("client_request_unavailables_total"))})`, "all"],
          [0.001, 1],
        ),
        figure("Compactions that wait", "short", "Maximum over the nodes.", [`max(${compactions})`, "most"], [30, 100]),
        figure(
          "Dropped messages in range",
          "short",
          "Messages that replicas dropped because they were too late, in the selected time range.",
          [`sum(increase(${of(metric("dropped_message_dropped_total"))}[$__range]))`, "all"],
          [1, 100],
        ),
      ],
    ],
    jvm("cassandra"),
    [
      "Requests",
      [
        graph("Latency, p99", "µs", "The 99th percentile of the latency of reads and writes on each node.", [
          p99("pod, request_type"),
          "{{pod}} {{request_type}}",
        ]),
        graph(
          "Timeouts and failures",
          "ops",
          "Requests a second that were not answered in time, and that failed.",
          [requests("timeouts"), "{{request_type}} timeouts"],
          [requests("failures"), "{{request_type}} failures"],
        ),
        graph("Rows written by the ingester", "rowsps", "Rows a second that Cassandra accepts.", [
          `sum(${rate("telemetry_ingester_rows_total", 'store="cassandra"')})`,
          "rows",
        ]),
      ],
    ],
    [
      "Inside",
      [
        graph("Compactions that wait", "short", "A growing number slows reads down and fills the disk.", [
          compactions,
          "{{pod}}",
        ]),
        graph(
          "Dropped messages",
          "ops",
          "Dropped messages a second, by type. Hints or a repair restore the missing data.",
          [`sum by (message_type) (${rate(metric("dropped_message_dropped_total"))})`, "{{message_type}}"],
        ),
        graph(
          "Hints and blocked tasks",
          "ops",
          "Hints a second for unavailable nodes, and tasks that waited for a full thread pool.",
          [`sum(${rate(metric("storage_total_hints"))})`, "hints"],
          [`sum by (pool_name) (${rate(metric("thread_pools_total_blocked_tasks"))})`, "{{pool_name}}"],
        ),
      ],
    ],
  ],
};
