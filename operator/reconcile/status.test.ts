import {expect, test} from "vitest";
import {TelemetryError} from "../../api/errors.ts";
import {resolveSpec} from "../../api/pipeline.ts";
import type {Freshness, PipelineStatus} from "../../api/status.ts";
import {deletingStatus, type Observation, statusOf, transitions} from "./status.ts";

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1_000).toISOString();
const component = (name: string, ready: boolean) => ({
  name,
  version: undefined,
  state: {ready, reason: ready ? "Ready" : "KafkaNotReady", message: ready ? "" : "Kafka fleet: broker 0 is not ready"},
});
const fresh: Freshness[] = [{store: "timescaledb", age: "Fresh"}];
const about = {
  fillers: ["timescaledb", "cassandra"].map((store) => ({component: `ingester-${store}`, store, idle: undefined})),
  vehicles: 4,
  conditions: [],
};
const good: Observation = {...about, components: [component("kafka", true)], freshness: fresh};
const bad: Observation = {...about, components: [component("kafka", false)], freshness: fresh};

/** The status after one look, on top of the one before. */
function look(
  before: PipelineStatus | undefined,
  seen: Observation,
  seconds: number,
  spec: object = {},
  generation = 1,
) {
  const metadata = {name: "fleet", generation};
  const pipeline = {apiVersion: "telemetry.dev/v1alpha1", kind: "TelemetryPipeline", metadata, spec, status: before};
  return statusOf(pipeline, resolveSpec(spec), seen, at(seconds));
}
const ready = (status: PipelineStatus) => status.conditions?.find(({type}) => type === "Ready");

test("a new pipeline deploys, says what it waits for, and becomes Running", () => {
  const first = look(undefined, bad, 0);
  expect(first.phase).toBe("Deploying");
  expect(ready(first)).toMatchObject({
    status: "False",
    reason: "ComponentNotReady",
    message: "kafka: Kafka fleet: broker 0 is not ready",
  });
  const then = look(first, good, 5);
  expect(then.phase).toBe("Running");
  expect(ready(then)).toMatchObject({status: "True", lastTransitionTime: at(5)});
});

test("an unchanged look gives an equal status: nothing to write", () => {
  const first = look(look(undefined, good, 0), good, 5);
  expect(look(first, good, 500)).toEqual(first);
});

test("endpoints are those of the plan that was applied last: a refused spec changes none, and deletion ends them", () => {
  const endpoints = [{name: "kafka", address: "fleet-kafka-bootstrap.cars.svc.cluster.local:9092"}];
  const applied = look(undefined, {...good, endpoints}, 0);
  expect(look(undefined, good, 0).endpoints).toEqual([]);
  expect(applied.endpoints).toEqual(endpoints);
  const problem = new TelemetryError("CannotShrink", "spec.kafka.storage: …");
  expect(look(applied, {...good, problem}, 5, {}, 2).endpoints).toEqual(endpoints);
  expect(look(applied, {...good, endpoints: []}, 5).endpoints).toEqual([]);
  const metadata = {name: "fleet", generation: 1};
  const pipeline = {apiVersion: "telemetry.dev/v1alpha1", kind: "TelemetryPipeline", metadata, status: applied};
  expect(deletingStatus(pipeline, "consumers", at(9)).endpoints).toEqual([]);
});

test("a component that is away for a moment does not turn Ready off; one that stays away does", () => {
  const running = look(undefined, good, 0);
  const blip = look(running, bad, 5);
  expect(ready(blip)?.status).toBe("True");
  expect(blip.components?.[0]?.ready).toBe(false);
  expect(ready(look(blip, good, 10))?.status).toBe("True");
  const outage = look(blip, bad, 20);
  expect(outage.phase).toBe("Degraded");
  expect(ready(outage)?.status).toBe("False");
});

