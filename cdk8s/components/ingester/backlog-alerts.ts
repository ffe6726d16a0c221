import type {Alert} from "../monitoring/alert.ts";
import {type Select, series} from "../monitoring/records.ts";

const STORE = "by (namespace, pipeline, store)";
const PARTITION = "by (namespace, pipeline, store, partition)";
const SAME_STORE = "on (namespace, pipeline, store)";

/** Alerts on events that wait in Kafka and do not move, or have expired. Each member of a group reports the same of them. */
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
        "They expired in Kafka before they were read, so this store does not get them. The alert ends an hour after the last one.",
      fix: "If the store is still unavailable, raise spec.kafka.topic.retention at once, since waiting events expire next. Find the cause with `telemetry-operator status <pipeline>`. Another store may have the events; `telemetry-operator audit` shows what is missing.",
    },
    {
      name: "TelemetryHeldBack",
      severity: "critical",
      expr: `sum ${STORE} (${held}) > 0`,
      for: "1m",
      by: "store",
      summary: "An open transaction holds {{ $value }} events back from {{ $labels.store }}.",
      meaning:
        "A producer has kept a transaction in the topic open for more than a minute. Events behind it cannot be read. The ingester and the store work.",
      fix: "End or restart the producer. If it is gone, end its transaction with `kafka-transactions.sh find-hanging` and `abort`; Kafka ends it after the producer's transaction.timeout.ms. More ingesters do not help.",
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
        "Other partitions are read. Vehicles of this partition stand still on every dashboard, and their events expire with Kafka's retention.",
      fix: "The ingesters' log names the partition and the error, usually rows that the store rejects. If there is no error, delete the pod that reads the partition: another one takes it over. More ingesters do not help, since one ingester reads a partition.",
      explains: ["TelemetryLagGrowing"],
    },
    {
      name: "TelemetryClockAhead",
      severity: "warning",
      expr: `max ${STORE} (${select("telemetry_ingester_clock_ahead_seconds")}) > 900`,
      for: "5m",
      by: "store",
      summary: "A vehicle's clock is {{ $value | humanizeDuration }} ahead.",
      meaning: "Its events are stored with times in the future, so queries up to now do not include them.",
      fix: `\`telemetry-operator query <pipeline>\` with --since now and a later --until names the vehicle. Events more than 24 h ahead are dead letters. Freshness goes by arrival and is right all the same (${series.freshness}).`,
    },
  ];
}
