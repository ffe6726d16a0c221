import {readFileSync} from "node:fs";
import kafkajs, {type Kafka, type KafkaConfig} from "kafkajs";
import type {Logger} from "pino";
import {text} from "./environment.ts";

/** kafkajs computes a negative delay when it is late, which Node 24 warns of; the timer then fires at once, as meant. */
process.removeAllListeners("warning");
process.on("warning", (warning) => {
  if (warning.name !== "TimeoutNegativeWarning") console.error(warning);
});

/** A client by KAFKA_BROKERS, KAFKA_USERNAME, KAFKA_PASSWORD (SCRAM-SHA-512) and KAFKA_CA_FILE (TLS). */
export function connectKafka(clientId: string, log: Logger): Kafka {
  const username = process.env.KAFKA_USERNAME;
  const ca = process.env.KAFKA_CA_FILE;
  const config: KafkaConfig = {
    clientId,
    brokers: text("KAFKA_BROKERS").split(","),
    connectionTimeout: 5_000,
    requestTimeout: 30_000,
    // A broker that comes later, or goes for a while, is waited for.
    retry: {initialRetryTime: 200, maxRetryTime: 5_000, retries: Number.MAX_SAFE_INTEGER},
    logLevel: kafkajs.logLevel.WARN,
    logCreator: () => (entry) => {
      const {message, error} = entry.log;
      log[entry.level === kafkajs.logLevel.ERROR ? "warn" : "debug"]({kafka: entry.namespace, error}, message);
    },
  };
  if (ca) config.ssl = {ca: [readFileSync(ca, "utf8")]};
  if (username) config.sasl = {mechanism: "scram-sha-512", username, password: text("KAFKA_PASSWORD")};
  return new kafkajs.Kafka(config);
}
