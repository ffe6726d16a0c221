import {expect, test} from "vitest";
import {alertsOf as allAlerts} from "./alerts.ts";
import {flowOf} from "./kafka.ts";
import type {PipelineStatus} from "./pipeline.ts";
import type {StoreHealth} from "./wire.ts";

const NOW = 1_750_000_000_000;
const time = new Date(NOW).toISOString();
const condition = (type: string, status: string, message = "") => ({
  type,
  status,
  reason: type,
  message,
  lastTransitionTime: time,
});
const component = (name: string, ready: boolean) => ({name, ready, reason: "", message: "no pod", since: time});
const well: PipelineStatus = {
  phase: "Running",
  conditions: [condition("Valid", "True"), condition("Ready", "True")],
  components: [component("kafka", true)],
};
const LIMITS = {staleMs: 120_000, behindSeconds: 60};
const alertsOf = (
  status: PipelineStatus,
  stores: Omit<StoreHealth, "level">[],
  problems: Record<string, string>,
  limits = LIMITS,
) =>
  allAlerts(
    status,
    stores.map((store) => ({level: "good" as const, ...store})),
    problems,
    limits,
  );
const titles = (...args: Parameters<typeof alertsOf>) => alertsOf(...args).map(({title}) => title);

test("a pipeline that is well raises nothing", () => {
  expect(alertsOf(well, [{store: "timescaledb", age: 900, lag: 40, rate: 100}], {})).toEqual([]);
});

test("one cause is told once: the component that keeps the pipeline from being ready is not named twice", () => {
  const status: PipelineStatus = {
    phase: "Degraded",
    conditions: [condition("Ready", "False", "kafka: no pod")],
    components: [component("kafka", false), component("simulator", false)],
  };
  expect(titles(status, [], {})).toEqual(["Pipeline is not ready", "simulator is not ready"]);
});

test("a stopped pipeline is no alarm", () => {
  const status = {
    ...well,
    phase: "Stopped",
    conditions: [condition("Ready", "False")],
    components: [component("kafka", false)],
  };
  expect(alertsOf(status, [], {})).toEqual([]);
});

test.each([
  [20_000, []],
  [45_000, ["warning"]],
  [300_000, ["critical"]],
])("a store whose newest row is %i ms old raises %j", (age, severities) => {
  const found = alertsOf(well, [{store: "cassandra", age}], {});
  expect(found.map(({severity}) => severity)).toEqual(severities);
});

test("thresholds of the spec say what is stale and behind", () => {
  const severities = (staleMs: number) =>
    alertsOf(well, [{store: "cassandra", age: 8_000}], {}, {staleMs, behindSeconds: 60}).map(({severity}) => severity);
  expect([40_000, 20_000, 5_000].map(severities)).toEqual([[], ["warning"], ["critical"]]);
  const behind = {store: "cassandra", age: 0, lag: 50_000, rate: 10_000};
  expect(alertsOf(well, [behind], {}, {staleMs: 120_000, behindSeconds: 1})).toHaveLength(1);
});

test("lag counts by the time that it takes to catch up", () => {
  const store = (lag: number, rate: number) => [{store: "cassandra", age: 0, lag, rate}];
  expect(titles(well, store(50_000, 10_000), {})).toEqual([]);
  expect(titles(well, store(50_000, 100), {})).toEqual(["cassandra is behind"]);
});

test("what an open transaction holds back is no slow store, and is told once", () => {
  const held = "held back by an open transaction: partition 1 at offset 7";
  const store = {store: "cassandra", age: 900, lag: 50_000, heldBack: 50_000, rate: 100, held};
  expect(titles(well, [store], {})).toEqual(["cassandra is held back"]);
  const conditions = [condition("Ready", "False", `cassandra: ${held}`)];
  expect(titles({...well, conditions}, [store], {})).toEqual(["Pipeline is not ready"]);
});

test("events that expired unread are told at once, however well all is now", () => {
  const lost = "390 events expired in Kafka before they were read: 390 of partition 0";
  const [alert] = alertsOf(well, [{store: "cassandra", age: 900, lag: 0, rate: 100, lost}], {});
  expect(alert).toMatchObject({severity: "critical", detail: lost});
});

test("lag is what is in the topic and not committed; rates come from two looks", () => {
  const waiting = {lag: 100, heldBack: 0};
  const first = {at: NOW, end: 1_000, groups: {"fleet-timescaledb": {...waiting, read: 900}}};
  const second = {at: NOW + 2_000, end: 1_600, groups: {"fleet-timescaledb": {...waiting, read: 1_500}}};
  expect(flowOf(undefined, first)).toEqual({groups: {"fleet-timescaledb": waiting}});
  expect(flowOf(first, second)).toEqual({rate: 300, groups: {"fleet-timescaledb": {...waiting, rate: 300}}});
});

test("offsets that went back, as after a reset, are no negative rate", () => {
  const group = (read: number) => ({g: {lag: 1_000 - read, heldBack: 0, read}});
  const before = {at: NOW, end: 1_000, groups: group(1_000)};
  const after = {at: NOW + 1_000, end: 1_000, groups: group(0)};
  expect(flowOf(before, after).groups.g).toEqual({lag: 1_000, heldBack: 0, rate: 0});
});
