import type {Chart} from "cdk8s";
import {kind, type Manifests, type PlanContext, type Relabelings, scrapedOf} from "../../component.ts";
import {COMPONENT_LABEL, custom, PIPELINE_LABEL} from "../../context.ts";
import type {PodMonitor} from "../../imports/podmonitor.ts";
import type {PrometheusRule} from "../../imports/prometheusrule.ts";
import {UID_LABEL} from "./records.ts";
import {ruleGroups} from "./rules.ts";

const PROMETHEUS = "monitoring.coreos.com/v1";

/** Objects for the Prometheus operator: it scrapes all parts of the pipeline and judges their metrics. */
export const monitoring: Manifests = {
  name: "monitoring",
  title: "TimescaleDB's exporter",
  enabled: (spec) => spec.observability.monitoring.enabled,
  build,
  kinds: [kind(PROMETHEUS, "PodMonitor"), kind(PROMETHEUS, "PrometheusRule")],
  // Exporters are pods of this component.
  uses: (all) => all.flatMap(({name, metrics}) => (metrics?.exporter ? [name] : [])),
};

const label = (key: string) => `__meta_kubernetes_pod_label_${key.replace(/[./-]/g, "_")}`;

function build(chart: Chart, context: PlanContext): void {
  const {name, components, spec} = context;
  const {labels, allSeries} = spec.observability.monitoring;
  const podOwners = [...context.podOwners];
  ownPods(chart, context);
  for (const {name: component, metrics} of scrapedOf(components, spec)) {
    if (!metrics.pods) continue;
    if (metrics.exporter) podOwners.push(metrics.exporter(chart, context));
    const selector = {matchLabels: metrics.pods(name)};
    const keep = allSeries ? [] : metrics.keep;
    podMonitor(chart, context, `${name}-${component}`, metrics.port, {replacement: component}, selector, keep);
  }
  custom<PrometheusRule>(chart, {
    apiVersion: PROMETHEUS,
    kind: "PrometheusRule",
    metadata: {name, labels},
    spec: {groups: ruleGroups({...context, podOwners})},
  });
}

/** One monitor for our own programs, enabled or not. */
function ownPods(chart: Chart, context: PlanContext): void {
  const own = context.components.filter(({metrics}) => metrics && !metrics.pods).map(({name}) => name);
  podMonitor(
    chart,
    context,
    context.name,
    "http",
    {sourceLabels: [label(COMPONENT_LABEL)]},
    {
      matchLabels: {[PIPELINE_LABEL]: context.name},
      matchExpressions: [{key: COMPONENT_LABEL, operator: "In", values: own}],
    },
  );
}

/** Series carry the pipeline, and the component: the same for all pods, or by a label of each. */
function podMonitor(
  chart: Chart,
  {name: pipeline, uid, spec}: PlanContext,
  name: string,
  port: string | string[],
  component: {replacement: string} | {sourceLabels: string[]},
  selector: PodMonitor["spec"]["selector"],
  metricRelabelings: Relabelings = [],
) {
  const relabelings = [
    {targetLabel: "pipeline", replacement: pipeline},
    ...(uid ? [{targetLabel: UID_LABEL, replacement: uid}] : []),
    {...component, targetLabel: "component"},
  ];
  custom<PodMonitor>(chart, {
    apiVersion: PROMETHEUS,
    kind: "PodMonitor",
    metadata: {name, labels: spec.observability.monitoring.labels},
    spec: {
      selector,
      podMetricsEndpoints: [port].flat().map((port) => ({
        port,
        path: "/metrics",
        interval: "15s",
        relabelings,
        ...(metricRelabelings.length > 0 ? {metricRelabelings} : {}),
      })),
    },
  });
}
