import {hasAlertReceiver} from "../../../api/components/alerting.ts";
import {managesCassandra} from "../../../api/components/cassandra.ts";
import {usesFlink} from "../../../api/components/flink.ts";
import {managesKafka} from "../../../api/components/kafka.ts";
import {managesTimescaledb} from "../../../api/components/timescaledb.ts";
import {isRunning, type ResolvedSpec} from "../../../api/pipeline.ts";
import {secondsOf} from "../../../api/quantities.ts";
import {STORES} from "../../../api/stores.ts";
import type {BuildContext} from "../../context.ts";
import type {PrometheusRuleGroups} from "../../imports/prometheusrule.ts";
import {alertsOf, type Watched} from "./alerts.ts";
import {type Pipeline, recordsOf} from "./records.ts";

/** What of a pipeline is watched, and from when on something is wrong. */
export const watchedOf = ({spec}: BuildContext): Watched => ({
  kafka: managesKafka(spec),
  cassandra: managesCassandra(spec),
  timescaledb: managesTimescaledb(spec)
    ? {
        retentionSeconds: secondsOf(spec.timescaledb.retention),
        chunkSeconds: secondsOf(spec.timescaledb.chunkInterval),
        archived: spec.timescaledb.backup?.method === "PointInTime",
      }
    : false,
  flink: usesFlink(spec),
  receiver: hasAlertReceiver(spec),
  brokers: spec.kafka.replicas,
  // What is stopped on purpose is not down.
  nodes: isRunning(spec) ? spec.cassandra.size : 0,
  thresholds: spec.observability.alerting.thresholds,
  targets: isRunning(spec) ? targetsOf(spec) : [],
  running: isRunning(spec),
});

/** Components of ours that have pods to scrape, by the spec; servers and the stream job have alerts of their own. */
function targetsOf(spec: ResolvedSpec): string[] {
  const {simulator, observability} = spec;
  const expected = {
    ...Object.fromEntries(
      STORES.map((store) => [`ingester-${store}`, spec[store].enabled && spec.ingester[store].replicas > 0]),
    ),
    simulator: simulator.enabled,
    console: observability.console.enabled,
    "alert-receiver": hasAlertReceiver(spec),
    timescaledb: managesTimescaledb(spec),
  };
  return Object.entries(expected).flatMap(([component, is]) => (is ? [component] : []));
}

/**
 * How long an alert that explains others outlives its fault. What it explains is seen gone later: a look at the fleet, a scrape and an
 * evaluation, 15 s each. And one sample that is missing on a busy node is no end: nobody hears of one, or of the consequences.
 */
const KEPT = "1m";

/** Recording rules first, then the alerts that ask for them, in one group each. */
export function ruleGroups(pipeline: Pipeline, watched: Partial<Watched> = {}): PrometheusRuleGroups[] {
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
      rules: alertsOf(pipeline, watched).map((alert) => ({
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
