import {expect, test} from "vitest";
import {resolveSpec} from "../../api/pipeline.ts";
import {REPLICAS_ANNOTATION} from "../../cdk8s/components/kafka/pools.ts";
import type {KubeObject} from "../runtime/types.ts";
import type {Find} from "./component.ts";
import {kafka} from "./kafka.ts";

const pool = (name: string, replicas: number): KubeObject => ({
  apiVersion: "kafka.strimzi.io/v1",
  kind: "KafkaNodePool",
  metadata: {name, annotations: {[REPLICAS_ANNOTATION]: String(replicas)}},
  spec: {replicas, storage: {volumes: [{size: "5Gi"}]}},
});
const validate = (replicas: number) => {
  const pairs = [
    {planned: pool("fleet-pool", 1), live: pool("fleet-pool", 1)},
    {planned: pool("fleet-brokers", Math.max(0, replicas - 1)), live: pool("fleet-brokers", 2)},
  ];
  return () => kafka.validate!(pairs, resolveSpec({kafka: {replicas}}));
};

test("fewer brokers than both pools have are refused by the figure of the spec", () => {
  expect(validate(2)).toThrow(/spec\.kafka\.replicas: 2 is less than the live 3, .*set it to 3 or more/);
  expect(validate(1)).toThrow(/spec\.kafka\.replicas: 1 is less than the live 3/);
});

test("the class of live volumes stays", () => {
  const classed = (name?: string): KubeObject => ({
    ...pool("fleet-pool", 1),
    spec: {replicas: 1, storage: {volumes: [{size: "5Gi", class: name}]}},
  });
  const pairs = [{planned: classed("fast"), live: classed("slow")}];
  expect(() => kafka.validate!(pairs, resolveSpec({kafka: {storageClass: "fast"}}))).toThrow(
    /^spec\.kafka\.storageClass: fast .*set it to slow$/,
  );
});

test("as many and more are taken", () => {
  expect(validate(3)).not.toThrow();
  expect(validate(5)).not.toThrow();
});

test("fewer than the kept volumes are of are refused before anything is made", () => {
  const pairs = [{planned: pool("fleet-pool", 3), live: undefined}];
  expect(() => kafka.validate!(pairs, resolveSpec({kafka: {replicas: 1}}))).toThrow(
    /spec\.kafka\.replicas: 1 is less than the kept volumes of 3/,
  );
});

const NOW = new Date().toISOString();
const LONG_AGO = "2020-01-01T00:00:00Z";
const object = (kind: string, name: string, status: object, annotations = {}): KubeObject => ({
  apiVersion: "kafka.strimzi.io/v1",
  kind,
  metadata: {name, generation: 1, creationTimestamp: NOW, labels: {"strimzi.io/cluster": "fleet"}, annotations},
  spec: {replicas: 2},
  status: {observedGeneration: 1, ...status},
});
const condition = (type: string, status: string, rest = {}) => [{type, status, lastTransitionTime: NOW, ...rest}];
const READY = {conditions: condition("Ready", "True")};
const CLUSTER = object("Kafka", "fleet", {...READY, clusterId: "A"});
const pod = (name: string, ready: string): KubeObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: {name},
  status: {conditions: [{type: "Ready", status: ready}]},
});
const says = (live: (KubeObject | undefined)[], ...made: KubeObject[]): string => {
  const find: Find = ({kind}, name) => made.find((one) => one.kind === kind && one.metadata.name === name);
  return kafka.readiness(live, resolveSpec({}), find).message;
};
const brokers = (nodeIds: number[]) => object("KafkaNodePool", "fleet-brokers", {nodeIds});

