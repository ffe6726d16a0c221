import type {Alert} from "./alerts.ts";
import {type Select, series} from "./records.ts";

const STORE = "by (namespace, pipeline, store)";
const PARTITION = "by (namespace, pipeline, store, partition)";
const SAME_STORE = "on (namespace, pipeline, store)";

/** What waits in Kafka and does not move, or waits no longer. Each member of a group says the same of it. */
export function backlogAlerts(select: Select): Alert[] {
  const held = `max ${PARTITION} (${select("telemetry_ingester_partition_held_back")})`;
  return [
    {
      name: "TelemetryEventsExpired",
      severity: "critical",
      // By Kafka's own count and time: what was lost while no ingester ran counts when one runs again.
      expr: `sum ${STORE} (max ${PARTITION} (${select("telemetry_ingester_expired_total")})) > 0 and ${SAME_STORE} time() - max ${STORE} (${select("telemetry_ingester_expired_timestamp_seconds")}) < 3600`,
      for: "0m",
      by: "store",
      summary: "Kafka dropped events that {{ $labels.store }} did not have yet; {{ $value }} in all.",
      meaning:
        "They are lost to this store: they became older than Kafka's retention before they were read. The alert ends an hour after the last of them.",
      fix: "Raise spec.kafka.topic.retention at once if the store is still away: what waits now goes next. Then look why it was behind: `telemetry-operator status <pipeline>`. Another store may have the events; `telemetry-operator audit` says what is missing.",
    },
    {
      name: "TelemetryHeldBack",
      severity: "critical",
      expr: `sum ${STORE} (${held}) > 0`,
      for: "1m",
      by: "store",
      summary: "An open transaction holds {{ $value }} events back from {{ $labels.store }}.",
      meaning:
        "A sender began a transaction in the topic and has not ended it for more than a minute. Nothing behind it can be read, by anybody. The ingester and the store are well.",
      fix: "End or restart the sender; `kafka-transactions.sh find-hanging` and `abort` end the transaction of one that is gone. Kafka does it by itself after the sender's transaction.timeout.ms. More ingesters do not help.",
      explains: [
        "TelemetryStoreStale",
        "TelemetryConsumerStuck",
        "TelemetryPartitionStuck",
        "TelemetryLagGrowing",
        "TelemetryNoEvents",
        "TelemetryPipelineNotReady",
      ],
    },
    {
      name: "TelemetryPartitionStuck",
      severity: "critical",
      // While others move; when none does, that is TelemetryConsumerStuck.
      expr: `max ${PARTITION} (${select("telemetry_ingester_partition_lag")}) > 0 and max ${PARTITION} (changes(${select("telemetry_ingester_partition_committed")}[2m])) == 0 and ${SAME_STORE} sum ${STORE} (rate(${select("telemetry_ingester_rows_total")}[2m])) > 0 unless ${held} > 0`,
      for: "2m",
      by: "store",
      summary:
        "Partition {{ $labels.partition }} has not moved for minutes: {{ $value }} events of it wait for {{ $labels.store }}.",
      meaning:
        "The other partitions are read. The vehicles of this one stand still on every dashboard, and their events expire with Kafka's retention.",
      fix: "The log of the store's ingesters names the partition and the error: usually rows that the store does not take. If it says nothing, delete the pod that has the partition: another takes it over. More ingesters do not help: one of them reads a partition.",
      explains: ["TelemetryLagGrowing"],
    },
    {
      name: "TelemetryClockAhead",
      severity: "warning",
      expr: `max ${STORE} (${select("telemetry_ingester_clock_ahead_seconds")}) > 900`,
      for: "5m",
      by: "store",
      summary: "A vehicle's clock is {{ $value | humanizeDuration }} ahead.",
      meaning: "Its events are stored with times that have not come yet: queries up to now leave them out.",
      fix: `\`telemetry-operator query <pipeline>\` with --since now and a later --until names the vehicle. Events more than 24 h ahead are dead letters. Freshness goes by arrival and is right all the same (${series.freshness}).`,
    },
  ];
}
