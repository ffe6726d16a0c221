import type {Chart} from "cdk8s";
import {k8s} from "cdk8s-plus-28";
import type {BuildContext} from "../context.ts";

interface Panel {
  title: string;
  /** Grafana's name of the unit. */
  unit: string;
  queries: {expr: string; legend: string}[];
}

/** The selector of one pipeline's series of a metric. */
type Select = (metric: string, more?: string) => string;

/** What is drawn, row by row; PromQL over the series that the PodMonitors bring. */
export function panelsOf(name: string, namespace: string, {kafka = true, cassandra = true} = {}): [string, Panel[]][] {
  const select: Select = (metric, more = "") => `${metric}{namespace="${namespace}",pipeline="${name}"${more}}`;
  const one = (title: string, unit: string, expr: string, legend: string): Panel => ({
    title,
    unit,
    queries: [{expr, legend}],
  });
  const p = (quantile: number) =>
    `histogram_quantile(${quantile}, sum by (store, le) (rate(${select("telemetry_ingester_write_seconds_bucket")}[5m])))`;
  return [
    [
      "Pipeline",
      [
        one(
          "Age of the newest row",
          "s",
          `min by (store) (${select("telemetry_ingester_freshness_seconds")})`,
          "{{store}}",
        ),
        one(
          "Events that wait in Kafka",
          "short",
          `max by (store) (${select("telemetry_ingester_lag_events")})`,
          "{{store}}",
        ),
        one(
          "Rows written",
          "ops",
          `sum by (store) (rate(${select("telemetry_ingester_rows_total")}[5m]))`,
          "{{store}}",
        ),
        one(
          "Dead letters in 10 minutes",
          "short",
          `sum by (store) (increase(${select("telemetry_ingester_dead_letters_total")}[10m]))`,
          "{{store}}",
        ),
        {
          title: "Time to write a batch",
          unit: "s",
          queries: [
            {expr: p(0.5), legend: "{{store}} median"},
            {expr: p(0.99), legend: "{{store}} p99"},
          ],
        },
        one(
          "Simulated events, acknowledged",
          "ops",
          `sum by (kind) (rate(${select("telemetry_simulator_acknowledged_total")}[5m]))`,
          "{{kind}}",
        ),
      ],
    ],
    [
      "Our programs",
      [
        one("Pods that give metrics", "short", `sum by (component) (${select("up")})`, "{{component}}"),
        one("Memory", "bytes", select("process_resident_memory_bytes"), "{{pod}}"),
        one("Event loop delay, p99", "s", select("nodejs_eventloop_lag_p99_seconds"), "{{pod}}"),
      ],
    ],
    ...(kafka ? [["Kafka", kafkaPanels(select, one)] as [string, Panel[]]] : []),
    ...(cassandra ? [["Cassandra", cassandraPanels(select, one)] as [string, Panel[]]] : []),
  ];
}

type One = (title: string, unit: string, expr: string, legend: string) => Panel;

const kafkaPanels = (select: Select, one: One): Panel[] => [
  one(
    "Messages in",
    "ops",
    `sum(rate(${select("kafka_server_brokertopicmetrics_messagesin_total")}[5m]))`,
    "all topics",
  ),
  one(
    "Partitions without a leader, or lacking a replica",
    "short",
    `sum(${select("kafka_controller_kafkacontroller_offlinepartitionscount")}) + sum(${select("kafka_server_replicamanager_underreplicatedpartitions")})`,
    "partitions",
  ),
  one(
    "Garbage collection",
    "percentunit",
    `sum by (pod) (rate(${select("jvm_gc_collection_seconds_sum", ',component="kafka"')}[5m]))`,
    "{{pod}}",
  ),
];

const cassandraPanels = (select: Select, one: One): Panel[] => [
  one(
    "Request latency, p99",
    "µs",
    select("org_apache_cassandra_metrics_client_request_latency", ',quantile="0.99"'),
    "{{pod}} {{request_type}}",
  ),
  one(
    "Timeouts and unavailable",
    "ops",
    `sum by (request_type) (rate(${select("org_apache_cassandra_metrics_client_request_timeouts_total")}[5m])) + sum by (request_type) (rate(${select("org_apache_cassandra_metrics_client_request_unavailables_total")}[5m]))`,
    "{{request_type}}",
  ),
  one("Compactions that wait", "short", select("org_apache_cassandra_metrics_table_pending_compactions"), "{{pod}}"),
  one("Heap", "bytes", select("jvm_memory_used_bytes", ',component="cassandra",area="heap"'), "{{pod}}"),
  one("Threads", "short", select("jvm_threads_current", ',component="cassandra"'), "{{pod}}"),
  one(
    "Garbage collection",
    "percentunit",
    `sum by (pod) (rate(${select("jvm_gc_collection_seconds_sum", ',component="cassandra"')}[5m]))`,
    "{{pod}}",
  ),
];

const WIDTH = 8;
const HEIGHT = 7;

/** The dashboard as Grafana's JSON: three panels to a line, below the title of their row. */
export function dashboard(name: string, namespace: string, rows: [string, Panel[]][]): object {
  const datasource = {type: "prometheus", uid: "${datasource}"};
  let y = 0;
  const panels = rows.flatMap(([title, list]) => {
    const top = y;
    y += 1 + Math.ceil(list.length / 3) * HEIGHT;
    return [
      {type: "row", title, collapsed: false, gridPos: {x: 0, y: top, w: 24, h: 1}, panels: []},
      ...list.map((panel, at) => ({
        type: "timeseries",
        title: panel.title,
        datasource,
        gridPos: {x: (at % 3) * WIDTH, y: top + 1 + Math.floor(at / 3) * HEIGHT, w: WIDTH, h: HEIGHT},
        fieldConfig: {
          defaults: {unit: panel.unit, min: 0, custom: {fillOpacity: 10, showPoints: "never"}},
          overrides: [],
        },
        options: {legend: {displayMode: "list", placement: "bottom"}, tooltip: {mode: "multi"}},
        targets: panel.queries.map(({expr, legend}, index) => ({
          refId: String.fromCharCode(65 + index),
          datasource,
          expr,
          legendFormat: legend,
        })),
      })),
    ];
  });
  return {
    uid: `telemetry-${namespace}-${name}`.slice(0, 40),
    title: `Telemetry: ${namespace} / ${name}`,
    tags: ["telemetry-operator"],
    schemaVersion: 39,
    editable: false,
    refresh: "30s",
    time: {from: "now-1h", to: "now"},
    templating: {list: [{name: "datasource", type: "datasource", query: "prometheus", label: "Prometheus"}]},
    panels: panels.map((panel, index) => ({id: index + 1, ...panel})),
  };
}

/** A ConfigMap that the sidecar of kube-prometheus-stack's Grafana picks up. */
export function dashboardConfigMap(chart: Chart, {name, namespace}: BuildContext, rows: [string, Panel[]][]): void {
  new k8s.KubeConfigMap(chart, `ConfigMap-${name}-dashboard`, {
    metadata: {name: `${name}-dashboard`, labels: {grafana_dashboard: "1"}},
    data: {[`telemetry-${namespace}-${name}.json`]: JSON.stringify(dashboard(name, namespace, rows), null, 1)},
  });
}
