import type {Kafka} from "kafkajs";
import type {Logger} from "pino";
import {sleep} from "../../api/backoff.ts";
import {number} from "../lib/environment.ts";
import {connectKafka, createSender, isTooLarge} from "../lib/kafka.ts";
import {readAhead} from "../lib/kafkajs-ahead.ts";
import {fetches, wordsOfUnreadable} from "../lib/kafkajs-fetch.ts";
import {retryMs} from "../lib/process.ts";
import {unlessStopped} from "../lib/stop.ts";
import type {EventTopics} from "../lib/topics.ts";
import type {Broker, Consumer} from "./broker.ts";
import {keepNotes} from "./commits.ts";
import {lagReader} from "./lag.ts";
import {createTold, type Told, type Waiting} from "./told.ts";

/** A try to send ends after these, two or three seconds, with what keeps it from its topic. */
const SEND_RETRIES = 3;

/** Partitions that were added are found by then. */
const FIND_MS = 30_000;
/** So are topics; what is heard of one that is missing is remembered for longer. */
const TOPICS_MS = number("KAFKA_TOPICS_MS", 10_000);

const MAX_FETCH_BYTES = 16_777_216;

/** How much is read at once. */
interface Fetch {
  /** Most bytes of a partition: the further behind, the larger the batch and the cheaper each of its rows. */
  bytes: number;
  /** Most bytes of all partitions of a broker. More batches than are in hand at once: while some are being written, others are read. */
  allBytes?: number | undefined;
  /** The broker waits a moment for so many bytes; by default it answers with the first event. */
  leastBytes?: number;
  /** Of so many partitions a batch is in hand at once. */
  batches: number;
  /** What was read is committed when `commit` says so, and else while nothing waits there. */
  told?: Waiting | undefined;
}

/** Kafka by kafkajs. */
export function openKafka(
  clientId: string,
  topics: EventTopics,
  groupId: string,
  fetch: Fetch,
  log: Logger,
  signal: AbortSignal,
): Broker {
  const kafka = connectKafka(clientId, log);
  const sender = createSender(connectKafka(clientId, log, SEND_RETRIES), signal);
  const notes = keepNotes(groupId);
  readAhead(groupId);
  const inHand = new Map<string, number>();
  const told = createTold(fetch.told, log);
  return {
    consume: (consumer) => consume(kafka, topics, groupId, fetch, log, {consumer, notes, inHand, told}, signal),
    send: sender.send,
    isTooLarge,
    standing: lagReader(kafka, topics, groupId),
    arrived: notes.arrived,
    inHand: () => inHand,
    commit: told.commit,
    reread: () => told.leave(),
    close: sender.close,
  };
}

/** A member that says nothing for this long has left the group, and others read its partitions. */
const SESSION_MS = number("KAFKA_SESSION_TIMEOUT_MS", 15_000);
const HEARTBEAT_MS = SESSION_MS / 5;

/** A member that leaves waits so long for Kafka to take its last commit, and to let it go; otherwise what the commit covers is read again. */
const LEAVE_MS = 10_000;

/** What is known of this member, and what it does. */
interface Member {
  consumer: Consumer;
  notes: ReturnType<typeof keepNotes>;
  inHand: Map<string, number>;
  told: Told;
}

/**
 * A consumer that kafkajs gives up (it does so when a coordinator is away for long) is replaced by a new one: the group's offsets
 * are in Kafka.
 */
async function consume(
  kafka: Kafka,
  topics: EventTopics,
  groupId: string,
  {bytes, allBytes = MAX_FETCH_BYTES, leastBytes = 1, batches, told: waiting}: Fetch,
  log: Logger,
  {consumer: {take, onMembership, onUnreadable, onLeaving}, notes, inHand, told}: Member,
  signal: AbortSignal,
): Promise<void> {
  const aborted = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), {once: true}));
  fetches.on("unreadable", (batch) => onUnreadable(wordsOfUnreadable(batch)));
  for (let attempt = 0; !signal.aborted; attempt++) {
    const consumer = kafka.consumer({
      groupId,
      sessionTimeout: SESSION_MS,
      heartbeatInterval: HEARTBEAT_MS,
      maxBytesPerPartition: bytes,
      minBytes: leastBytes,
      maxBytes: allBytes,
      maxWaitTimeInMs: 200,
      metadataMaxAge: FIND_MS,
    });
    const givenUp = Promise.withResolvers<void>();
    told.leave = givenUp.resolve;
    let watch: NodeJS.Timeout | undefined;
    consumer.on(consumer.events.GROUP_JOIN, ({payload}) => {
      attempt = 0;
      told.joined(consumer);
      notes.forget();
      inHand.clear();
      for (const [topic, partitions] of Object.entries(payload.memberAssignment))
        for (const partition of partitions) inHand.set(topics.nameOf(topic, partition), 0);
      onMembership(true);
    });
    consumer.on(consumer.events.CRASH, ({payload}) => {
      onMembership(false);
      told.left();
      inHand.clear();
      log.warn({error: payload.error.message, restart: payload.restart}, "consumer failed");
      if (!payload.restart) givenUp.resolve();
    });
    try {
      await unlessStopped(consumer.connect(), signal);
      const found = await findTopics();
      await consumer.subscribe({topics: found, fromBeginning: true});
      watch = topics.isMany ? setInterval(() => void leaveIfMoved(found, givenUp.resolve), TOPICS_MS) : undefined;
      await consumer.run({
        eachBatchAutoResolve: false,
        autoCommit: !waiting,
        eachBatch: async ({batch, heartbeat, resolveOffset, uncommittedOffsets}) => {
          told.read = uncommittedOffsets;
          const pulse = setInterval(() => void heartbeat().catch(() => {}), HEARTBEAT_MS);
          const {topic, partition, messages} = batch;
          const next = Number(batch.lastOffset()) + 1;
          inHand.set(topics.nameOf(topic, partition), next);
          const taken = await take({topic, partition, messages, next: String(next)}, heartbeat).finally(() =>
            clearInterval(pulse),
          );
          if (taken) resolveOffset(batch.lastOffset());
        },
        partitionsConsumedConcurrently: batches,
      });
      await Promise.race([givenUp.promise, aborted]);
    } catch (error) {
      if (!signal.aborted) log.warn({err: error}, "consumer could not start; trying again");
    }
    clearInterval(watch);
    await onLeaving?.().catch(() => {});
    await Promise.race([told.flush(), sleep(LEAVE_MS)]);
    told.left();
    // From now on it takes no batch, whether or not its end comes.
    await Promise.race([consumer.disconnect().catch(() => {}), sleep(LEAVE_MS)]);
    if (!signal.aborted) await sleep(retryMs(attempt), signal);
  }
  onMembership(false);

  /** kafkajs takes the topics that there are when it subscribes: for others a new consumer begins. */
  async function leaveIfMoved(before: string[], leave: () => void) {
    const now = await findTopics().catch(() => before);
    if (now.join() === before.join()) return;
    log.info({topics: now}, "other topics are read from now on");
    leave();
  }

  /** A topic that does not exist is read when it does. */
  async function findTopics(): Promise<string[]> {
    if (!topics.isMany) return [topics.main];
    const admin = kafka.admin();
    await admin.connect();
    try {
      const found = await topics.existing(admin);
      const missing = topics.missing(found);
      if (missing) onUnreadable(missing);
      return found.length > 0 ? found : [topics.main];
    } finally {
      await admin.disconnect();
    }
  }
}
