import {kafka as build} from "../../cdk8s/components/kafka.ts";
import {allReady, type Component, conditionReady} from "./component.ts";

export const kafka: Component = {
  name: "kafka",
  dependsOn: [],
  version: (spec) => spec.kafka.version,
  enabled: () => true,
  build,
  readiness: (live) => allReady(live, {Kafka: conditionReady, KafkaTopic: conditionReady, KafkaUser: conditionReady}),
};
