import type {Admin, Kafka, KafkaMessage} from "kafkajs";
import {fetches, wordsOfUnreadable} from "./kafkajs-fetch.ts";

interface Wanted {
  topic: string;
  groupId: string;
  /** The group does not read a message again for which `each` has resolved. */
  commit: boolean;
  /** Begins with what Kafka got then, instead of where the group was. */
  since?: Date;
  /** Leaves out what Kafka got later. */
  until?: Date;
}

/** Reads what a topic holds at this moment and the group has not committed, in the order of each partition, and returns. */
export async function readToEnd(
  kafka: Kafka,
  wanted: Wanted,
  each: (message: KafkaMessage, partition: number) => Promise<void> | void,
): Promise<void> {
  const {topic, groupId, commit, since, until} = wanted;
  const admin = kafka.admin();
  await admin.connect();
  const held = await admin.fetchTopicOffsets(topic);
  const ends = new Map(held.map(({partition, high}) => [partition, Number(high)]));
  const starts = await startsOf(admin, wanted);
  // Messages that Kafka has dropped by age are not waited for.
  const isOpen = ({partition, low, high}: (typeof held)[number]) =>
    Number(high) > Math.max(Number(low), starts.get(partition) ?? 0);
  const open = new Set(held.filter(isOpen).map(({partition}) => partition));
  if (open.size > 0) {
    const consumer = kafka.consumer({groupId});
    await consumer.connect();
    await consumer.subscribe({topic, fromBeginning: true});
    const done = Promise.withResolvers<void>();
    const close = (partition: number) => {
      open.delete(partition);
      if (open.size === 0) done.resolve();
    };
    consumer.on(consumer.events.CRASH, ({payload}) => done.reject(payload.error));
    const fail = (batch: Parameters<typeof wordsOfUnreadable>[0]) => {
      if (batch.topic === topic && open.has(batch.partition)) done.reject(new Error(wordsOfUnreadable(batch)));
    };
    fetches.on("unreadable", fail);
    // The last offsets may be the marks of a transaction, which come with no message.
    consumer.on(consumer.events.END_BATCH_PROCESS, ({payload: {partition, lastOffset}}) => {
      if (Number(lastOffset) + 1 >= ends.get(partition)!) close(partition);
    });
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({partition, message}) => {
        const next = Number(message.offset) + 1;
        if (!open.has(partition) || next <= (starts.get(partition) ?? 0) || next > ends.get(partition)!) return;
        if (until && Number(message.timestamp) > until.getTime()) return close(partition);
        try {
          await each(message, partition);
        } catch (error) {
          // kafkajs would try it again without an end.
          done.reject(error);
          throw error;
        }
        if (commit) await consumer.commitOffsets([{topic, partition, offset: String(next)}]);
      },
    });
    if (since) for (const [partition, offset] of starts) consumer.seek({topic, partition, offset: String(offset)});
    try {
      await done.promise;
    } finally {
      fetches.off("unreadable", fail);
      await consumer.disconnect();
    }
  }
  if (!commit) await admin.deleteGroups([groupId]).catch(() => {});
  await admin.disconnect();
}

/** By partition, the offset to begin at. */
async function startsOf(admin: Admin, {topic, groupId, since}: Wanted): Promise<Map<number, number>> {
  const partitions = since
    ? await admin.fetchTopicOffsetsByTimestamp(topic, since.getTime())
    : await committedBy(admin, groupId, topic);
  return new Map(partitions.map(({partition, offset}) => [partition, Math.max(0, Number(offset))]));
}

/** By partition, the offset that the group reads next; below 0 where it has committed none. */
export async function committedBy(admin: Admin, groupId: string, topic: string) {
  const [group] = await admin.fetchOffsets({groupId, topics: [topic]});
  return group?.partitions ?? [];
}
