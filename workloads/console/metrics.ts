import {Counter, Gauge, Histogram} from "prom-client";

export const viewers = new Gauge({
  name: "telemetry_console_viewers",
  help: "Pages that are open now.",
});
export const signIns = new Counter({
  name: "telemetry_console_sign_ins_total",
  help: "Tokens shown at the login page; result is accepted or refused.",
  labelNames: ["result"],
});
export const lookSeconds = new Histogram({
  name: "telemetry_console_look_seconds",
  help: "Time of one look at a source: latest, since, history, kafka, pipeline or freshness.",
  labelNames: ["source"],
  buckets: [0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 20],
});
