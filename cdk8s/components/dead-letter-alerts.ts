import type {Alert} from "./alerts.ts";
import type {Select} from "./records.ts";

/** What has been quiet for this long begins anew when it comes again. */
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
        "More than one event in a thousand is refused: a sender breaks the schema, or the store has rules of its own. It ends ten minutes after they end, or become few.",
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
        "A sender that was well, or a new one, sends what the store cannot take. It ends by itself after ten minutes; TelemetryDeadLetters follows if many are refused.",
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
        "An event that the store cannot hold has to go to the dead-letter topic, which takes none: it is missing, too small, compacted, or the ingester may not write to it. What is behind such an event waits in Kafka.",
      fix: "`telemetry-operator status <pipeline>` has the broker's words and the fix. The ingester goes on by itself once the topic can be written.",
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
