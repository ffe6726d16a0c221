import {expect, test} from "vitest";
import {REPLICAS_ANNOTATION} from "../../cdk8s/components/kafka-pools.ts";
import type {KubeObject} from "../runtime/types.ts";
import {liveReplicas} from "./kafka.ts";

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
