import type {Alert} from "../monitoring/alert.ts";
import type {Select} from "../monitoring/records.ts";

const BY = "by (namespace, pipeline, store)";
/** One event in so many. */
const SHARE = 0.05;

/** Single doubtful events are nothing to act on; a share of them is a sender with a wrong clock or without a fix. */
export const qualityAlerts = (select: Select): Alert[] => [
  {
    name: "TelemetryEventsFlagged",
    severity: "warning",
    // The flag that is most frequent: an event with two flags counts once. After a restart many are read again.
    expr: `max ${BY} (sum by (namespace, pipeline, store, flag) (increase(${select("telemetry_ingester_flagged_total", 'flag!="Repeated"')}[30m]))) / (sum ${BY} (increase(${select("telemetry_ingester_rows_total")}[30m])) > 0) > ${SHARE}`,
    for: "10m",
    by: "store",
    summary: "{{ $value | humanizePercentage }} of the events in {{ $labels.store }} have the same quality flag.",
    meaning:
      "Vehicles have wrong clocks or no position, or old events are sent again. Everything is stored; maps leave the positions out.",
    fix: "`telemetry-operator status <pipeline>` shows the flags, and a query by quality_flags the vehicles. Rules that do not fit the fleet are set in spec.event.quality.",
  },
];
