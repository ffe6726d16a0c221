import type {k8s} from "cdk8s-plus-28";
import {readsCanonical} from "../../../api/components/flink.ts";
import type {ExternalKafka} from "../../../api/components/kafka.ts";
import type {Endpoint} from "../../../api/status.ts";
import type {Client} from "../../component.ts";
import {type BuildContext, env, fromSecret} from "../../context.ts";

export const TOPIC = "telemetry";
export const DLQ_TOPIC = "telemetry.dlq";
export const ALERTS_TOPIC = "telemetry.alerts";
export const CANONICAL_TOPIC = "telemetry.canonical";
const CA_FOLDER = "/etc/kafka-ca";

/** How clients reach the brokers: those of the spec, or ours. */
function connectionOf({name, namespace, spec}: BuildContext): ExternalKafka {
  const ours = {
    bootstrapServers: `${name}-kafka-bootstrap.${namespace}.svc.cluster.local:${spec.tls ? 9093 : 9092}`,
    tls: spec.tls,
    caSecret: spec.tls ? `${name}-cluster-ca-cert` : undefined,
  };
  const topics = {
    topic: TOPIC,
    deadLetterTopic: DLQ_TOPIC,
    alertsTopic: ALERTS_TOPIC,
    canonicalTopic: CANONICAL_TOPIC,
  };
  return {...topics, ...(spec.kafka.external ?? ours)};
}

/** KAFKA_CANONICAL_TOPIC: the topic of the events in the default format. */
export const canonicalTopic = (context: BuildContext): k8s.EnvVar[] =>
  env({KAFKA_CANONICAL_TOPIC: connectionOf(context).canonicalTopic!});

/** The parameters of a Kafka client of ours: addresses, credentials and, over TLS, the authority of the brokers' certificates. */
export function kafkaClient(context: BuildContext, user: string): Client {
  const {external} = context.spec.kafka;
  const ours = `${context.name}-${user}`;
  const {bootstrapServers, topic, deadLetterTopic, alertsTopic, mechanism, tls, caSecret} = connectionOf(context);
  const secret = external ? external.secret : ours;
  const username = external
    ? secret && fromSecret("KAFKA_USERNAME", secret, "username")
    : {name: "KAFKA_USERNAME", value: ours};
  return {
    env: [
      ...env({KAFKA_BROKERS: bootstrapServers, KAFKA_TOPIC: topic!, KAFKA_DLQ_TOPIC: deadLetterTopic!}),
      ...env(user === "simulator" ? {} : moreTopics(context)),
      ...env(user === "flink" ? {KAFKA_ALERTS_TOPIC: alertsTopic!} : {}),
      ...(user === "flink" && readsCanonical(context.spec) ? canonicalTopic(context) : []),
      ...(username && secret ? [username, fromSecret("KAFKA_PASSWORD", secret, "password")] : []),
      ...env(mechanism ? {KAFKA_MECHANISM: mechanism} : {}),
      ...env(caSecret ? {KAFKA_CA_FILE: `${CA_FOLDER}/ca.crt`} : tls ? {KAFKA_TLS: "true"} : {}),
    ],
    files: caSecret ? [{secret: caSecret, folder: CA_FOLDER}] : [],
  };
}

/** The topics of events beside the first. */
function moreTopics(context: BuildContext): Record<string, string> {
  const {further, pattern} = context.spec.kafka.topic;
  if (!further && pattern === undefined) return {};
  const {deadLetterTopic, alertsTopic, canonicalTopic} = connectionOf(context);
  const except = pattern === undefined ? undefined : [deadLetterTopic, alertsTopic, canonicalTopic];
  return {KAFKA_MORE_TOPICS: JSON.stringify({names: further, pattern, except})};
}

/** The endpoint of applications. Each has a KafkaUser of its own: there is no read-only login that they could share. */
export function kafkaEndpoint(context: BuildContext): Endpoint {
  const {bootstrapServers, topic, tls, caSecret, mechanism = "SCRAM-SHA-512"} = connectionOf(context);
  const {external} = context.spec.kafka;
  return {
    name: "kafka",
    protocol: "kafka",
    address: bootstrapServers,
    topic,
    tls: Boolean(tls || caSecret),
    mechanism: external && !external.secret ? undefined : mechanism,
    caSecret,
  };
}