test.each([
  [
    "its change is not seen",
    {...brokers([1]), metadata: {...brokers([1]).metadata, generation: 2}},
    [],
    "the change has not been observed yet",
  ],
  ["a node has no id", brokers([1]), [], "1 of 2 nodes have an id"],
  [
    "a pod is refused",
    brokers([1, 2]),
    [pod("fleet-fleet-brokers-1", "True")],
    "pod fleet-fleet-brokers-2 is not there",
  ],
  [
    "a pod is Pending",
    brokers([1, 2]),
    [pod("fleet-fleet-brokers-1", "True"), pod("fleet-fleet-brokers-2", "False")],
    "pod fleet-fleet-brokers-2 is not ready",
  ],
])("a Kafka that is Ready is not while of a pool %s", (_, pool, pods, why) => {
  expect(says([pool, CLUSTER], ...pods)).toBe(`KafkaNodePool fleet-brokers: ${why}`);
});

test("a pool whose pods are all ready is well", () => {
  const pods = [1, 2].map((id) => pod(`fleet-fleet-brokers-${id}`, "True"));
  expect(says([brokers([1, 2]), CLUSTER], ...pods)).toBe("all objects are ready");
});

test("the Kafka's own words come before those of its pools", () => {
  const broken = object("Kafka", "fleet", {
    conditions: condition("NotReady", "True", {reason: "InvalidResourceException", message: "no"}),
  });
  expect(says([brokers([1]), broken])).toBe("Kafka fleet: InvalidResourceException: no");
});

test("a Kafka that Strimzi does not come to says so, once it had the time to", () => {
  const made = (creationTimestamp: string): KubeObject => ({
    ...CLUSTER,
    metadata: {...CLUSTER.metadata, creationTimestamp},
    status: undefined,
  });
  expect(says([made(NOW)])).toBe("Kafka fleet: not ready yet");
  expect(says([made(LONG_AGO)])).toMatch(/Strimzi has not reconciled it yet: .* an earlier Kafka of this name/);
});

test("while a Kafka gets the cluster id of its kept volumes back, the message says what is waited for", () => {
  const identity: KubeObject = {
    ...{apiVersion: "v1", kind: "ConfigMap"},
    metadata: {name: "fleet-kafka-identity", labels: {"telemetry.dev/retained": "true"}},
    data: {clusterId: "A"},
  };
  const paused = (status: object) =>
    says([object("Kafka", "fleet", status, {"strimzi.io/pause-reconciliation": "true"}), identity]);
  expect(paused({})).toMatch(/waiting for Strimzi to pause before restoring the cluster id A of its kept volumes/);
  expect(paused({conditions: condition("ReconciliationPaused", "True")})).toMatch(/restoring the cluster id A/);
  expect(paused({clusterId: "A"})).toMatch(
    /annotation strimzi.io\/pause-reconciliation tells Strimzi to leave it alone/,
  );
});

test.each([
  ["one that could not reach the brokers", {reason: "KafkaError", message: "TimeoutException: timed out"}, true],
  ["one that could not for long", {reason: "KafkaError", message: "timed out", lastTransitionTime: LONG_AGO}, false],
  ["one that is refused", {reason: "NotSupported", message: "Decreasing partitions not supported"}, false],
])("a topic or user that is not ready is said to pass by itself: %s", (_, rest, passes) => {
  for (const kind of ["KafkaTopic", "KafkaUser"]) {
    const message = says([CLUSTER, object(kind, "x", {conditions: condition("Ready", "False", rest)})]);
    expect(message).toContain(`${kind} x: ${rest.reason}: ${rest.message}`);
    expect(/Strimzi reconciles topics and users again within 2 minutes/.test(message)).toBe(passes);
  }
});

test("a user without its Secret is not ready", () => {
  const user = object("KafkaUser", "fleet-ingester", {...READY, secret: "fleet-ingester"});
  expect(says([CLUSTER, user])).toBe("KafkaUser fleet-ingester: Secret fleet-ingester is not there");
  const secret = {apiVersion: "v1", kind: "Secret", metadata: {name: "fleet-ingester"}};
  expect(says([CLUSTER, user], secret)).toBe("all objects are ready");
});
