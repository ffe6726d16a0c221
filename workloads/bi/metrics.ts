import {Gauge, Histogram} from "prom-client";
import type {Provisioned} from "./server.ts";

const up = new Gauge({name: "telemetry_bi_up", help: "1 while the BI server answers, 0 while it does not."});
const objects = new Gauge({
  name: "telemetry_bi_objects",
  help: "Datasets, questions and dashboards of the platform: those that a person edited, and those that could not be made yet.",
  labelNames: ["state"],
});
const provisioned = new Gauge({
  name: "telemetry_bi_provisioned_timestamp_seconds",
  help: "When everything was last as it is wanted, in seconds since 1970.",
});
const answer = new Histogram({
  name: "telemetry_bi_answer_seconds",
  help: "Time of the BI server's answer to a small request every ten seconds.",
  buckets: [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30],
});
const provision = new Gauge({
  name: "telemetry_bi_provision_seconds",
  help: "Time of the last round that brought dashboards to what is wanted.",
});

export function showUp(is: boolean, seconds?: number): void {
  up.set(Number(is));
  if (seconds !== undefined) answer.observe(seconds);
}

export function showProvisioned({edited, missing}: Provisioned, seconds: number): void {
  objects.set({state: "edited"}, edited.length);
  objects.set({state: "missing"}, missing.length);
  provision.set(seconds);
  if (missing.length === 0) provisioned.setToCurrentTime();
}