test("a changed spec is not Ready before its components are", () => {
  expect(ready(look(look(undefined, good, 0), bad, 1, {}, 2))?.status).toBe("False");
});

test("a store that takes no rows is the reason, not the ingester that is not ready for it", () => {
  const running = look(undefined, {...good, components: [component("ingester-timescaledb", true)]}, 0);
  const freshness = [{store: "timescaledb", problem: "disk-full: could not extend file: No space left on device"}];
  const full = look(running, {...about, components: [component("ingester-timescaledb", false)], freshness}, 5);
  const later = look(full, {...about, components: [component("ingester-timescaledb", false)], freshness}, 60);
  expect(later).toMatchObject({phase: "Degraded", freshness});
  expect(ready(later)).toMatchObject({
    reason: "StoreTakesNoRows",
    message: "timescaledb: disk-full: could not extend file: No space left on device",
  });
  expect(transitions(full, later)).toMatchObject([{type: "Warning", reason: "StoreTakesNoRows"}]);
});

test.each([
  ["dead-letters: topic telemetry.dlq cannot be written; the topic does not exist: make it (…)", "DeadLettersBlocked"],
  ["unreadable: the batch at offset 17 of partition 3 cannot be read: …", "UnreadableBatch"],
  ["registry: schema registry http://schemas:8081 does not answer: connect ECONNREFUSED", "SchemaRegistryAway"],
])("an ingester that waits for Kafka's sake says so: %s", (problem, reason) => {
  const freshness = [{store: "cassandra", problem}];
  const components = [component("ingester-cassandra", false)];
  expect(ready(look(undefined, {...about, components, freshness}, 0))).toMatchObject({
    reason,
    message: `cassandra: ${problem}`,
  });
});

test("a store whose own pod is not ready is named by its pod", () => {
  const freshness = [{store: "timescaledb", problem: "unreachable: connect ECONNREFUSED"}];
  const components = [component("timescaledb", false), component("ingester-timescaledb", false)];
  expect(ready(look(undefined, {...about, components, freshness}, 0))?.reason).toBe("ComponentNotReady");
});

test("no row to read back is not Ready, unless nothing is sent", () => {
  const silent: Observation = {...good, freshness: [{store: "cassandra", age: "None"}]};
  expect(ready(look(undefined, silent, 0))).toMatchObject({status: "False", reason: "NoRowsYet"});
  expect(ready(look(undefined, {...silent, vehicles: 0}, 0))?.status).toBe("True");
  const idle = "spec.ingester.cassandra.replicas is 0";
  const off = look(undefined, {...silent, fillers: [{component: "ingester-cassandra", store: "cassandra", idle}]}, 0);
  expect(ready(off)?.message).toBe(`no rows in cassandra: ${idle}`);
});

test("an open transaction that holds events back is a reason of its own, while every component is ready", () => {
  const held = "held back by an open transaction: partition 3 at offset 7";
  const status = look(look(undefined, good, 0), {...good, freshness: [{store: "timescaledb", age: "Stale", held}]}, 5);
  expect(status).toMatchObject({phase: "Degraded", freshness: [{store: "timescaledb", age: "Stale", held}]});
  expect(ready(status)).toMatchObject({reason: "HeldBackByTransaction", message: `timescaledb: ${held}`});
});

test("events that expired unread are said, once more when more expire, and the pipeline stays ready", () => {
  const with_ = (lost: string): Observation => ({...good, freshness: [{store: "timescaledb", age: "Fresh", lost}]});
  const before = look(undefined, good, 0);
  const [some, more] = [
    look(before, with_("390 events"), 5),
    look(look(before, with_("390 events"), 5), with_("450 events"), 9),
  ];
  const complete = (status: PipelineStatus) => status.conditions?.find(({type}) => type === "Complete");
  expect(complete(before)?.status).toBe("True");
  expect(complete(more)).toMatchObject({status: "False", reason: "EventsExpired", message: "timescaledb: 450 events"});
  expect(ready(more)?.status).toBe("True");
  for (const [from, to] of [
    [before, some],
    [some, more],
  ] as const)
    expect(transitions(from, to)).toMatchObject([{type: "Warning", reason: "EventsExpired"}]);
  expect(transitions(more, look(more, good, 20))).toEqual([]);
});

