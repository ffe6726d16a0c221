import {createRequire} from "node:module";
import type {Kafka} from "kafkajs";
import {sleep} from "../../api/backoff.ts";
import {type Batch, fillBatch, type RawMessage} from "./kafkajs-fetch.ts";
import {partOf} from "./kafkajs-parts.ts";

interface Cluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  addTargetTopic(topic: string): Promise<void>;
  findLeaderForPartitions(topic: string, partitions: number[]): Record<string, number[]>;
  findBroker(wanted: {nodeId: string}): Promise<Broker>;
}

interface Broker {
  fetch(wanted: object): Promise<{responses: {partitions: {errorCode?: number}[]}[]}>;
}

interface Wanted {
  topic: string;
  partition: number;
  /** Begins with what Kafka got then, ms since the epoch. */
  since: number;
  /** The offset before which it ends. */
  until: number;
}

/** A message as Kafka has it; of a format before 0.11 it has no time. */
type Found = RawMessage & {value: Buffer | null; timestamp: string};

const load = createRequire(import.meta.url);
const KafkaBatch: new (topic: string, offset: string, data: object) => Batch = load("kafkajs/src/consumer/batch.js");
const {READ_COMMITTED} = load("kafkajs/src/protocol/isolationLevel.js");
const BYTES = 4_194_304;
/** So often in a row nothing may come; a broker that throttles this client answers so, and so does one that is behind. */
const EMPTY_ANSWERS = 20;
const PAUSE_MS = 250;

/**
 * Reads once more what a partition held before an offset, beside the group that reads on from there: no group is joined and nothing is
 * committed. kafkajs has no consumer without a group.
 */
export async function readBack(
  kafka: Kafka,
  {topic, partition, since, until}: Wanted,
  each: (messages: Found[]) => Promise<void>,
): Promise<void> {
  const admin = kafka.admin();
  const cluster: Cluster = partOf(
    kafka,
    "createCluster",
  )({allowAutoTopicCreation: false, isolationLevel: READ_COMMITTED});
  try {
    await Promise.all([admin.connect(), cluster.connect()]);
    const starts = await admin.fetchTopicOffsetsByTimestamp(topic, since);
    const start = Number(starts.find((one) => one.partition === partition)!.offset);
    const lowest = async () =>
      Number((await admin.fetchTopicOffsets(topic)).find((one) => one.partition === partition)!.low);
    await cluster.addTargetTopic(topic);
    for (let next = Math.max(await lowest(), start), empty = 0; next < until; ) {
      const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]));
      const broker = await cluster.findBroker({nodeId: nodeId!});
      const partitions = [{partition, fetchOffset: String(next), maxBytes: BYTES}];
      const {responses} = await broker.fetch({
        maxWaitTime: 200,
        minBytes: 1,
        maxBytes: BYTES,
        isolationLevel: READ_COMMITTED,
        topics: [{topic, partitions}],
      });
      const batch = fillBatch(new KafkaBatch(topic, String(next), responses[0]!.partitions[0]!));
      if (batch.rawMessages.length === 0) {
        // The group went on behind it, as somebody had it do.
        if (batch.rawMessages.unreadable) return;
        if (++empty > EMPTY_ANSWERS)
          throw new Error(`Kafka gives nothing of ${topic}/${partition} from ${next} to ${until}`);
        await sleep(PAUSE_MS);
        next = Math.max(await lowest(), next);
        continue;
      }
      empty = 0;
      await each((batch.messages as Found[]).filter(({offset}) => Number(offset) < until));
      next = Number(batch.lastOffset()) + 1;
    }
  } finally {
    await Promise.all([admin.disconnect(), cluster.disconnect()].map((ended) => ended.catch(() => {})));
  }
}
