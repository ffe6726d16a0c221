import {z} from "zod";
import {component} from "../component.ts";
import {caSecret, endpoint, secret, tls, topicName} from "../endpoints.ts";
import {cel, duration, storage, testedVersion} from "../fields.ts";
import type {ResolvedSpec} from "../pipeline.ts";
import {versions} from "../versions.ts";

/** Kafka that is there already. Topics that are missing are made; those that exist are left as they are. */
const external = z
  .object({
    bootstrapServers: endpoint,
    topic: topicName.optional().meta({description: "Topic of the events; default telemetry."}),
    deadLetterTopic: topicName.optional().meta({description: "Topic of the dead letters; default telemetry.dlq."}),
    alertsTopic: topicName
      .optional()
      .meta({description: "Topic of the stream job's alerts; default telemetry.alerts."}),
    mechanism: z
      .enum(["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"])
      .optional()
      .meta({description: "SASL mechanism, if secret is set; default SCRAM-SHA-512."}),
    secret: secret("username and password").optional(),
    tls: tls.optional(),
    caSecret: caSecret.optional(),
  })
  .meta({
    description: "Where Kafka is, if provider is External.",
    ...cel({
      rule: `${name("topic", "telemetry")} != ${name("deadLetterTopic", "telemetry.dlq")} && ${name("topic", "telemetry")} != ${name("alertsTopic", "telemetry.alerts")}`,
      message:
        "topic is deadLetterTopic or alertsTopic as well: what is written there would be read as events again; name another",
    }),
  });

function name(field: string, standard: string): string {
  return `(has(self.${field}) ? self.${field} : '${standard}')`;
}

const schema = z
  .object({
    provider: z
      .enum(["Strimzi", "External"])
      .meta({description: "Who makes the brokers; External: they are there already. Default Strimzi."}),
    external,
    version: testedVersion("Kafka", versions.kafka),
    replicas: z.int().min(1).max(9).meta({
      description:
        "Brokers. Those that the pipeline is made with are KRaft controllers too; those added later are brokers alone.",
    }),
    storage: storage("spec.kafka.storage"),
    topic: z
      .object({
        partitions: z
          .int()
          .min(1)
          .max(512)
          .meta({
            description: "Partitions of the telemetry topic; the upper bound of ingester replicas.",
            ...cel({
              rule: "self >= oldSelf",
              message: "spec.kafka.topic.partitions can only grow: Kafka cannot remove partitions",
            }),
          }),
        retention: duration("How long Kafka keeps events."),
      })
      .partial()
      .meta({description: "The telemetry topic."}),
  })
  .partial()
  .meta({description: "Apache Kafka, between the vehicles and the stores."});

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
