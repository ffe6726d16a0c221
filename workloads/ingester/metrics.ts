import {Counter, Gauge, Histogram} from "prom-client";

/** What one ingester counts; `store` is timescaledb or cassandra. */
export const rowsTotal = new Counter({
  name: "telemetry_ingester_rows_total",
  help: "Rows that the store has accepted, replays included.",
  labelNames: ["store"],
});
export const deadTotal = new Counter({
  name: "telemetry_ingester_dead_letters_total",
  help: "Events sent to the dead-letter topic.",
  labelNames: ["store"],
});
export const troubleTotal = new Counter({
  name: "telemetry_ingester_store_errors_total",
  help: "Writes that the store did not take and that are tried again, by reason: unreachable, credentials, schema, disk-full, overloaded or other.",
  labelNames: ["store", "reason"],
});
let look = async () => {};
/** Sets what reads the figures below when somebody asks, so that a consumer that hangs cannot hide behind its last word. */
export const onLook = (read: () => Promise<void>): void => {
  look = read;
};
export const lag = new Gauge({
  name: "telemetry_ingester_lag_events",
  help: "Events in Kafka that the whole consumer group has not committed.",
  labelNames: ["store"],
  collect: () => look(),
});
export const freshness = new Gauge({
  name: "telemetry_ingester_freshness_seconds",
  help: "Age of the newest row that was read back from the store.",
  labelNames: ["store"],
});
export const writeSeconds = new Histogram({
  name: "telemetry_ingester_write_seconds",
  help: "Time to write one batch to the store, tries included.",
  labelNames: ["store"],
  buckets: [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30],
});
/** Readings of one batch that are looked at: enough for quantiles, and nothing beside the work of the batch. */
const SAMPLES = 50;
const latencySeconds = new Histogram({
  name: "telemetry_ingester_latency_seconds",
  help: "Time from a vehicle's timestamp until its row could be read from the store; up to 50 rows of each batch, evenly taken.",
  labelNames: ["store"],
  buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3_600],
});

/** Notes how old the rows were that are readable now; a clock that is ahead counts as no time. */
export function observeLatency(store: string, entries: {row: {ts: Date}}[], now: number): void {
  const step = Math.max(1, entries.length / SAMPLES);
  for (let at = 0; at < entries.length; at += step) {
    latencySeconds.observe({store}, Math.max(0, now - entries[Math.floor(at)]!.row.ts.getTime()) / 1_000);
  }
}