test("paths that are in no event are said where the spec has any, while the pipeline stays ready", () => {
  const words = "speed (gps.kn): in none of 10000 events; one has gps.kph";
  const mapped = {event: {mapping: {fields: [{name: "speed", path: "gps.kn"}]}}};
  const found = (unmatched?: string) =>
    look(undefined, {...good, freshness: [{store: "timescaledb", age: "Fresh", unmatched}]}, 0, mapped);
  const condition = ({conditions}: PipelineStatus) => conditions?.find(({type}) => type === "FieldsFound");
  expect(condition(found())?.status).toBe("True");
  expect(condition(found(words))).toMatchObject({status: "False", reason: "FieldsNotFound", message: words});
  expect(ready(found(words))?.status).toBe("True");
  expect(transitions(found(), found(words))).toMatchObject([
    {type: "Warning", reason: "FieldsNotFound", message: words},
  ]);
  expect(condition(look(undefined, good, 0))).toBeUndefined();
});

test("the status holds no figure that moves", () => {
  const figures = [{store: "timescaledb", age: "Fresh" as const, load: {lag: 7, behind: 1}}];
  expect(look(undefined, {...good, freshness: figures}, 0).freshness).toEqual([{store: "timescaledb", age: "Fresh"}]);
});

test("the status of an earlier version, with figures and without a class, keeps its pipeline ready until the first look", () => {
  const before = look(undefined, good, 0);
  const old = {
    ...before,
    freshness: [{store: "timescaledb", seconds: 1, rows: 14, newest: at(0), lag: -1} as Freshness],
  };
  const status = look(old, {...good, freshness: [{store: "timescaledb"}]}, 5);
  expect(ready(status)?.status).toBe("True");
  expect(look(status, good, 6).freshness).toEqual(fresh);
});

test("a refused spec is Invalid with its reason, while components and freshness stay reported", () => {
  const problem = new TelemetryError("CannotShrink", "spec.kafka.storage: …");
  const status = look(look(undefined, good, 0), {...good, problem}, 5, {}, 2);
  expect(status).toMatchObject({phase: "Invalid", observedGeneration: 2, freshness: fresh});
  expect(ready(status)).toMatchObject({status: "False", reason: "CannotShrink"});
});

test("Stopped and Paused are phases of their own", () => {
  expect(look(undefined, good, 0, {state: "Stopped"})).toMatchObject({phase: "Stopped", freshness: []});
  expect(look(undefined, good, 0, {paused: true}).phase).toBe("Paused");
});

test("people hear of what changed, once", () => {
  const deploying = look(undefined, bad, 0);
  const running = look(deploying, good, 5);
  expect(transitions(deploying, running).map(({reason}) => reason)).toEqual(["ComponentReady", "Ready"]);
  const two = (ready: boolean) => ({...good, components: [component("kafka", ready), component("console", ready)]});
  const [event] = transitions(look(undefined, two(false), 0), look(undefined, two(true), 5));
  expect(event).toEqual({type: "Normal", reason: "ComponentReady", message: "ready: kafka, console"});
  expect(transitions(running, running)).toEqual([]);
  const blip = look(running, bad, 10);
  const outage = look(blip, bad, 30);
  expect(transitions(running, blip)).toMatchObject([{type: "Warning", reason: "ComponentNotReady"}]);
  expect(transitions(blip, outage)).toMatchObject([{type: "Warning", reason: "ComponentNotReady"}]);
  expect(transitions(running, look(running, good, 10, {state: "Stopped"}))).toMatchObject([{type: "Normal"}]);
});
