import type {AlertContext} from "../../component.ts";
import type {PrometheusRuleGroups} from "../../imports/prometheusrule.ts";
import {alertsOf} from "./alerts.ts";
import {recordsOf} from "./records.ts";

/**
 * How long an alert that explains others outlives its fault. Its consequences end later: a reading of the fleet, a scrape and an
 * evaluation, 15 s each. And one sample that is missing on a busy node is no end: nobody hears of one, or of the consequences.
 */
const KEPT = "1m";

/** Recording rules first, then the alerts that ask for them, in one group each. */
export function ruleGroups(pipeline: AlertContext): PrometheusRuleGroups[] {
  const {name, namespace} = pipeline;
  const group = `telemetry-${namespace}-${name}`;
  // As often as the targets are scraped.
  const interval = "15s";
  return [
    {
      name: `${group}-records`,
      interval,
      rules: recordsOf(pipeline).map(({meaning: _, ...rule}) => rule),
    },
    {
      name: group,
      interval,
      rules: alertsOf(pipeline).map((alert) => ({
        alert: alert.name,
        expr: alert.expr,
        for: alert.for,
        ...(alert.explains && {keep_firing_for: KEPT}),
        labels: {severity: alert.severity, pipeline: name, namespace, ...alert.labels},
        annotations: {
          summary: alert.summary,
          description: alert.meaning,
          action: alert.fix,
          ...(pipeline.runbookUrl && {runbook_url: `${pipeline.runbookUrl}${alert.name.toLowerCase()}`}),
        },
      })),
    },
  ];
}
