import {expect, test} from "vitest";
import {REPLICAS_ANNOTATION} from "../../../cdk8s/components/kafka/pools.ts";
import {RETAINED_LABEL} from "../../../cdk8s/context.ts";
import type {KubeClient} from "../../runtime/client.ts";
import type {KubeObject} from "../../runtime/types.ts";
import {giveBackClusterId, kafkaFacts, liveReplicas} from "./facts.ts";

const object = (kind: string, name: string, replicas: number, noted?: string): KubeObject => ({
  apiVersion: "kafka.strimzi.io/v1",
  kind,
  metadata: {name, ...(noted ? {annotations: {[REPLICAS_ANNOTATION]: noted}} : {})},
  spec: {replicas},
});

test.each([
  ["what is not there yet is made as the spec says", undefined, {}],
  ["a topic of an older release has what its spec says", object("KafkaTopic", "t", 1), {t: 1}],
  ["a topic that was changed by hand is put back", object("KafkaTopic", "t", 3, "1"), {t: 1}],
  ["the annotation says that copies were added", object("KafkaTopic", "t", 1, "3"), {t: 3}],
  ["a pool that was made smaller by hand is put back", object("KafkaNodePool", "p", 1, "3"), {p: 3}],
  ["brokers that were added by hand are there", object("KafkaNodePool", "p", 3, "1"), {p: 3}],
  ["an annotation that is no number is none", object("KafkaTopic", "t", 2, "many"), {t: 2}],
])("%s", (_, live, wanted) => {
  expect(liveReplicas([live])).toEqual(wanted);
});

const kafka = (status?: object): KubeObject => ({
  apiVersion: "kafka.strimzi.io/v1",
  kind: "Kafka",
  metadata: {name: "fleet", namespace: "a", generation: 1},
  ...(status ? {status} : {}),
});
const READY = [{type: "Ready", status: "True"}];
const PAUSED = [{type: "ReconciliationPaused", status: "True"}];
const ready = (clusterId: string) => kafka({clusterId, observedGeneration: 1, conditions: READY});
const withIds = (nodeIds?: number[]): KubeObject => ({
  ...object("KafkaNodePool", "fleet-pool", 1),
  ...(nodeIds ? {status: {nodeIds}} : {}),
});
const kept = (clusterId: string): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: {name: "fleet-kafka-identity", labels: {[RETAINED_LABEL]: "true"}},
  data: {clusterId, nodeIds: '{"fleet-pool":[0]}', replicas: '{"fleet-telemetry":1}'},
});
const identity = (...found: (KubeObject | undefined)[]) => kafkaFacts("fleet", found).identity;

test("a Kafka that has not said its cluster id has no identity to keep", () => {
  expect(identity()).toBe(undefined);
  expect(identity(kafka())).toBe(undefined);
});

test("a live Kafka's identity is what it and its pools say", () => {
  expect(identity(ready("A"), withIds([0]))).toEqual({
    clusterId: "A",
    nodeIds: {"fleet-pool": [0]},
    replicas: {"fleet-pool": 1},
    missing: [],
  });
});

test("before the brokers answer, the pools say the id: volumes are made by it then", () => {
  const pool = {...withIds([0]), status: {nodeIds: [0], clusterId: "A"}};
  expect(identity(kafka({conditions: []}), pool)?.clusterId).toBe("A");
  expect(identity(kafka({conditions: []}), pool, kept("A"))?.missing).toEqual([]);
});

test.each([
  ["is not there", undefined, "kept", ["fleet"]],
  ["has no id yet", kafka(), "kept", ["fleet"]],
  ["has another id and is not ready", kafka({clusterId: "new", conditions: []}), "kept", ["fleet"]],
  ["has it", kafka({clusterId: "kept", conditions: PAUSED}), "kept", []],
  ["is ready by another id, which is its volumes' then", ready("new"), "new", []],
])("beside a kept identity, a Kafka that %s", (_, live, clusterId, missing) => {
  expect(identity(live, withIds([0]), kept("kept"))).toMatchObject({clusterId, missing});
});

test("pools and topics are made anew as they were kept, and a pool has its ids back once its status has ids", () => {
  expect(kafkaFacts("fleet", [undefined, kept("kept")])).toMatchObject({
    liveReplicas: {"fleet-telemetry": 1},
    identity: {nodeIds: {"fleet-pool": [0]}, missing: ["fleet", "fleet-pool"]},
  });
  expect(identity(ready("kept"), withIds(), kept("kept"))?.missing).toEqual(["fleet-pool"]);
  expect(identity(ready("kept"), withIds([0]), kept("kept"))?.missing).toEqual([]);
});

test("a kept identity that someone has spoiled, or that has no label, is as far as it goes none", () => {
  const spoiled = kept("kept");
  spoiled.data.nodeIds = "{";
  expect(identity(undefined, spoiled)).toMatchObject({clusterId: "kept", nodeIds: {}});
  expect(identity(undefined, {...kept("kept"), metadata: {name: "fleet-kafka-identity"}})).toBe(undefined);
});

test("the cluster id is given back to a Kafka that upstream has paused with, and to no other", async () => {
  const patched: unknown[] = [];
  const client = {patch: async (...args: unknown[]) => void patched.push(args.slice(2))} as unknown as KubeClient;
  const give = (live: KubeObject | undefined) => giveBackClusterId(client, live, identity(live, kept("kept")));
  for (const live of [undefined, kafka(), ready("kept"), kafka({clusterId: "kept", conditions: PAUSED})])
    expect(await give(live)).toBe(false);
  expect(patched).toEqual([]);
  expect(await give(kafka({conditions: PAUSED}))).toBe(true);
  expect(patched).toEqual([[{status: {clusterId: "kept"}}, "status"]]);
});
