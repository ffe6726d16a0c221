import {Counter, Gauge, Histogram} from "prom-client";

export const eventsTotal = new Counter({
  name: "telemetry_scorer_events_total",
  help: "Events that the scorer has read, replays included.",
});
export const leftOutTotal = new Counter({
  name: "telemetry_scorer_left_out_total",
  help: "Events without a score of the breach model, by reason: no-temperature, ahead (of Kafka's clock by more than 5 minutes), repeated, late (newer ones of the vehicle are scored), warm (the breach is there), short-history (less than a minute), not-finite (scored by the rule). Of a vehicle's events in 5 s the first is scored; the others are not left out.",
  labelNames: ["reason"],
});
export const predictionsTotal = new Counter({
  name: "telemetry_predictions_total",
  help: "Predictions that were stored: the first of each 30 s of a vehicle, and each change of its label.",
  labelNames: ["model", "label"],
});
export const latencySeconds = new Histogram({
  name: "telemetry_prediction_latency_seconds",
  help: "Time from an event to its prediction in the database.",
  labelNames: ["model"],
  buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800],
});
export const modelInfo = new Gauge({
  name: "telemetry_model_info",
  help: "1 for the version of each model that predicts; version 0 is the rule.",
  labelNames: ["model", "version", "stage"],
});
export const modelProblem = new Gauge({
  name: "telemetry_model_problem",
  help: "1 while the version in production cannot be loaded or fails; the version before it, or the rule, predicts.",
  labelNames: ["model"],
});
export const precision = new Gauge({
  name: "telemetry_prediction_precision",
  help: "Share of the breaches predicted in the last 24 hours that came.",
  labelNames: ["model", "version"],
});
export const recall = new Gauge({
  name: "telemetry_prediction_recall",
  help: "Share of the predictions of the last 24 hours before a breach that said so.",
  labelNames: ["model", "version"],
});
export const drift = new Gauge({
  name: "telemetry_model_drift",
  help: "Population stability index of a feature in the last hour against the training data; above 0.25 the data is different.",
  labelNames: ["model", "feature"],
});
export const decisionsActive = new Gauge({
  name: "telemetry_decisions_active",
  help: "Warnings about vehicles that Alertmanager has been told of and that hold.",
});
export const decisionsOmitted = new Counter({
  name: "telemetry_decisions_omitted_total",
  help: "Warnings that were not sent, as 1,000 others hold.",
});
export const decisionsFailed = new Counter({
  name: "telemetry_decisions_failed_total",
  help: "Failed requests to Alertmanager; the newest state is sent again.",
});
