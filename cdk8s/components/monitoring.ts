import type {Chart} from "cdk8s";
import {type BuildContext, COMPONENT_LABEL, custom, PIPELINE_LABEL} from "../context.ts";
import type {PodMonitor} from "../imports/podmonitor.ts";
import type {PrometheusRule} from "../imports/prometheusrule.ts";
import {alertsOf} from "./alerts.ts";

const COMPONENTS = ["simulator", "ingester-timescaledb", "ingester-cassandra"];

/** What the Prometheus operator needs to scrape the pipeline's programs and to judge what they say. */
export function monitoring(chart: Chart, context: BuildContext): void {
  const {name, namespace, spec} = context;
  const {labels} = spec.observability;
  const label = (key: string) => `__meta_kubernetes_pod_label_${key.replace(/[./-]/g, "_")}`;
  custom<PodMonitor>(chart, {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PodMonitor",
    metadata: {name, labels},
    spec: {
      selector: {
        matchLabels: {[PIPELINE_LABEL]: name},
        matchExpressions: [{key: COMPONENT_LABEL, operator: "In", values: COMPONENTS}],
      },
      podMetricsEndpoints: [
        {
          port: "http",
          path: "/metrics",
          interval: "15s",
          relabelings: [
            {sourceLabels: [label(PIPELINE_LABEL)], targetLabel: "pipeline"},
            {sourceLabels: [label(COMPONENT_LABEL)], targetLabel: "component"},
          ],
        },
      ],
    },
  });
  custom<PrometheusRule>(chart, {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PrometheusRule",
    metadata: {name, labels},
    spec: {
      groups: [
        {
          name: `telemetry-${namespace}-${name}`,
          rules: alertsOf(name, namespace).map((alert) => ({
            alert: alert.name,
            expr: alert.expr,
            for: alert.for,
            labels: {severity: alert.severity, pipeline: name, namespace},
            annotations: {
              summary: alert.summary,
              description: alert.meaning,
              action: alert.fix,
              runbook: `docs/reference/alerts.md#${alert.name.toLowerCase()}`,
            },
          })),
        },
      ],
    },
  });
}
