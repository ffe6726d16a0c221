/** One alert: its rule, what it tells people, and what they do. docs/reference/alerts.md is generated from it. */
export interface Alert {
  name: string;
  severity: "critical" | "warning";
  /** PromQL over the series of one pipeline. */
  expr: string;
  for: string;
  summary: string;
  /** What users notice, and what to look at. */
  meaning: string;
  fix: string;
}

/** A selector of one pipeline's own series; `more` narrows it. */
type Select = (metric: string, more?: string) => string;

const bySelector = (select: Select, namespace: string, pods: string) => {
  const rows = `sum by (store) (rate(${select("telemetry_ingester_rows_total")}[5m]))`;
  const lag = `max by (store) (${select("telemetry_ingester_lag_events")})`;
  const fresh = `min by (store) (${select("telemetry_ingester_freshness_seconds")})`;
  const inNamespace = `namespace="${namespace}"`;
  return [
    {
      name: "TelemetryStoreStale",
      severity: "critical",
      expr: `${fresh} > 60 and ${lag} > 0`,
      for: "2m",
      summary: "The newest row of {{ $labels.store }} is {{ $value | humanizeDuration }} old while events wait.",
      meaning: "Dashboards show the past: events are in Kafka and do not reach the store.",
      fix: "Look at the status of the pipeline and at the log of the store's ingester; nothing is lost while Kafka's retention lasts.",
    },
    {
      name: "TelemetryConsumerStuck",
      severity: "critical",
      expr: `${lag} > 0 and ${rows} == 0`,
      for: "5m",
      summary: "No event has reached {{ $labels.store }} for 5 minutes and {{ $value }} wait.",
      meaning: "The ingester runs and writes nothing: the store refuses rows, or the consumer group cannot form.",
      fix: "The ingester's log names the store's error. Disk full and a schema altered by hand are the usual causes.",
    },
    {
      name: "TelemetryLagGrowing",
      severity: "warning",
      expr: `${lag} / ${rows} > 60 and delta((${lag})[10m:1m]) > 0`,
      for: "5m",
      summary: "{{ $labels.store }} is {{ $value | humanizeDuration }} of work behind, and falls further back.",
      meaning: "More events come than the ingester writes.",
      fix: "Add ingesters (spec.ingester.<store>.replicas, or autoscale) up to the partitions, or give the store more CPU.",
    },
    {
      name: "TelemetryWritesSlow",
      severity: "warning",
      expr: `histogram_quantile(0.99, sum by (store, le) (rate(${select("telemetry_ingester_write_seconds_bucket")}[5m]))) > 5`,
      for: "10m",
      summary: "One in a hundred writes to {{ $labels.store }} takes {{ $value | humanizeDuration }}.",
      meaning: "The store is slow or away for moments; the lag will grow next.",
      fix: "Look at CPU, disk and compactions or checkpoints of the store.",
    },
    {
      name: "TelemetryDeadLetters",
      severity: "warning",
      expr: `sum by (store) (increase(${select("telemetry_ingester_dead_letters_total")}[10m])) > 0`,
      for: "0m",
      summary: "{{ $value | humanize }} events of the last 10 minutes could not be stored in {{ $labels.store }}.",
      meaning: "A sender breaks the schema, or the store has rules of its own.",
      fix: "`telemetry-operator deadletters <pipeline>` shows them with the reason; `… replay` sends those that are valid by now again.",
    },
    {
      name: "TelemetryNoEvents",
      severity: "warning",
      expr: `sum by (store) (increase(${select("telemetry_ingester_rows_total")}[15m])) == 0 and ${lag} == 0`,
      for: "5m",
      summary: "No event has come for {{ $labels.store }} in 15 minutes.",
      meaning: "Nothing is sent: the vehicles are silent, or they cannot reach Kafka.",
      fix: "Look at the senders. A fleet that rests at night is a reason to silence this alert.",
    },
    {
      name: "TelemetrySimulatorStuck",
      severity: "warning",
      expr: `sum(${select("telemetry_simulator_vehicles")}) > 0 and sum(rate(${select("telemetry_simulator_acknowledged_total")}[5m])) == 0`,
      for: "5m",
      summary: "The simulator has {{ $value }} vehicles and Kafka acknowledges none of their events.",
      meaning: "The brokers cannot be reached or have too few in-sync replicas.",
      fix: "Look at the Kafka resource's status and at the simulator's log.",
    },
    {
      name: "TelemetryTargetDown",
      severity: "warning",
      expr: `sum by (component) (${select("up")} == bool 0) > 0`,
      for: "3m",
      summary: "{{ $value }} pods of {{ $labels.component }} give no metrics.",
      meaning: "What these pods do is not seen; other alerts may be missing.",
      fix: "Look at the pods. If they run, a NetworkPolicy may keep Prometheus away from port 8080.",
    },
    {
      name: "TelemetryPodRestarting",
      severity: "warning",
      expr: `increase(kube_pod_container_status_restarts_total{${inNamespace},pod=~"${pods}"}[15m]) > 2`,
      for: "0m",
      summary:
        "Container {{ $labels.container }} of {{ $labels.pod }} has restarted {{ $value | humanize }} times in 15 minutes.",
      meaning: "A program ends again and again: too little memory, or a fault at its start.",
      fix: "`kubectl describe pod` names the last exit; `kubectl logs --previous` what it said.",
    },
    {
      name: "TelemetryVolumeFilling",
      severity: "critical",
      expr: `predict_linear(kubelet_volume_stats_available_bytes{${inNamespace},persistentvolumeclaim=~".*${pods}"}[6h], 86400) < 0 and kubelet_volume_stats_available_bytes{${inNamespace}} / kubelet_volume_stats_capacity_bytes{${inNamespace}} < 0.4`,
      for: "1h",
      summary: "Volume {{ $labels.persistentvolumeclaim }} will be full within 24 hours.",
      meaning: "Its broker or database will stop.",
      fix: "Raise the storage field of the component (volumes grow live), or shorten its retention.",
    },
  ] satisfies Alert[];
};

/** The alerts of one pipeline. Series carry `pipeline` and `namespace` by the PodMonitor's relabelling. */
export function alertsOf(name: string, namespace: string): Alert[] {
  const select: Select = (metric) => `${metric}{namespace="${namespace}",pipeline="${name}"}`;
  return bySelector(select, namespace, `${name}-.*`);
}
