import {z} from "zod";
import {component} from "../component.ts";
import {caSecret, endpoint, secret, tls, topicName} from "../endpoints.ts";
import {type CelRule, cel, duration, storage, storageClass, testedVersion} from "../fields.ts";
import type {ResolvedSpec} from "../pipeline.ts";
import {podOptions} from "../pod.ts";
import {versions} from "../versions.ts";

const MOST_TOPICS = 100;
const NO_PATTERN = "is no regular expression: write a backslash before a bracket that stands for itself";

function isPattern(text: string): boolean {
  try {
    return Boolean(new RegExp(text));
  } catch {
    return false;
  }
}

/** Why the spec's topics cannot be read, as far as the API server's rules do not say so. */
export const topicProblem = ({topic: {pattern}}: ResolvedSpec["kafka"]): string | undefined =>
  pattern === undefined || isPattern(pattern) ? undefined : `spec.kafka.topic.pattern: ${pattern} ${NO_PATTERN}`;

/** The topics beside that of the events, in CEL. */
const OTHERS = [
  name("deadLetterTopic", "telemetry.dlq"),
  name("alertsTopic", "telemetry.alerts"),
  name("canonicalTopic", "telemetry.canonical"),
];

/** Kafka that is there already. Topics that are missing are made; those that exist are left as they are. */
const external = z
  .object({
    bootstrapServers: endpoint,
    topic: topicName.optional().meta({description: "Topic of the events. Default telemetry."}),
    deadLetterTopic: topicName.optional().meta({description: "Topic of the dead letters. Default telemetry.dlq."}),
    alertsTopic: topicName.optional().meta({description: "Topic of the Flink job's alerts. Default telemetry.alerts."}),
    canonicalTopic: topicName.optional().meta({
      description:
        "Topic of the events in the default format, which spec.flink reads where spec.event has a mapping, fields or a schema registry. Default telemetry.canonical.",
    }),
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
      rule: OTHERS.map((other) => `${name("topic", "telemetry")} != ${other}`).join(" && "),
      message:
        "topic must differ from deadLetterTopic, alertsTopic and canonicalTopic, or their messages would be read as events: use another name",
    }),
  });

function name(field: string, standard: string): string {
  return `(has(self.${field}) ? self.${field} : '${standard}')`;
}

const FURTHER = "has(self.kafka) && has(self.kafka.topic) && has(self.kafka.topic.further)";
const given = (field: string, standard: string) =>
  `(has(self.kafka.external) && has(self.kafka.external.${field}) ? self.kafka.external.${field} : '${standard}')`;
const OWN_TOPICS = [
  given("topic", "telemetry"),
  given("deadLetterTopic", "telemetry.dlq"),
  given("alertsTopic", "telemetry.alerts"),
  given("canonicalTopic", "telemetry.canonical"),
];

/** Rules of the whole spec. */
const rules: CelRule[] = [
  {
    rule: `!(${FURTHER}) || !self.kafka.topic.further.exists(topic, topic in [${OWN_TOPICS.join(", ")}])`,
    message:
      "spec.kafka.topic.further has the topic of the events, of the dead letters, of the alerts or the canonical one, which the pipeline has anyhow: remove it",
  },
  {
    rule: `!(${FURTHER} || (has(self.kafka) && has(self.kafka.topic) && has(self.kafka.topic.pattern))) || !has(self.flink) || !has(self.flink.enabled) || !self.flink.enabled`,
    message:
      "spec.flink reads one topic: remove spec.kafka.topic.further and pattern, or set spec.flink.enabled to false",
  },
];

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
        further: z.array(topicName).max(MOST_TOPICS).meta({
          description:
            "Further topics that events come in. Those that are missing are created, with the same partitions and retention; one that leaves the list is kept, and read no more.",
          "x-kubernetes-list-type": "set",
        }),
        pattern: z.string().min(1).max(249).refine(isPattern, NO_PATTERN).meta({
          description:
            "A regular expression, such as fleet\\..*: events come in each topic of which it is the whole name, also in one that is created later. They are read within 30 s.",
        }),
      })
      .partial()
      .meta({description: "The topics of events."}),
    pod: podOptions({container: "each broker", leastMemory: "512Mi"}),
  })
  .partial()
  .meta({description: "Apache Kafka: receives events from the vehicles and buffers them for the stores."});

const part = component(
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

export const kafka = {...part, rules};

export type ExternalKafka = z.output<typeof external>;

export const managesKafka = (spec: Pick<ResolvedSpec, "kafka">): boolean => spec.kafka.provider === "Strimzi";
