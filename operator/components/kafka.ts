import {kafka as build} from "../../cdk8s/components/kafka.ts";
import {bytesOf} from "../api/fields.ts";
import {versions} from "../api/versions.ts";
import {
  allReady,
  type Component,
  conditionReady,
  externalSecrets,
  jobDone,
  neverLess,
  onlyTestedSteps,
} from "./component.ts";

export const kafka: Component = {
  name: "kafka",
  dependsOn: [],
  version: ({kafka}) => (kafka.external ? undefined : kafka.version),
  enabled: () => true,
  build,
  secrets: ({kafka: {external}}) => externalSecrets("kafka", external, ["username", "password"]),
  readiness: (live) =>
    allReady(live, {Kafka: conditionReady, KafkaTopic: conditionReady, KafkaUser: conditionReady, Job: jobDone}),
  validate(pairs) {
    onlyTestedSteps(pairs, "Kafka", "spec.kafka.version", versions.kafka, ({spec}) => spec.kafka.version);
    const size = (pool: any): string => pool.spec.storage.volumes[0].size;
    neverLess(pairs, "KafkaNodePool", "spec.kafka.storage", "volumes cannot shrink", size, bytesOf);
    const brokers = ({spec}: any): number => spec.replicas;
    neverLess(
      pairs,
      "KafkaNodePool",
      "spec.kafka.replicas",
      "a broker that goes takes its partitions and its vote along",
      brokers,
      Number,
    );
    const partitions = ({spec}: any): number => spec.partitions;
    neverLess(pairs, "KafkaTopic", "spec.kafka.topic.partitions", "Kafka cannot remove partitions", partitions, Number);
  },
};
