import {register} from "prom-client";
import {beforeEach, expect, test} from "vitest";
import {observeLatency} from "./metrics.ts";

const NOW = Date.parse("2026-01-01T00:00:10Z");
const entry = (ageMs: number) => ({row: {ts: new Date(NOW - ageMs)}});

/** Sum and count of the histogram. */
async function latency() {
  const [{values}] = (await register.getMetricsAsJSON()).filter(
    ({name}) => name === "telemetry_ingester_latency_seconds",
  ) as unknown as [{values: {metricName: string; value: number}[]}];
  const of = (part: string) => values.find(({metricName}) => metricName.endsWith(part))?.value;
  return {count: of("_count"), sum: of("_sum")};
}

beforeEach(() => register.resetMetrics());

test("the time from a vehicle's timestamp to a readable row is counted, a clock that is ahead as none", async () => {
  observeLatency("cassandra", [entry(2_000), entry(500), entry(-60_000)], NOW);
  expect(await latency()).toEqual({count: 3, sum: 2.5});
});

test("of a large batch, rows are taken from all of it", async () => {
  observeLatency("cassandra", [...Array(5_000).fill(entry(1_000)), ...Array(5_000).fill(entry(3_000))], NOW);
  expect(await latency()).toEqual({count: 50, sum: 100});
});
