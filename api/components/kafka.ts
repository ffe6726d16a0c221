import {z} from "zod";
import {component} from "../component.ts";
import {caSecret, endpoint, secret, tls, topicName} from "../endpoints.ts";
import {cel, duration, storage, storageClass, testedVersion} from "../fields.ts";
import type {ResolvedSpec} from "../pipeline.ts";
import {podOptions} from "../pod.ts";
import {versions} from "../versions.ts";

/** Kafka that is there already. Topics that are missing are made; those that exist are left as they are. */
const external = z
  .object({
    bootstrapServers: endpoint,
    topic: topicName.optional().meta({description: "Topic of the events. Default telemetry."}),
    deadLetterTopic: topicName.optional().meta({description: "Topic of the dead letters. Default telemetry.dlq."}),
    alertsTopic: topicName.optional().meta({description: "Topic of the Flink job's alerts. Default telemetry.alerts."}),
    mechanism: z
      .enum(["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"])
      .optional()
      .meta({description: "SASL mechanism, used if secret is set. Default SCRAM-SHA-512."}),
    secret: secret("username and password").optional(),
    tls: tls.optional(),
    caSecret: caSecret.optional(),
  })
  .meta({
    description: "Connection to an existing Kafka, with provider External. Missing topics are created.",
    ...cel({
      rule: `${name("topic", "telemetry")} != ${name("deadLetterTopic", "telemetry.dlq")} && ${name("topic", "telemetry")} != ${name("alertsTopic", "telemetry.alerts")}`,
      message:
        "topic must differ from deadLetterTopic and alertsTopic, or their messages would be read as events: use another name",
    }),
  });

function name(field: string, standard: string): string {
  return `(has(self.${field}) ? self.${field} : '${standard}')`;
}

const schema = z
  .object({
    provider: z
      .enum(["Strimzi", "External"])
      .meta({description: "Strimzi creates the brokers; External uses an existing Kafka. Default Strimzi."}),
    external,
    version: testedVersion("Kafka", versions.kafka),
    replicas: z.int().min(1).max(9).meta({
      description: "Number of brokers. The initial brokers are KRaft controllers too; brokers added later are not.",
    }),
    storage: storage("spec.kafka.storage"),
    storageClass,
    topic: z
      .object({
        partitions: z
          .int()
          .min(1)
          .max(512)
          .meta({
            description: "Partitions of the telemetry topic; they limit the number of ingesters.",
            ...cel({
              rule: "self >= oldSelf",
              message: "spec.kafka.topic.partitions can only grow: Kafka cannot remove partitions",
            }),
          }),
        retention: duration("How long Kafka keeps events."),
      })
      .partial()
      .meta({description: "The telemetry topic."}),
    pod: podOptions({container: "each broker", leastMemory: "512Mi"}),
  })
  .partial()
  .meta({description: "Apache Kafka: receives events from the vehicles and buffers them for the stores."});

export const kafka = component(
  schema,
  {
    provider: "Strimzi",
    version: "4.3.1",
    replicas: 1,
    storage: "5Gi",
    topic: {partitions: 6, retention: "7d"},
    sizing: {cpu: "100m", memory: "1Gi", heapMiB: 512},
  },
  {replicas: 3, storage: "50Gi", sizing: {cpu: "500m", memory: "3Gi", heapMiB: 1536}},
  {storage: "200Gi", topic: {partitions: 24}, sizing: {cpu: "2", memory: "8Gi", heapMiB: 4096}},
);

export type ExternalKafka = z.output<typeof external>;

export const managesKafka = (spec: Pick<ResolvedSpec, "kafka">): boolean => spec.kafka.provider === "Strimzi";
