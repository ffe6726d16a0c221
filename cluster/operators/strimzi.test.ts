import kafkajs from "kafkajs";
import {expect, test} from "vitest";
import type {KubeObject} from "../../operator/runtime/types.ts";
import {
  getsStatusOf,
  isAnswer,
  keptClusterId,
  leftAloneFor,
  lockedFor,
  nodeIds,
  poolsRefused,
  replicasRefused,
  saysMeanwhile,
} from "./strimzi.ts";

const pool = (name: string, replicas: number, roles: string[], ids?: number[]): KubeObject => ({
  apiVersion: "kafka.strimzi.io/v1",
  kind: "KafkaNodePool",
  metadata: {name},
  spec: {replicas, roles, storage: {type: "jbod", volumes: [{}]}},
  ...(ids ? {status: {nodeIds: ids}} : {}),
});
const BOTH = ["controller", "broker"];

test("ids are the cluster's: pools that are new take theirs in the order of their names, whoever votes", () => {
  const pools = [pool("pool", 1, BOTH), pool("brokers", 2, ["broker"])];
  expect(nodeIds(pools)).toEqual({brokers: [0, 1], pool: [2]});
  expect(poolsRefused(pools)).toMatch(/pool: its first node is 2/);
});

test("a pool that is new takes the ids that its annotation names", () => {
  const named = (object: KubeObject, ids: string): KubeObject => ({
    ...object,
    metadata: {...object.metadata, annotations: {"strimzi.io/next-node-ids": ids}},
  });
  const pools = [named(pool("brokers", 3, ["broker"]), "[1-2, 5]"), named(pool("pool", 1, BOTH), "[0]")];
  expect(nodeIds(pools)).toEqual({brokers: [1, 2, 5], pool: [0]});
});

test("a cluster keeps the id of its status, or of a pool's, and has none of its own", () => {
  const kafka = {apiVersion: "kafka.strimzi.io/v1", kind: "Kafka", metadata: {name: "fleet", uid: "1"}};
  const kept = {...pool("pool", 1, BOTH), status: {clusterId: "of-the-pool"}};
  expect(keptClusterId(kafka, [pool("pool", 1, BOTH)])).toBe(undefined);
  expect(keptClusterId(kafka, [kept])).toBe("of-the-pool");
  expect(keptClusterId({...kafka, status: {clusterId: "of-the-kafka"}}, [kept])).toBe("of-the-kafka");
});

test("a pool keeps its ids and grows by the next that are free", () => {
  const pools = [pool("brokers", 3, ["broker"], [1, 2]), pool("pool", 1, BOTH, [0])];
  expect(nodeIds(pools)).toEqual({pool: [0], brokers: [1, 2, 3]});
});

test("a pool that shrinks gives up its last ids", () => {
  expect(nodeIds([pool("pool", 1, BOTH, [0]), pool("brokers", 1, ["broker"], [1, 2])])).toEqual({
    pool: [0],
    brokers: [1],
  });
});

test("a pool with the controller role is not scaled, one of brokers is", () => {
  expect(poolsRefused([pool("pool", 3, BOTH, [0])])).toMatch(
    /scaling a node pool with the controller role, from 1 to 3/,
  );
  expect(poolsRefused([pool("pool", 1, BOTH, [0]), pool("brokers", 2, ["broker"], [1])])).toBe("");
});

test.each([
  ["as many copies as there are", 1, [1, 1], ""],
  ["no wish", undefined, [1, 1], ""],
  [
    "other copies than there are",
    3,
    [1, 1],
    "Replication factor change not supported, but required for partitions [0, 1]",
  ],
  ["partitions that differ", 3, [3, 1], "Replication factor change not supported, but required for partitions [1]"],
])("a topic with %s is answered as upstream does", (_, wanted, copies, answer) => {
  const partitions = copies.map((count, partitionId) => ({
    partitionId,
    replicas: Array.from({length: count}, () => 0),
  }));
  expect(replicasRefused(wanted, partitions)).toBe(answer);
});

const NOW = 1_000_000;
const seen = (status: string): KubeObject => ({
  apiVersion: "kafka.strimzi.io/v1",
  kind: "KafkaTopic",
  metadata: {name: "t", generation: 1},
  status: {conditions: [{type: "Ready", status}]},
});

test.each([
  ["is new", undefined, "True", true, 0],
  ["is new, and has no brokers yet", undefined, "True", false, 120_000],
  ["has changed", {at: NOW, generation: 0}, "True", true, 0],
  ["is well", {at: NOW - 20_000, generation: 1}, "True", true, 100_000],
  ["has not been looked at for long", {at: NOW - 130_000, generation: 1}, "True", true, 0],
  ["is well when the brokers go", {at: NOW, generation: 1}, "True", false, 0],
  ["failed a while ago, its brokers back", {at: NOW - 20_000, generation: 1}, "False", true, 100_000],
])("a topic that %s is looked at in time, and no sooner", (_, last, status, brokers, rest) => {
  expect(leftAloneFor(last, seen(status), brokers, NOW)).toBe(rest);
});

const {KafkaJSAggregateError, KafkaJSConnectionError, KafkaJSProtocolError} = kafkajs;
const answer = (type: string, retriable: boolean) => Object.assign(new Error(type), {type, retriable});

test.each([
  ["a leader that is not elected yet", new KafkaJSProtocolError(answer("LEADER_NOT_AVAILABLE", true)), false],
  ["a connection that broke", new KafkaJSConnectionError("closed"), false],
  ["too many copies", new KafkaJSProtocolError(answer("INVALID_REPLICATION_FACTOR", false)), true],
  [
    "a setting that does not exist, among others",
    new KafkaJSAggregateError("topics", [new KafkaJSProtocolError(answer("INVALID_CONFIG", false))]),
    true,
  ],
])("%s: whether it is an answer for the topic's status", (_, error, final) => {
  expect(isAnswer(error)).toBe(final);
});

test.each([
  ["comes up", undefined, 10_000, "Creating"],
  ["was Ready, for five minutes", "Ready", 299_000, undefined],
  ["was Ready, after that", "Ready", 300_000, "TimeoutException"],
])("a Kafka that waits for pods and %s says so as upstream does", (_, type, ms, reason) => {
  const kafka = {...seen("True"), status: type ? {conditions: [{type, status: "True"}]} : {}};
  expect(saysMeanwhile(kafka, "pods", NOW - ms, NOW)?.reason).toBe(reason);
});

test("a name is locked while the pods of an earlier Kafka are waited for, and the next one gets its status", () => {
  const kafka = (uid: string, created: number): KubeObject => ({
    apiVersion: "kafka.strimzi.io/v1",
    kind: "Kafka",
    metadata: {name: "fleet", uid, creationTimestamp: new Date(created).toISOString()},
  });
  const lock = {kafka: kafka("1", 0), since: 10_000};
  expect(lockedFor(lock, kafka("1", 0), 20_000)).toBe(0);
  expect(lockedFor(lock, kafka("2", 15_000), 20_000)).toBe(290_000);
  expect(lockedFor(lock, kafka("2", 15_000), 310_000)).toBe(0);
  expect(getsStatusOf(lock, kafka("2", 15_000))).toBe(true);
  expect(getsStatusOf(lock, kafka("2", 400_000))).toBe(false);
  expect(getsStatusOf(lock, kafka("1", 0))).toBe(false);
});
