import {kafka as build} from "../../cdk8s/components/kafka.ts";
import {bytesOf} from "../api/fields.ts";
import {versions} from "../api/versions.ts";
import {TelemetryError} from "../errors.ts";
import {
  allReady,
  type Component,
  conditionReady,
  externalSecrets,
  jobDone,
  neverLess,
  onlyTestedSteps,
  type Pair,
} from "./component.ts";

export const kafka: Component = {
  name: "kafka",
  dependsOn: [],
  version: ({kafka}) => (kafka.external ? undefined : kafka.version),
  enabled: () => true,
  build,
  secrets: ({kafka: {external}}) => externalSecrets("kafka", external, ["username", "password"]),
  upstreamPods: (pipeline) => `strimzi.io/cluster=${pipeline}`,
  readiness: (live) =>
    allReady(live, {Kafka: conditionReady, KafkaTopic: conditionReady, KafkaUser: conditionReady, Job: jobDone}),
  validate(pairs, spec) {
    onlyTestedSteps(pairs, "Kafka", "spec.kafka.version", versions.kafka, ({spec}) => spec.kafka.version);
    const size = (pool: any): string => pool.spec.storage.volumes[0].size;
    neverLess(pairs, "KafkaNodePool", "spec.kafka.storage", "volumes cannot shrink", size, bytesOf);
    fewerBrokers(pairs, spec.kafka.replicas);
    const partitions = ({spec}: any): number => spec.partitions;
    neverLess(pairs, "KafkaTopic", "spec.kafka.topic.partitions", "Kafka cannot remove partitions", partitions, Number);
  },
};

/** The figure of the spec is that of all pools together. */
function fewerBrokers(pairs: Pair[], wanted: number): void {
  const pools = pairs.filter(({planned, live}) => planned.kind === "KafkaNodePool" && live);
  const is = pools.reduce((sum, {live}) => sum + live!.spec.replicas, 0);
  if (wanted >= is) return;
  throw new TelemetryError(
    "CannotShrink",
    `spec.kafka.replicas: ${wanted} is less than the live ${is}, and a broker that goes takes its partitions and its vote along; set it to ${is} or more`,
  );
}
