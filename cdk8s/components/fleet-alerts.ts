import {secondsOf} from "../../api/fields.ts";
import type {Alert, Thresholds} from "./alerts.ts";
import type {Select} from "./records.ts";

/** Some names of those that a count is about: there is no alert, and no lasting series, for each vehicle. */
const names = (expr: string) => `{{ range query \`topk(3, ${expr})\` }} {{ .Labels.vehicle }}{{ end }}`;

/** What the receiver sees in the store and in its outbox. */
export const fleetAlerts = (select: Select, thresholds: Thresholds): Alert[] => [
  {
    name: "TelemetryVehicleSilent",
    severity: "warning",
    expr: `max by (namespace, pipeline) (${select("telemetry_fleet_vehicles", 'state="silent"')}) > 0`,
    for: "1m",
    summary: `{{ $value }} vehicles have said nothing for ${secondsOf(thresholds.silent)} s:${names(select("telemetry_fleet_silent_seconds"))}`,
    meaning: "They are out of coverage, switched off, or cannot reach Kafka. It fires until they speak or are retired.",
    fix: "`telemetry-operator query <pipeline> --vehicle <id>` shows what they said last. Parked vehicles are a reason to raise spec.observability.alerting.thresholds.silent. `telemetry-operator vehicles <pipeline>` names all of them; `… retire --vehicle <id>` has one that does not come back counted no more, as does silence for longer than thresholds.retired.",
  },
  {
    name: "TelemetryVehicleOutOfRange",
    severity: "warning",
    expr: `max by (namespace, pipeline) (${select("telemetry_fleet_vehicles", 'state="out_of_range"')}) > 0`,
    for: "1m",
    summary: `{{ $value }} vehicles report a value outside its range:${names(select("telemetry_fleet_out_of_range"))}`,
    meaning: "Speed, temperature or humidity of their newest event is outside spec.observability.alerting.thresholds.",
    fix: "Look at the vehicles: `telemetry-operator query <pipeline> --vehicle <id>`; metric telemetry_fleet_out_of_range names up to ten of them with the field.",
  },
  {
    name: "TelemetryNotificationsFailing",
    severity: "warning",
    expr: `max by (namespace, pipeline) (${select("telemetry_alert_receiver_oldest_seconds")}) > 300 or sum by (namespace, pipeline) (increase(${select("telemetry_alert_receiver_dead_total")}[1h])) > 0`,
    for: "1m",
    summary: "Messages about this pipeline do not arrive.",
    meaning:
      "A gateway, URL or mail server that the alert receiver sends to is away or refuses them. They are kept and tried again for a day.",
    fix: "`telemetry-operator notifications <pipeline>` names the target and its answer. Once that is put right, `… resend` sends again what was given up.",
  },
  {
    name: "TelemetryWatchdog",
    severity: "none",
    expr: "vector(1)",
    for: "0m",
    summary: "Alerts of this pipeline reach their receiver.",
    meaning: "It always fires. When the receiver no longer hears it, Prometheus or Alertmanager is away.",
    fix: "Let something outside the cluster watch telemetry_alert_receiver_watchdog_timestamp_seconds.",
  },
];
