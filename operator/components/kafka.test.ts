import {expect, test} from "vitest";
import {REPLICAS_ANNOTATION} from "../../cdk8s/components/kafka-pools.ts";
import {resolveSpec} from "../api/profiles.ts";
import type {KubeObject} from "../runtime/types.ts";
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

test("as many and more are taken", () => {
  expect(validate(3)).not.toThrow();
  expect(validate(5)).not.toThrow();
});
