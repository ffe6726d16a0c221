import type {Chart} from "cdk8s";
import {type BuildContext, COMPONENT_LABEL, custom, PIPELINE_LABEL} from "../../context.ts";
import type {PodMonitor} from "../../imports/podmonitor.ts";
import type {PrometheusRule} from "../../imports/prometheusrule.ts";
import {keepCassandraSeries} from "../cassandra/metrics.ts";
import {EXPORTER_PORT, exporterName, postgresExporter} from "../timescaledb/exporter.ts";
import {UID_LABEL} from "./records.ts";
import {ruleGroups, watchedOf} from "./rules.ts";

const COMPONENTS = ["simulator", "ingester-timescaledb", "ingester-cassandra", "console", "alert-receiver"];

const label = (key: string) => `__meta_kubernetes_pod_label_${key.replace(/[./-]/g, "_")}`;

/** What the Prometheus operator needs to scrape all parts of the pipeline and to judge what they say. */
export function monitoring(chart: Chart, context: BuildContext): void {
  const {name} = context;
  const {labels, allSeries} = context.spec.observability.monitoring;
  const managed = watchedOf(context);
  const podOwners = [...(context.podOwners ?? [])];
  podMonitor(
    chart,
    context,
    name,
    "http",
    {sourceLabels: [label(COMPONENT_LABEL)]},
    {
      matchLabels: {[PIPELINE_LABEL]: name},
      matchExpressions: [{key: COMPONENT_LABEL, operator: "In", values: COMPONENTS}],
    },
  );
  if (managed.kafka) {
    const matchLabels = {"strimzi.io/cluster": name};
    podMonitor(chart, context, `${name}-kafka`, "tcp-prometheus", {replacement: "kafka"}, {matchLabels});
  }
  if (managed.cassandra) {
    const matchLabels = {"cassandra.datastax.com/cluster": name};
    const kept = allSeries ? [] : keepCassandraSeries;
    podMonitor(chart, context, `${name}-cassandra`, "metrics", {replacement: "cassandra"}, {matchLabels}, kept);
  }
  if (managed.timescaledb) {
    postgresExporter(chart, context);
    podOwners.push({kind: "Deployment", name: exporterName(context)});
    const matchLabels = {"app.kubernetes.io/name": exporterName(context)};
    podMonitor(chart, context, `${name}-timescaledb`, EXPORTER_PORT, {replacement: "timescaledb"}, {matchLabels});
  }
  if (managed.flink) {
    const matchLabels = {[PIPELINE_LABEL]: name, [COMPONENT_LABEL]: "flink"};
    podMonitor(chart, context, `${name}-flink`, "metrics", {replacement: "flink"}, {matchLabels});
  }
  custom<PrometheusRule>(chart, {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PrometheusRule",
    metadata: {name, labels},
    spec: {groups: ruleGroups({...context, podOwners}, managed)},
  });
}

/** Series carry the pipeline, and the component: the same for all pods, or by a label of each. */
function podMonitor(
  chart: Chart,
  {name: pipeline, uid, spec}: BuildContext,
  name: string,
  port: string,
  component: {replacement: string} | {sourceLabels: string[]},
  selector: PodMonitor["spec"]["selector"],
  metricRelabelings: typeof keepCassandraSeries = [],
) {
  const relabelings = [
    {targetLabel: "pipeline", replacement: pipeline},
    ...(uid ? [{targetLabel: UID_LABEL, replacement: uid}] : []),
    {...component, targetLabel: "component"},
  ];
  custom<PodMonitor>(chart, {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PodMonitor",
    metadata: {name, labels: spec.observability.monitoring.labels},
    spec: {
      selector,
      podMetricsEndpoints: [
        {
          port,
          path: "/metrics",
          interval: "15s",
          relabelings,
          ...(metricRelabelings.length > 0 ? {metricRelabelings} : {}),
        },
      ],
    },
  });
}
