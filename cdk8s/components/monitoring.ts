import type {Chart} from "cdk8s";
import {type BuildContext, COMPONENT_LABEL, custom, PIPELINE_LABEL} from "../context.ts";
import type {PodMonitor} from "../imports/podmonitor.ts";
import type {PrometheusRule} from "../imports/prometheusrule.ts";
import {EXPORTER_PORT, exporterName, postgresExporter} from "./postgres-exporter.ts";
import {UID_LABEL} from "./records.ts";
import {ruleGroups, watchedOf} from "./rules.ts";

const COMPONENTS = ["simulator", "ingester-timescaledb", "ingester-cassandra", "console", "alert-receiver"];

const label = (key: string) => `__meta_kubernetes_pod_label_${key.replace(/[./-]/g, "_")}`;

/** What the Prometheus operator needs to scrape all parts of the pipeline and to judge what they say. */
export function monitoring(chart: Chart, context: BuildContext): void {
  const {name, uid} = context;
  const {labels} = context.spec.observability.monitoring;
  const managed = watchedOf(context);
  const pipeline = [
    {targetLabel: "pipeline", replacement: name},
    ...(uid ? [{targetLabel: UID_LABEL, replacement: uid}] : []),
  ];
  const component = {sourceLabels: [label(COMPONENT_LABEL)], targetLabel: "component"};
  podMonitor(chart, name, labels, "http", [...pipeline, component], {
    matchLabels: {[PIPELINE_LABEL]: name},
    matchExpressions: [{key: COMPONENT_LABEL, operator: "In", values: COMPONENTS}],
  });
  for (const [store, port, clusterLabel] of [
    ["kafka", "tcp-prometheus", "strimzi.io/cluster"],
    ["cassandra", "metrics", "cassandra.datastax.com/cluster"],
  ] as const) {
    if (!managed[store]) continue;
    const relabelings = [...pipeline, {targetLabel: "component", replacement: store}];
    podMonitor(chart, `${name}-${store}`, labels, port, relabelings, {matchLabels: {[clusterLabel]: name}});
  }
  if (managed.timescaledb) {
    postgresExporter(chart, context);
    const relabelings = [...pipeline, {targetLabel: "component", replacement: "timescaledb"}];
    const matchLabels = {"app.kubernetes.io/name": exporterName(context)};
    podMonitor(chart, `${name}-timescaledb`, labels, EXPORTER_PORT, relabelings, {matchLabels});
  }
  if (managed.flink) {
    const relabelings = [...pipeline, {targetLabel: "component", replacement: "flink"}];
    const matchLabels = {[PIPELINE_LABEL]: name, [COMPONENT_LABEL]: "flink"};
    podMonitor(chart, `${name}-flink`, labels, "metrics", relabelings, {matchLabels});
  }
  custom<PrometheusRule>(chart, {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PrometheusRule",
    metadata: {name, labels},
    spec: {groups: ruleGroups(context, watchedOf(context))},
  });
}

type Spec = PodMonitor["spec"];

function podMonitor(
  chart: Chart,
  name: string,
  labels: Record<string, string>,
  port: string,
  relabelings: NonNullable<NonNullable<Spec["podMetricsEndpoints"]>[number]["relabelings"]>,
  selector: Spec["selector"],
) {
  custom<PodMonitor>(chart, {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PodMonitor",
    metadata: {name, labels},
    spec: {selector, podMetricsEndpoints: [{port, path: "/metrics", interval: "15s", relabelings}]},
  });
}
