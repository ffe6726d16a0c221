import type {Alert} from "../monitoring/alert.ts";
import type {Select} from "../monitoring/records.ts";

/** After this long without one, a dead letter is the first again. */
const QUIET = "6h";
const sumBy = (of: string) => `sum by (namespace, pipeline, store) (${of})`;

const FIX =
  "`telemetry-operator deadletters <pipeline>` shows them with the reason; `… replay` sends those that are valid by now again.";

/**
 * Two things are worth hearing: that events begin to be refused, once, and that many are, for as long as they are. One bad event now and then
 * among good ones is neither. Where their topic cannot be written, events wait.
 */
export function deadLetterAlerts(select: Select): Alert[] {
  const dead = select("telemetry_ingester_dead_letters_total");
  const bad = sumBy(`increase(${dead}[10m])`);
  const good = sumBy(`increase(${select("telemetry_ingester_rows_total")}[10m])`);
  return [
    {
      name: "TelemetryDeadLetters",
      severity: "warning",
      expr: `${bad} >= 5 unless ${bad} <= 0.001 * (${bad} + ${good})`,
      for: "0m",
      by: "store",
      summary: "{{ $value | humanize }} events of the last 10 minutes could not be stored in {{ $labels.store }}.",
      meaning:
        "More than one event in a thousand is rejected: a sender violates the event format, or the store has constraints of its own. The alert ends ten minutes after the rejections end or become rare.",
      fix: FIX,
      explains: ["TelemetryFirstDeadLetter"],
    },
    {
      name: "TelemetryFirstDeadLetter",
      severity: "warning",
      expr: `${bad} > 0 unless ${sumBy(`increase(${dead}[${QUIET}] offset 10m)`)} > 0`,
      for: "0m",
      by: "store",
      summary: `The first event in ${QUIET.replace("h", " hours")} could not be stored in {{ $labels.store }}.`,
      meaning:
        "A sender, perhaps a new one, sends events that the store rejects. The alert ends after ten minutes; TelemetryDeadLetters follows if many are rejected.",
      fix: FIX,
    },
    {
      name: "TelemetryDeadLettersBlocked",
      severity: "critical",
      expr: `max by (namespace, pipeline, store) (${select("telemetry_ingester_dead_letters_blocked")}) > 0`,
      for: "2m",
      by: "store",
      summary: "Dead letters of {{ $labels.store }} cannot be written; their partitions wait.",
      meaning:
        "An event that the store rejects must go to the dead-letter topic, which cannot be written: it is missing, too small or compacted, or the ingester may not write to it. Later events wait in Kafka.",
      fix: "`telemetry-operator status <pipeline>` quotes the broker and names the fix. The ingester continues once the topic can be written.",
      explains: [
        "TelemetryConsumerStuck",
        "TelemetryLagGrowing",
        "TelemetryPartitionStuck",
        "TelemetryStoreStale",
        "TelemetryNoEvents",
      ],
    },
  ];
}
