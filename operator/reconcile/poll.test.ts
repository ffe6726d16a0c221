import {afterEach, beforeEach, expect, test, vi} from "vitest";
import type {Freshness} from "../../api/status.ts";
import type {Answer} from "../components/store-figures.ts";
import type {KubeObject} from "../runtime/types.ts";
import {pollFreshness} from "./poll.ts";

const pipeline = (name: string, freshness?: Freshness[]): KubeObject => ({
  apiVersion: "telemetry.dev/v1alpha1",
  kind: "TelemetryPipeline",
  metadata: {name, namespace: "cars"},
  status: {freshness},
});
/** An answer of an ingester, and what becomes of it. */
const came = (secondsAgo: number) => ({newest: new Date(Date.now() - secondsAgo * 1_000).toISOString(), rows: 1});
const fresh: Freshness = {store: "timescaledb", age: "Fresh"};
const stale: Freshness = {store: "timescaledb", age: "Stale"};
const how = {always: false, staleSeconds: 120};
let stop: AbortController;
beforeEach(() => {
  vi.useFakeTimers();
  stop = new AbortController();
});
afterEach(() => {
  stop.abort();
  vi.useRealTimers();
});

function start(answers: (name: string) => Promise<(Answer | undefined)[]>) {
  const asked: string[] = [];
  const moved: string[] = [];
  const poll = pollFreshness((name) => {
    asked.push(name);
    return answers(name);
  }, stop.signal);
  poll.onMoved((key) => moved.push(key));
  return {poll, asked, moved};
}

test("until the first look the status's own words hold, and a look that finds others asks for a reconcile", async () => {
  let seconds = 2;
  const {poll, moved} = start(async () => [came(seconds)]);
  const shown = pipeline("fleet", [fresh]);
  expect(poll.of(shown, ["timescaledb"], how)).toEqual([fresh]);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(moved).toEqual([]);
  seconds = 130;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(moved).toEqual(["cars/fleet"]);
  expect(poll.of(shown, ["timescaledb"], how)).toEqual([stale]);
});

test("the status of an earlier version says nothing until the first look", async () => {
  const {poll, moved} = start(async () => [came(1)]);
  const before = [{store: "timescaledb", seconds: 1, rows: 14} as Freshness];
  expect(poll.of(pipeline("fleet", before), ["timescaledb"], how)[0]!.age).toBeUndefined();
  await vi.advanceTimersByTimeAsync(100);
  expect(moved).toEqual(["cars/fleet"]);
});

test("an ingester that restarts keeps its words; one that is silent for ten seconds is unknown, and what was lost stays", async () => {
  let answer: Answer | undefined = {...came(1), lost: "3 events"};
  const {poll, moved} = start(async () => [answer]);
  const figures = () => poll.of(pipeline("fleet"), ["timescaledb"], how);
  const known = {...fresh, lost: "3 events"};
  expect(figures()).toEqual([{store: "timescaledb", age: "Unknown"}]);
  await vi.advanceTimersByTimeAsync(100);
  expect(figures()).toEqual([known]);
  moved.length = 0;
  answer = undefined;
  await vi.advanceTimersByTimeAsync(10_000);
  expect([figures(), moved]).toEqual([[known], []]);
  await vi.advanceTimersByTimeAsync(5_000);
  expect([figures(), moved]).toEqual([[{...known, age: "Unknown"}], ["cars/fleet"]]);
});

test("an answer that there is no row counts at once", async () => {
  let answer: Answer = came(1);
  const {poll, moved} = start(async () => [answer]);
  poll.of(pipeline("fleet", [fresh]), ["timescaledb"], how);
  await vi.advanceTimersByTimeAsync(100);
  answer = {newest: null, rows: 0};
  await vi.advanceTimersByTimeAsync(5_000);
  expect(moved).toEqual(["cars/fleet"]);
});

test("a store that does not answer holds nothing up, and a forgotten pipeline is asked no more", async () => {
  const {poll, asked} = start((name) => (name === "slow" ? new Promise(() => {}) : Promise.resolve([came(1)])));
  poll.of(pipeline("slow"), ["timescaledb"], how);
  poll.of(pipeline("quick"), ["timescaledb"], how);
  await vi.advanceTimersByTimeAsync(11_000);
  expect(asked.filter((name) => name === "quick")).toHaveLength(3);
  poll.forget("cars/quick");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked.filter((name) => name === "quick")).toHaveLength(3);
});

test("an autoscaled pipeline is reconciled with each look", async () => {
  const {poll, moved} = start(async () => [came(1)]);
  poll.of(pipeline("fleet", [fresh]), ["timescaledb"], {...how, always: true});
  await vi.advanceTimersByTimeAsync(10_500);
  expect(moved).toEqual(["cars/fleet", "cars/fleet", "cars/fleet"]);
});

test("a thousand pipelines are asked ten a second", async () => {
  const {poll, asked} = start(async () => [came(1)]);
  for (let index = 0; index < 1_000; index++) poll.of(pipeline(`p${index}`), ["timescaledb"], how);
  await vi.advanceTimersByTimeAsync(200_000);
  const before = asked.length;
  await vi.advanceTimersByTimeAsync(300_000);
  expect((asked.length - before) / 300).toBeGreaterThan(8.5);
  expect((asked.length - before) / 300).toBeLessThanOrEqual(10.5);
});
