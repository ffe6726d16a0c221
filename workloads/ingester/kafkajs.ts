import type {Kafka} from "kafkajs";
import type {Logger} from "pino";
import {sleep} from "../../api/backoff.ts";
import {number} from "../lib/environment.ts";
import {connectKafka, createSender, isTooLarge} from "../lib/kafka.ts";
import {fetches, wordsOfUnreadable} from "../lib/kafkajs-fetch.ts";
import {retryMs} from "../lib/process.ts";
import {unlessStopped} from "../lib/stop.ts";
import type {Broker, Consumer} from "./broker.ts";
import {keepNotes} from "./commits.ts";
import {lagReader} from "./lag.ts";

/** A try to send ends after these, two or three seconds, with what keeps it from its topic. */
const SEND_RETRIES = 3;

/** Of all partitions of a broker at once. */
const MAX_FETCH_BYTES = 16_777_216;

/** Kafka by kafkajs. */
export function openKafka(
  clientId: string,
  topic: string,
  groupId: string,
  fetchBytes: number,
  log: Logger,
  signal: AbortSignal,
): Broker {
  const kafka = connectKafka(clientId, log);
  const sender = createSender(connectKafka(clientId, log, SEND_RETRIES), signal);
  const notes = keepNotes(groupId);
  const inHand = new Map<number, number>();
  return {
    consume: (consumer) => consume(kafka, topic, groupId, fetchBytes, log, consumer, inHand, signal),
    send: sender.send,
    isTooLarge,
    standing: lagReader(kafka, topic, groupId),
    arrived: notes.arrived,
    inHand: () => inHand,
    close: sender.close,
  };
}

/** A member that says nothing for this long has left the group, and others read its partitions. */
const SESSION_MS = number("KAFKA_SESSION_TIMEOUT_MS", 15_000);
const HEARTBEAT_MS = SESSION_MS / 5;

/**
 * A consumer that kafkajs gives up (it does so when a coordinator is away for long) is replaced by a new one: the group's offsets
 * are in Kafka.
 */
async function consume(
  kafka: Kafka,
  topic: string,
  groupId: string,
  fetchBytes: number,
  log: Logger,
  {take, onMembership, onUnreadable}: Consumer,
  inHand: Map<number, number>,
  signal: AbortSignal,
): Promise<void> {
  const aborted = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), {once: true}));
  fetches.on("unreadable", (batch) => onUnreadable(wordsOfUnreadable(batch)));
  for (let attempt = 0; !signal.aborted; attempt++) {
    const consumer = kafka.consumer({
      groupId,
      sessionTimeout: SESSION_MS,
      heartbeatInterval: HEARTBEAT_MS,
      // The further behind, the larger the batch and the cheaper each of its rows.
      maxBytesPerPartition: fetchBytes,
      maxBytes: MAX_FETCH_BYTES,
      maxWaitTimeInMs: 200,
      // Partitions that were added are found by then.
      metadataMaxAge: 30_000,
    });
    const givenUp = Promise.withResolvers<void>();
    consumer.on(consumer.events.GROUP_JOIN, ({payload}) => {
      attempt = 0;
      inHand.clear();
      for (const partition of payload.memberAssignment[topic] ?? []) inHand.set(partition, 0);
      onMembership(true);
    });
    consumer.on(consumer.events.CRASH, ({payload}) => {
      onMembership(false);
      inHand.clear();
      log.warn({error: payload.error.message, restart: payload.restart}, "consumer failed");
      if (!payload.restart) givenUp.resolve();
    });
    try {
      await unlessStopped(consumer.connect(), signal);
      await consumer.subscribe({topic, fromBeginning: true});
      await consumer.run({
        eachBatchAutoResolve: false,
        eachBatch: async ({batch, heartbeat, resolveOffset}) => {
          const pulse = setInterval(() => void heartbeat().catch(() => {}), HEARTBEAT_MS);
          inHand.set(batch.partition, Number(batch.lastOffset()) + 1);
          const taken = await take(batch, heartbeat).finally(() => clearInterval(pulse));
          if (taken) resolveOffset(batch.lastOffset());
        },
        partitionsConsumedConcurrently: 2,
      });
      await Promise.race([givenUp.promise, aborted]);
    } catch (error) {
      if (!signal.aborted) log.warn({err: error}, "consumer could not start; trying again");
    }
    await consumer.disconnect().catch(() => {});
    if (!signal.aborted) await sleep(retryMs(attempt), signal);
  }
  onMembership(false);
}
