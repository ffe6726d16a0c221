import type {Relabelings} from "../../component.ts";

const ours = (names: string[]) => names.map((name) => `org_apache_cassandra_metrics_${name}`);
/** Of each request type there are 26 buckets: only what clients of a pipeline do is kept. */
const LATENCY = "org_apache_cassandra_metrics_client_request_latency_bucket";
const REQUESTS = ["Read", "Write"];

/** A node's metrics for rules and dashboards, by the names of K8ssandra's management API. */
export const cassandraSeries: string[] = [
  "jvm_memory_bytes_used",
  "jvm_memory_bytes_max",
  "jvm_gc_collection_seconds_sum",
  "jvm_gc_collection_seconds_count",
  "jvm_threads_current",
  ...ours([
    "client_request_timeouts_total",
    "client_request_failures_total",
    "client_request_unavailables_total",
    "dropped_message_dropped_total",
    "table_pending_compactions",
    "table_max_partition_size",
    "storage_total_hints",
    "thread_pools_total_blocked_tasks",
  ]),
  LATENCY,
];

/** Of some 24,000 series that a node serves, those that are used: a few hundred. */
export const keepCassandraSeries: Relabelings = [
  {
    action: "keep",
    sourceLabels: ["__name__", "request_type"],
    separator: ";",
    regex: [
      ...cassandraSeries.filter((name) => name !== LATENCY).map((name) => `${name};.*`),
      `${LATENCY};(${REQUESTS.join("|")})`,
    ].join("|"),
  },
];
