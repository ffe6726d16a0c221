import {createRequire} from "node:module";
import type {Kafka} from "kafkajs";
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
    const {low} = (await admin.fetchTopicOffsets(topic)).find((one) => one.partition === partition)!;
    const start = Number(starts.find((one) => one.partition === partition)!.offset);
    await cluster.addTargetTopic(topic);
    for (let next = Math.max(Number(low), start); next < until; ) {
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
      // It was all there before: nothing at all is a mark of a broker that has dropped it since.
      if (batch.rawMessages.length === 0) return;
      await each((batch.messages as Found[]).filter(({offset}) => Number(offset) < until));
      next = Number(batch.lastOffset()) + 1;
    }
  } finally {
    await Promise.all([admin.disconnect(), cluster.disconnect()].map((ended) => ended.catch(() => {})));
  }
}
