import {STRIMZI_API} from "../../cdk8s/components/kafka/pools.ts";
import type {ResourceType} from "../runtime/types.ts";

const namespaced = (apiVersion: string, kind: string, plural: string): ResourceType => ({
  apiVersion,
  kind,
  plural,
  namespaced: true,
});

export const kafkaCluster = namespaced(STRIMZI_API, "Kafka", "kafkas");
export const kafkaNodePool = namespaced(STRIMZI_API, "KafkaNodePool", "kafkanodepools");
export const kafkaTopic = namespaced(STRIMZI_API, "KafkaTopic", "kafkatopics");
export const k8ssandraCluster = namespaced("k8ssandra.io/v1alpha1", "K8ssandraCluster", "k8ssandraclusters");
export const cassandraDatacenter = namespaced(
  "cassandra.datastax.com/v1beta1",
  "CassandraDatacenter",
  "cassandradatacenters",
);
export const flinkDeployment = namespaced("flink.apache.org/v1beta1", "FlinkDeployment", "flinkdeployments");
