import {Gauge, Histogram} from "prom-client";
import type {Druid} from "./druid.ts";
import type {TableState} from "./keep.ts";

const gauge = (name: string, help: string, labelNames: string[] = ["table"]) => new Gauge({name, help, labelNames});

const healthy = gauge(
  "telemetry_warehouse_table_healthy",
  "1 while Druid's supervisor of the table reads Kafka, or predictions are loaded into theirs; 0 while not.",
);
const lag = gauge("telemetry_warehouse_lag_events", "Events in Kafka that the table does not have yet.");
const unavailable = gauge(
  "telemetry_warehouse_segments_unavailable",
  "Segments of the table that no historical has loaded, so that answers lack them.",
);
const newest = gauge(
  "telemetry_warehouse_newest_timestamp_seconds",
  "Time of the newest event in the table with every event, in seconds since 1970.",
  [],
);
const answer = new Histogram({
  name: "telemetry_warehouse_query_seconds",
  help: "Time of the answer to a small question that is asked every ten seconds.",
  buckets: [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30],
});

export function show(states: TableState[]): void {
  for (const {table, ...state} of states) {
    healthy.set({table}, Number(state.healthy));
    unavailable.set({table}, state.unavailable);
    if (state.lag === undefined) lag.remove({table});
    else lag.set({table}, state.lag);
  }
}

/** What is not known is not shown. */
export function forget(): void {
  for (const each of [healthy, lag, unavailable]) each.reset();
  newest.remove();
}

/** Asks for the newest event, as somebody would. */
export async function ask(druid: Druid, table: string): Promise<void> {
  const began = performance.now();
  const rows = await druid.sql(`SELECT TIMESTAMP_TO_MILLIS(MAX(__time)) AS "newest" FROM "${table}"`);
  answer.observe((performance.now() - began) / 1_000);
  if (rows[0]?.newest) newest.set(rows[0].newest / 1_000);
}
