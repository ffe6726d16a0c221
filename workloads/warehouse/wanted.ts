import {readFileSync} from "node:fs";
import {jaasOf} from "../../api/jaas.ts";
import {number, text} from "../lib/environment.ts";
import {eventColumns} from "../lib/event-columns.ts";
import type {Wanted} from "./tables.ts";

/** The tables that are wanted, by the environment. */
export const wantedTables = (): Wanted => ({
  table: text("WAREHOUSE_TABLE"),
  pipeline: text("PIPELINE"),
  topic: text("KAFKA_CANONICAL_TOPIC"),
  consumer: consumerProperties(),
  columns: eventColumns(),
  handoffSeconds: number("WAREHOUSE_HANDOFF_SECONDS"),
  retention: JSON.parse(text("WAREHOUSE_RETENTION", "{}")),
  copies: number("WAREHOUSE_COPIES"),
});

/** How predictions are loaded, where there are any: by the environment as well. */
export const wantedPredictions = () =>
  process.env.PREDICTIONS_URL
    ? {url: process.env.PREDICTIONS_URL, keptSeconds: number("PREDICTIONS_RETENTION_SECONDS")}
    : undefined;

/** How Druid's processes log in at Kafka, in the words of Kafka's own client. */
function consumerProperties(): Record<string, unknown> {
  const username = process.env.KAFKA_USERNAME;
  const ca = process.env.KAFKA_CA_FILE;
  const tls = ca !== undefined || process.env.KAFKA_TLS === "true";
  return {
    "bootstrap.servers": text("KAFKA_BROKERS"),
    ...(username || tls ? {"security.protocol": `${username ? "SASL_" : ""}${tls ? "SSL" : "PLAINTEXT"}`} : {}),
    ...(ca ? {"ssl.truststore.type": "PEM", "ssl.truststore.certificates": readFileSync(ca, "utf8")} : {}),
    ...(username ? login(username) : {}),
  };
}

function login(username: string): Record<string, unknown> {
  const mechanism = text("KAFKA_MECHANISM", "SCRAM-SHA-512");
  const provider = "druid.dynamic.config.provider";
  if (text("WAREHOUSE_KAFKA_LOGIN") === "environment")
    return {
      "sasl.mechanism": mechanism,
      [provider]: {type: "environment", variables: {"sasl.jaas.config": "KAFKA_JAAS"}},
    };
  const jaas = jaasOf(mechanism, username, text("KAFKA_PASSWORD"));
  return {"sasl.mechanism": mechanism, [provider]: {type: "mapString", config: {"sasl.jaas.config": jaas}}};
}
