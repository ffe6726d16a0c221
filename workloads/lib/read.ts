import type {Kafka, KafkaMessage} from "kafkajs";

/**
 * Reads what a topic holds at this moment and the group has not committed, in the order of each partition, and returns.
 * With `commit`, what `each` has resolved for is not read by the group again.
 */
export async function readToEnd(
  kafka: Kafka,
  {topic, groupId, commit}: {topic: string; groupId: string; commit: boolean},
  each: (message: KafkaMessage, partition: number) => Promise<void> | void,
): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  const ends = new Map((await admin.fetchTopicOffsets(topic)).map(({partition, high}) => [partition, Number(high)]));
  const [seen] = await admin.fetchOffsets({groupId, topics: [topic]});
  const committed = new Map(seen?.partitions.map(({partition, offset}) => [partition, Number(offset)]));
  const open = new Set(
    [...ends]
      .filter(([partition, high]) => high > Math.max(0, committed.get(partition) ?? 0))
      .map(([partition]) => partition),
  );
  if (open.size > 0) {
    const consumer = kafka.consumer({groupId});
    await consumer.connect();
    await consumer.subscribe({topic, fromBeginning: true});
    const done = Promise.withResolvers<void>();
    consumer.on(consumer.events.CRASH, ({payload}) => done.reject(payload.error));
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({partition, message}) => {
        const next = Number(message.offset) + 1;
        if (next <= ends.get(partition)!) {
          await each(message, partition);
          if (commit) await consumer.commitOffsets([{topic, partition, offset: String(next)}]);
        }
        if (next >= ends.get(partition)!) open.delete(partition);
        if (open.size === 0) done.resolve();
      },
    });
    try {
      await done.promise;
    } finally {
      await consumer.disconnect();
    }
  }
  if (!commit) await admin.deleteGroups([groupId]).catch(() => {});
  await admin.disconnect();
}
