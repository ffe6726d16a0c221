import {Counter, Gauge} from "prom-client";

export const acknowledged = new Counter({
  name: "telemetry_simulator_acknowledged_total",
  help: "Events that Kafka acknowledged, by kind (valid, malformed or duplicate).",
  labelNames: ["kind"],
});
export const simulated = new Gauge({
  name: "telemetry_simulator_vehicles",
  help: "Vehicles simulated by this pod.",
});
