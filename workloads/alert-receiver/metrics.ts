import {Counter, Gauge} from "prom-client";

/** The receiver's counts. Its series do not grow with vehicles: names are of ten at most. */
export const heardTotal = new Counter({
  name: "telemetry_alert_receiver_alerts_total",
  help: "Alerts received from Alertmanager, by result: new, repeated or direct (sent while the database was unavailable).",
  labelNames: ["result"],
});
export const refusedTotal = new Counter({
  name: "telemetry_alert_receiver_refused_total",
  help: "Rejected notifications, by reason: unauthorized or invalid.",
  labelNames: ["reason"],
});
export const deliveredTotal = new Counter({
  name: "telemetry_alert_receiver_delivered_total",
  help: "Delivered messages, by receiver of the spec.",
  labelNames: ["target"],
});
export const failedTotal = new Counter({
  name: "telemetry_alert_receiver_failed_total",
  help: "Failed deliveries that will be retried, by receiver of the spec.",
  labelNames: ["target"],
});
export const deadTotal = new Counter({
  name: "telemetry_alert_receiver_dead_total",
  help: "Messages given up after a day, or rejected by their target.",
});
export const oldest = new Gauge({
  name: "telemetry_alert_receiver_oldest_seconds",
  help: "Age of the oldest undelivered message; 0 if there is none.",
});
export const watchdog = new Gauge({
  name: "telemetry_alert_receiver_watchdog_timestamp_seconds",
  help: "Time of the last watchdog alert, in seconds since 1970.",
});
export const fleetVehicles = new Gauge({
  name: "telemetry_fleet_vehicles",
  help: "Vehicles by state: seen in the last hour, silent (until it sends again or is retired) or out_of_range.",
  labelNames: ["state"],
});
export const silentSeconds = new Gauge({
  name: "telemetry_fleet_silent_seconds",
  help: "Silence of a vehicle, of the ten that are silent longest.",
  labelNames: ["vehicle"],
});
export const outOfRange = new Gauge({
  name: "telemetry_fleet_out_of_range",
  help: "Newest value of a vehicle that is outside its range, of at most ten vehicles.",
  labelNames: ["vehicle", "field"],
});
