// Generated from crds/upstream/044-Crd-kafkauser.yaml by "make imports"; do not edit.

export interface KafkaUser {
  apiVersion: "kafka.strimzi.io/v1";
  kind: "KafkaUser";
  metadata: {name: string; labels?: Record<string, string>; annotations?: Record<string, string>};
  spec: KafkaUserSpec;
}

export interface KafkaUserSecretKeyRef {
  key?: string;
  name?: string;
  optional?: boolean;
}

export interface KafkaUserValueFrom {
  secretKeyRef?: KafkaUserSecretKeyRef;
}

export interface KafkaUserPassword {
  valueFrom: KafkaUserValueFrom;
}

export interface KafkaUserAuthentication {
  password?: KafkaUserPassword;
  renewalDays?: number;
  type: "tls" | "tls-external" | "scram-sha-512";
  validityDays?: number;
}

export interface KafkaUserResource {
  name?: string;
  patternType?: "literal" | "prefix";
  type: "topic" | "group" | "cluster" | "transactionalId";
}

export interface KafkaUserAcls {
  type?: "allow" | "deny";
  resource: KafkaUserResource;
  host?: string;
  operations: ("Read" | "Write" | "Create" | "Delete" | "Alter" | "Describe" | "ClusterAction" | "AlterConfigs" | "DescribeConfigs" | "IdempotentWrite" | "All")[];
}

export interface KafkaUserAuthorization {
  acls: KafkaUserAcls[];
  type: "simple";
}

export interface KafkaUserQuotas {
  producerByteRate?: number;
  consumerByteRate?: number;
  requestPercentage?: number;
  controllerMutationRate?: number;
}

export interface KafkaUserMetadata {
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

export interface KafkaUserSecret {
  metadata?: KafkaUserMetadata;
}

export interface KafkaUserTemplate {
  secret?: KafkaUserSecret;
}

export interface KafkaUserSpec {
  authentication?: KafkaUserAuthentication;
  authorization?: KafkaUserAuthorization;
  quotas?: KafkaUserQuotas;
  template?: KafkaUserTemplate;
}
