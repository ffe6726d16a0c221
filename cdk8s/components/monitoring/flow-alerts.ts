import {secondsOf} from "../../../api/quantities.ts";
import {deadLetterAlerts} from "../ingester/dead-letter-alerts.ts";
import {qualityAlerts} from "../ingester/quality-alerts.ts";
import {type Alert, FLOW, type Thresholds} from "./alert.ts";
import {type Select, series} from "./records.ts";

/** How events flow from the senders to the stores. */
export function flowAlerts(select: Select, thresholds: Thresholds, quiet: string[]): Alert[] {
  const rows = select(series.rows);
  const lag = select(series.lag);
  const stale = secondsOf(thresholds.freshness);
  return [
    {
      name: "TelemetryStoreStale",
      severity: "critical",
      expr: `${select(series.freshness)} > ${stale}`,
      for: `${Math.min(60, Math.ceil(stale / 2))}s`,
      summary: "The newest event in {{ $labels.store }} came {{ $value | humanizeDuration }} ago.",
      meaning: "Dashboards show old data: no events arrive, or they do not reach the store.",
      fix: "`telemetry-operator status <pipeline>` shows the component that is not ready. If there is lag, read the log of the store's ingester; otherwise check the senders. If the fleet rests at times, raise spec.observability.alerting.thresholds.freshness. Nothing is lost within Kafka's retention.",
      explains: FLOW.slice(1),
      by: "store",
    },
    {
      name: "TelemetryConsumerStuck",
      severity: "critical",
      expr: `${lag} > 0 and ${rows} == 0`,
      for: "5m",
      summary: "No event has reached {{ $labels.store }} for 5 minutes and {{ $value }} wait.",
      meaning: "The ingester runs but writes nothing: the store rejects rows, or the consumer group cannot form.",
      fix: "The ingester's log has the store's error. The usual causes are a full disk and a manual change of the schema.",
      explains: ["TelemetryLagGrowing", "TelemetryWritesSlow"],
      by: "store",
    },
    {
      name: "TelemetryLagGrowing",
      severity: "warning",
      expr: `${select(series.lagSeconds)} > ${secondsOf(thresholds.lag)} and delta(${lag}[10m]) > 0`,
      for: "5m",
      by: "store",
      summary: "{{ $labels.store }} is {{ $value | humanizeDuration }} of data behind, and falls further back.",
      meaning: "More events arrive than the ingester writes.",
      fix: "Add ingesters (spec.ingester.<store>.replicas, or autoscale) up to the partitions, or give the store more CPU.",
    },
    {
      name: "TelemetryWritesSlow",
      severity: "warning",
      expr: `histogram_quantile(0.99, sum by (namespace, pipeline, store, le) (rate(${select("telemetry_ingester_write_seconds_bucket")}[5m]))) > 5`,
      for: "10m",
      by: "store",
      summary: "One in a hundred writes to {{ $labels.store }} takes {{ $value | humanizeDuration }}.",
      meaning: "The store is slow or briefly unavailable; the lag will grow next.",
      fix: "Check CPU, disk, and compactions or checkpoints of the store.",
    },
    ...deadLetterAlerts(select),
    ...qualityAlerts(select),
    {
      name: "TelemetryNoEvents",
      severity: "warning",
      expr: `sum by (namespace, pipeline, store) (increase(${select("telemetry_ingester_rows_total")}[15m])) == 0 and ${lag} == 0`,
      for: "5m",
      by: "store",
      summary: "No event has come for {{ $labels.store }} in 15 minutes.",
      meaning: "Nothing is sent: the vehicles are silent, or they cannot reach Kafka.",
      fix: "Check the senders. If the fleet rests at night, silence this alert.",
      explains: ["TelemetryVehicleSilent"],
    },
    {
      name: "TelemetrySimulatorStuck",
      severity: "warning",
      expr: `sum by (namespace, pipeline) (${select("telemetry_simulator_vehicles")}) > 0 and ${select(series.acknowledged)} == 0`,
      for: "5m",
      summary: "The simulator has {{ $value }} vehicles and Kafka acknowledges none of their events.",
      meaning: "The brokers are unreachable or have too few in-sync replicas.",
      fix: "Check the status of the Kafka resource and the simulator's log.",
    },
    {
      name: "TelemetryTargetDown",
      severity: "warning",
      expr: `sum by (namespace, pipeline, component) (${select("up", `component!~"${quiet.join("|")}"`)} == bool 0) > 0`,
      for: "3m",
      summary: "{{ $value }} pods of {{ $labels.component }} serve no metrics.",
      meaning: "These pods are not monitored; other alerts may be missing.",
      fix: "Check the pods. If they run, a NetworkPolicy may block Prometheus from port 8080.",
    },
  ];
}
