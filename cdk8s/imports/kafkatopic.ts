// Generated from crds/upstream/043-Crd-kafkatopic.yaml by "make imports"; do not edit.

export interface KafkaTopic {
  apiVersion: "kafka.strimzi.io/v1";
  kind: "KafkaTopic";
  metadata: {name: string; labels?: Record<string, string>; annotations?: Record<string, string>};
  spec: KafkaTopicSpec;
}

export interface KafkaTopicSpec {
  topicName?: string;
  partitions?: number;
  replicas?: number;
  config?: Record<string, unknown>;
}
