import {randomUUID} from "node:crypto";
import type {Kafka, KafkaMessage} from "kafkajs";
import {fetches, type RawMessage, showMarks, wordsOfUnreadable} from "../lib/kafkajs-fetch.ts";
import {sortByMarks} from "./marks.ts";

type Raw = KafkaMessage & RawMessage;

/**
 * Reads what a topic holds at this moment, in the order of each partition. It reads what is not committed too and goes by the marks of
 * transactions: what an ingester's reader takes for committed is not believed here, but proved. `low` is the oldest offset that Kafka still
 * has of the partition.
 */
export async function readByMarks(
  kafka: Kafka,
  topic: string,
  each: (message: KafkaMessage, partition: number, low: number) => void,
  prepare: (messages: KafkaMessage[]) => Promise<void> | undefined,
): Promise<void> {
  showMarks(topic);
  const admin = kafka.admin();
  await admin.connect();
  // Up to the first transaction that is still open: what is behind it may yet come to nothing.
  const held = await admin.fetchTopicOffsets(topic);
  const open = new Map(
    held
      .filter(({low, high}) => Number(high) > Number(low))
      .map(({partition, low, high}) => [
        partition,
        {low: Number(low), end: Number(high), next: 0, sorter: sortByMarks<Raw>()},
      ]),
  );
  if (open.size > 0) {
    const groupId = `audit-${randomUUID()}`;
    const done = Promise.withResolvers<void>();
    const fail = (batch: Parameters<typeof wordsOfUnreadable>[0]) => {
      if (batch.topic === topic && open.has(batch.partition)) done.reject(new Error(wordsOfUnreadable(batch)));
    };
    fetches.on("unreadable", fail);
    const consumer = kafka.consumer({groupId, readUncommitted: true});
    consumer.on(consumer.events.CRASH, ({payload}) => done.reject(payload.error));
    // Also after batches that hold nothing for anybody, which come to no `eachBatch`.
    consumer.on(consumer.events.END_BATCH_PROCESS, ({payload: {partition, lastOffset}}) => {
      const reading = open.get(partition);
      if (!reading) return;
      reading.next = Math.max(reading.next, Number(lastOffset) + 1);
      if (reading.next >= reading.end && reading.sorter.undecided() >= reading.end) open.delete(partition);
      if (open.size === 0) done.resolve();
    });
    await consumer.connect();
    await consumer.subscribe({topic, fromBeginning: true});
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({batch: {partition, messages}}) => {
        const reading = open.get(partition);
        if (!reading) return;
        // A group that forms anew begins again.
        const fresh = (messages as Raw[]).filter(({offset}) => Number(offset) >= reading.next);
        const decided = reading.sorter.take(fresh).filter(({offset}) => Number(offset) < reading.end);
        try {
          for (let coming = prepare(decided); coming; coming = prepare(decided)) await coming;
        } catch (error) {
          // kafkajs would try it again without an end.
          done.reject(error);
          throw error;
        }
        for (const message of decided) each(message, partition, reading.low);
      },
    });
    try {
      await done.promise;
    } finally {
      fetches.off("unreadable", fail);
      await consumer.disconnect();
    }
    await admin.deleteGroups([groupId]).catch(() => {});
  }
  await admin.disconnect();
}
