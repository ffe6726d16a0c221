import {readFileSync} from "node:fs";
import kafkajs, {
  type ICustomPartitioner,
  type Kafka,
  type KafkaConfig,
  type Message,
  type Producer,
  type SASLOptions,
} from "kafkajs";
import type {Logger} from "pino";
import {sleep} from "../../api/backoff.ts";
import {registerCodecs} from "./compression.ts";
import {text} from "./environment.ts";
import {typeOf} from "./kafka-errors.ts";
import {seedOf} from "./kafkajs-connection.ts";
import {retryMs} from "./process.ts";
import "./kafkajs-ahead.ts";
import {headerBytes} from "./letter.ts";
import {unlessStopped} from "./stop.ts";

/** kafkajs computes a negative delay when it is late, which Node 24 warns of; the timer then fires at once, as meant. */
process.removeAllListeners("warning");
process.on("warning", (warning) => {
  if (!["TimeoutNegativeWarning", "ExperimentalWarning"].includes(warning.name)) console.error(warning);
});

registerCodecs();

/**
 * A client by KAFKA_BROKERS; KAFKA_USERNAME, KAFKA_PASSWORD and KAFKA_MECHANISM (default SCRAM-SHA-512); KAFKA_TLS=true, or
 * KAFKA_CA_FILE for brokers with a CA of their own. It waits for a broker that comes later, or goes for a while, unless it is to give up after
 * some `retries`.
 */
export function connectKafka(clientId: string, log: Logger, retries: number = Number.MAX_SAFE_INTEGER): Kafka {
  const username = process.env.KAFKA_USERNAME;
  const ca = process.env.KAFKA_CA_FILE;
  const config: KafkaConfig = {
    clientId,
    brokers: text("KAFKA_BROKERS").split(",").map(seedOf),
    connectionTimeout: 5_000,
    requestTimeout: 15_000,
    retry: {initialRetryTime: 200, maxRetryTime: 5_000, retries},
    logLevel: kafkajs.logLevel.WARN,
    logCreator: () => (entry) => {
      const {message, error} = entry.log;
      log[entry.level === kafkajs.logLevel.ERROR ? "warn" : "debug"]({kafka: entry.namespace, error}, message);
    },
  };
  if (ca) config.ssl = renewed(ca);
  else if (process.env.KAFKA_TLS === "true") config.ssl = true;
  if (username) {
    const mechanism = text("KAFKA_MECHANISM", "SCRAM-SHA-512").toLowerCase();
    config.sasl = {mechanism, username, password: text("KAFKA_PASSWORD")} as SASLOptions;
  }
  return new kafkajs.Kafka(config);
}

/** Trust in what the file holds when a connection is made: Strimzi renews its authority's certificate each year. */
export const renewed = (file: string) => ({
  get ca() {
    return [readFileSync(file, "utf8")];
  },
});

/**
 * Sends with acks from all in-sync replicas and sequence numbers: what kafkajs tries again is never doubled. A producer that
 * had to be replaced may repeat the one portion that was under way; the stores know its events by their key.
 */
export interface ReliableProducer {
  /** Resolves when Kafka has acknowledged; until then it tries. Rejects when the signal aborted, or with what `isTooLarge` knows. */
  send(topic: string, messages: Message[]): Promise<void>;
  close(): Promise<void>;
}

/** kafkajs makes one record batch of all messages for a partition, and a broker takes batches up to 1 MiB. */
const MAX_BATCH_BYTES = 800_000;
const OVERHEAD_BYTES = 100;

/** Cuts messages so that each part fits into one record batch, wherever its keys lead. */
export function portions<M extends Message>(messages: M[]): M[][] {
  const parts: M[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const message of messages) {
    const size =
      (message.value?.length ?? 0) + (message.key?.length ?? 0) + headerBytes(message.headers) + OVERHEAD_BYTES;
    if (bytes + size > MAX_BATCH_BYTES) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)!.push(message);
    bytes += size;
  }
  return parts;
}

/** Whether a topic does not take messages of this size: trying again is of no use. */
export const isTooLarge = (error: unknown): boolean =>
  ["MESSAGE_TOO_LARGE", "RECORD_LIST_TOO_LARGE"].includes(typeOf(error) ?? "");

/** As Kafka's own clients for messages with a key. One without goes by its value: each try of it must be for the same partition. */
const steadyPartitioner: ICustomPartitioner = () => {
  const partition = kafkajs.Partitioners.DefaultPartitioner();
  return ({message, ...rest}) => partition({...rest, message: {...message, key: message.key ?? message.value ?? ""}});
};

/** One try to send one portion; rejects when Kafka did not acknowledge it. */
interface Sender {
  send(topic: string, messages: Message[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Sends one portion after the other, also when called at once, each by one try as long as the client's retries make it. After one that failed
 * the producer is replaced: kafkajs gives the sequence number of a send that had no answer to whatever is sent next; a broker that appended
 * the one takes the other for it, acknowledges it and drops it.
 */
export function createSender(kafka: Kafka, signal: AbortSignal): Sender {
  let current: Promise<Producer> | undefined;
  const open = async () => {
    const producer = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: steadyPartitioner,
    });
    await unlessStopped(producer.connect(), signal);
    return producer;
  };
  async function close() {
    const producer = await current?.catch(() => undefined);
    current = undefined;
    await producer?.disconnect().catch(() => {});
  }
  let turn: Promise<void> = Promise.resolve();
  return {
    send(topic, messages) {
      const sent = turn.then(async () => {
        try {
          current ??= open();
          await (await current).send({topic, acks: -1, messages});
        } catch (error) {
          if (!isTooLarge(error)) await close();
          throw error;
        }
      });
      turn = sent.catch(() => {});
      return sent;
    },
    close,
  };
}

/** A producer that is replaced when kafkajs gives it up; the portion that was under way is sent again. */
export function createProducer(kafka: Kafka, log: Logger, signal: AbortSignal): ReliableProducer {
  const sender = createSender(kafka, signal);
  async function deliver(topic: string, messages: Message[]) {
    for (let attempt = 0; ; attempt++) {
      try {
        return await sender.send(topic, messages);
      } catch (error) {
        if (signal.aborted || isTooLarge(error)) throw error;
        log.warn({error: (error as Error).message, messages: messages.length}, "send failed; trying again");
        await sleep(retryMs(attempt), signal);
      }
    }
  }
  // One at a time, all its tries included: what is sent later comes later.
  let turn: Promise<void> = Promise.resolve();
  return {
    send(topic, messages) {
      const sent = turn.then(async () => {
        for (const portion of portions(messages)) await deliver(topic, portion);
      });
      turn = sent.catch(() => {});
      return sent;
    },
    close: sender.close,
  };
}
