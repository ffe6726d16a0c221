import {afterEach, beforeEach, expect, test, vi} from "vitest";
import type {Freshness} from "../api/schema.ts";
import type {KubeObject} from "../runtime/types.ts";
import {pollFreshness} from "./poll.ts";

const pipeline = (name: string, freshness?: Freshness[]): KubeObject => ({
  apiVersion: "telemetry.dev/v1alpha1",
  kind: "TelemetryPipeline",
  metadata: {name, namespace: "cars"},
  status: {freshness},
});
const fresh = (seconds: number): Freshness => ({store: "timescaledb", seconds, newest: "now", rows: 1});
let stop: AbortController;
beforeEach(() => {
  vi.useFakeTimers();
  stop = new AbortController();
});
afterEach(() => {
  stop.abort();
  vi.useRealTimers();
});

function start(answers: (name: string) => Promise<(Freshness | undefined)[]>) {
  const asked: string[] = [];
  const moved: string[] = [];
  const poll = pollFreshness((name) => {
    asked.push(name);
    return answers(name);
  }, stop.signal);
  poll.onMoved((key) => moved.push(key));
  return {poll, asked, moved};
}

test("until the first look the status's own figures hold, and a look that moves them asks for a reconcile", async () => {
  let seconds = 2;
  const {poll, moved} = start(async () => [fresh(seconds)]);
  const shown = pipeline("fleet", [fresh(1)]);
  expect(poll.of(shown, ["timescaledb"], false)).toEqual([fresh(1)]);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(moved).toEqual([]);
  seconds = 60;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(moved).toEqual(["cars/fleet"]);
  expect(poll.of(shown, ["timescaledb"], false)).toEqual([fresh(60)]);
});

test("an ingester that restarts keeps its figure; one that is silent for ten seconds has none", async () => {
  let answer: Freshness | undefined = fresh(1);
  const {poll, moved} = start(async () => [answer]);
  const figures = () => poll.of(pipeline("fleet"), ["timescaledb"], false);
  figures();
  await vi.advanceTimersByTimeAsync(100);
  expect(figures()).toEqual([fresh(1)]);
  moved.length = 0;
  answer = undefined;
  await vi.advanceTimersByTimeAsync(10_000);
  expect([figures(), moved]).toEqual([[fresh(1)], []]);
  answer = fresh(2);
  await vi.advanceTimersByTimeAsync(5_000);
  answer = undefined;
  await vi.advanceTimersByTimeAsync(10_000);
  expect([figures(), moved]).toEqual([[fresh(2)], []]);
  await vi.advanceTimersByTimeAsync(5_000);
  expect([figures(), moved]).toEqual([[{store: "timescaledb"}], ["cars/fleet"]]);
});

test("an answer that there is no row counts at once", async () => {
  let answer: Freshness = fresh(1);
  const {poll, moved} = start(async () => [answer]);
  poll.of(pipeline("fleet", [fresh(1)]), ["timescaledb"], false);
  await vi.advanceTimersByTimeAsync(100);
  answer = {store: "timescaledb"};
  await vi.advanceTimersByTimeAsync(5_000);
  expect(moved).toEqual(["cars/fleet"]);
});

test("a store that does not answer holds nothing up, and a forgotten pipeline is asked no more", async () => {
  const {poll, asked} = start((name) => (name === "slow" ? new Promise(() => {}) : Promise.resolve([fresh(1)])));
  poll.of(pipeline("slow"), ["timescaledb"], false);
  poll.of(pipeline("quick"), ["timescaledb"], false);
  await vi.advanceTimersByTimeAsync(11_000);
  expect(asked.filter((name) => name === "quick")).toHaveLength(3);
  poll.forget("cars/quick");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked.filter((name) => name === "quick")).toHaveLength(3);
});

test("an autoscaled pipeline is reconciled with each look", async () => {
  const {poll, moved} = start(async () => [fresh(1)]);
  poll.of(pipeline("fleet", [fresh(1)]), ["timescaledb"], true);
  await vi.advanceTimersByTimeAsync(10_500);
  expect(moved).toEqual(["cars/fleet", "cars/fleet", "cars/fleet"]);
});

test("a thousand pipelines are asked fifty a second", async () => {
  const {poll, asked} = start(async () => [fresh(1)]);
  for (let index = 0; index < 1_000; index++) poll.of(pipeline(`p${index}`), ["timescaledb"], false);
  await vi.advanceTimersByTimeAsync(40_000);
  const before = asked.length;
  await vi.advanceTimersByTimeAsync(60_000);
  expect((asked.length - before) / 60).toBeGreaterThan(45);
  expect((asked.length - before) / 60).toBeLessThanOrEqual(51);
});
