import {Counter, Gauge} from "prom-client";

/** What the receiver counts. Its series do not grow with vehicles: names are of ten at most. */
export const heardTotal = new Counter({
  name: "telemetry_alert_receiver_alerts_total",
  help: "Alerts that Alertmanager told of, by what became of them: new, repeated or direct (sent while the database was away).",
  labelNames: ["result"],
});
export const refusedTotal = new Counter({
  name: "telemetry_alert_receiver_refused_total",
  help: "Notifications that were refused, by reason: unauthorized or invalid.",
  labelNames: ["reason"],
});
export const deliveredTotal = new Counter({
  name: "telemetry_alert_receiver_delivered_total",
  help: "Messages that the receiver has sent and that have arrived, by receiver of the spec.",
  labelNames: ["target"],
});
export const failedTotal = new Counter({
  name: "telemetry_alert_receiver_failed_total",
  help: "Tries to send a message that failed and will be made again, by receiver of the spec.",
  labelNames: ["target"],
});
export const deadTotal = new Counter({
  name: "telemetry_alert_receiver_dead_total",
  help: "Messages that were given up after a day, or that the target refuses for what they hold.",
});
export const oldest = new Gauge({
  name: "telemetry_alert_receiver_oldest_seconds",
  help: "Age of the oldest message that has not arrived; 0 if there is none.",
});
export const watchdog = new Gauge({
  name: "telemetry_alert_receiver_watchdog_timestamp_seconds",
  help: "When the alert that always fires was heard last, in seconds since 1970.",
});
export const fleetVehicles = new Gauge({
  name: "telemetry_fleet_vehicles",
  help: "Vehicles by state: seen in the last hour, silent (until it speaks or is retired) or out_of_range.",
  labelNames: ["state"],
});
export const silentSeconds = new Gauge({
  name: "telemetry_fleet_silent_seconds",
  help: "For how long the vehicle has said nothing; of the ten that have for longest.",
  labelNames: ["vehicle"],
});
export const outOfRange = new Gauge({
  name: "telemetry_fleet_out_of_range",
  help: "The newest value of the vehicle that is outside its range; of ten vehicles at most.",
  labelNames: ["vehicle", "field"],
});
