import type {Admin, Kafka} from "kafkajs";

/** Asked at most this often, however many look. */
const FRESH_MS = 3_000;

/** Reads how many events of a topic the whole group, not this member alone, has not committed yet. */
export function lagReader(kafka: Kafka, topic: string, groupId: string): () => Promise<number> {
  let admin: Promise<Admin> | undefined;
  let answer: {at: number; lag: Promise<number>} | undefined;

  async function connected(): Promise<Admin> {
    const made = kafka.admin();
    await made.connect();
    return made;
  }

  async function read(): Promise<number> {
    admin ??= connected();
    try {
      const asked = await admin;
      const [ends, [group]] = await Promise.all([
        asked.fetchTopicOffsets(topic),
        asked.fetchOffsets({groupId, topics: [topic]}),
      ]);
      const committed = new Map(group?.partitions.map(({partition, offset}) => [partition, Number(offset)]));
      return ends.reduce(
        // Nothing committed: everything that is still there.
        (sum, {partition, high, low}) => sum + Number(high) - Math.max(Number(low), committed.get(partition) ?? 0),
        0,
      );
    } catch (error) {
      const broken = await admin.catch(() => undefined);
      admin = undefined;
      await broken?.disconnect().catch(() => {});
      throw error;
    }
  }

  return () => {
    if (!answer || Date.now() - answer.at > FRESH_MS) answer = {at: Date.now(), lag: read()};
    return answer.lag;
  };
}
