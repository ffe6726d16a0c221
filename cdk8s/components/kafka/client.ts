import type {ExternalKafka} from "../../../api/components/kafka.ts";
import {type BuildContext, env, fromSecret} from "../../context.ts";
import type {Workload} from "../../workload.ts";

export const TOPIC = "telemetry";
export const DLQ_TOPIC = "telemetry.dlq";
export const ALERTS_TOPIC = "telemetry.alerts";
const CA_FOLDER = "/etc/kafka-ca";

/** What a Kafka client of ours needs: addresses, credentials and, over TLS, who signed the brokers' certificates. */
export function kafkaClient(
  {name, namespace, spec}: BuildContext,
  user: "simulator" | "ingester" | "console-kafka" | "flink",
): Required<Pick<Workload, "env" | "files">> {
  const access = spec.kafka.external
    ? {topic: TOPIC, deadLetterTopic: DLQ_TOPIC, alertsTopic: ALERTS_TOPIC, tls: false, ...spec.kafka.external}
    : {
        bootstrapServers: `${name}-kafka-bootstrap.${namespace}.svc.cluster.local:${spec.tls ? 9093 : 9092}`,
        topic: TOPIC,
        deadLetterTopic: DLQ_TOPIC,
        alertsTopic: ALERTS_TOPIC,
        secret: `${name}-${user}`,
        tls: spec.tls,
        caSecret: spec.tls ? `${name}-cluster-ca-cert` : undefined,
      };
  const {bootstrapServers, topic, deadLetterTopic, alertsTopic, mechanism, secret, tls, caSecret} =
    access as ExternalKafka;
  const username = spec.kafka.external
    ? secret && fromSecret("KAFKA_USERNAME", secret, "username")
    : {name: "KAFKA_USERNAME", value: `${name}-${user}`};
  return {
    env: [
      ...env({KAFKA_BROKERS: bootstrapServers, KAFKA_TOPIC: topic!, KAFKA_DLQ_TOPIC: deadLetterTopic!}),
      ...env(user === "flink" ? {KAFKA_ALERTS_TOPIC: alertsTopic!} : {}),
      ...(username && secret ? [username, fromSecret("KAFKA_PASSWORD", secret, "password")] : []),
      ...env(mechanism ? {KAFKA_MECHANISM: mechanism} : {}),
      ...env(caSecret ? {KAFKA_CA_FILE: `${CA_FOLDER}/ca.crt`} : tls ? {KAFKA_TLS: "true"} : {}),
    ],
    files: caSecret ? [{secret: caSecret, folder: CA_FOLDER}] : [],
  };
}
