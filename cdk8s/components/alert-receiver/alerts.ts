import {secondsOf} from "../../../api/quantities.ts";
import type {Alert, Thresholds} from "../monitoring/alert.ts";
import type {Select} from "../monitoring/records.ts";

/** Some names of those that a count is about: there is no alert, and no lasting series, for each vehicle. */
const names = (expr: string) => `{{ range query \`topk(3, ${expr})\` }} {{ .Labels.vehicle }}{{ end }}`;

/** Alerts by the receiver's readings of the store and of its outbox. */
export const fleetAlerts = (select: Select, thresholds: Thresholds): Alert[] => [
  {
    name: "TelemetryVehicleSilent",
    severity: "warning",
    expr: `max by (namespace, pipeline) (${select("telemetry_fleet_vehicles", 'state="silent"')}) > 0`,
    for: "1m",
    summary: `{{ $value }} vehicles have said nothing for ${secondsOf(thresholds.silent)} s:${names(select("telemetry_fleet_silent_seconds"))}`,
    meaning:
      "They are out of coverage, switched off, or cannot reach Kafka. The alert fires until they send again or are retired.",
    fix: "`telemetry-operator query <pipeline> --vehicle <id>` shows their last events. If vehicles park for long, raise spec.observability.alerting.thresholds.silent. `telemetry-operator vehicles <pipeline>` lists all silent vehicles; `… retire --vehicle <id>` stops counting one, as does silence for longer than thresholds.retired.",
  },
  {
    name: "TelemetryVehicleOutOfRange",
    severity: "warning",
    expr: `max by (namespace, pipeline) (${select("telemetry_fleet_vehicles", 'state="out_of_range"')}) > 0`,
    for: "1m",
    summary: `{{ $value }} vehicles report a value outside its range:${names(select("telemetry_fleet_out_of_range"))}`,
    meaning: "A value of their newest event is outside its range in spec.observability.alerting.thresholds.",
    fix: "Check the vehicles: `telemetry-operator query <pipeline> --vehicle <id>`; metric telemetry_fleet_out_of_range names up to ten of them with the field.",
  },
  {
    name: "TelemetryNotificationsFailing",
    severity: "warning",
    expr: `max by (namespace, pipeline) (${select("telemetry_alert_receiver_oldest_seconds")}) > 300 or sum by (namespace, pipeline) (increase(${select("telemetry_alert_receiver_dead_total")}[1h])) > 0`,
    for: "1m",
    summary: "Notifications about this pipeline are not delivered.",
    meaning:
      "A gateway, URL or mail server is unreachable or rejects the messages. The alert receiver stores and retries them for a day.",
    fix: "`telemetry-operator notifications <pipeline>` names the target and its answer. After the fix, `… resend` sends the given-up messages again.",
  },
  {
    name: "TelemetryWatchdog",
    severity: "none",
    expr: "vector(1)",
    for: "0m",
    summary: "Alerts of this pipeline reach their receiver.",
    meaning: "This alert always fires. When it no longer reaches the receiver, Prometheus or Alertmanager is down.",
    fix: "Watch telemetry_alert_receiver_watchdog_timestamp_seconds from outside the cluster.",
  },
];
