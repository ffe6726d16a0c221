import type {Kafka} from "kafkajs";

/** Events a second that come in, and of each consumer group how far it is behind and how fast it goes. */
export interface Flow {
  rate?: number;
  groups: Record<string, {lag: number; rate?: number}>;
}

interface Offsets {
  at: number;
  end: number;
  groups: Record<string, number>;
}

/** Rates come from the look before this one. A replayed or reset offset is no negative rate. */
export function flowOf(before: Offsets | undefined, now: Offsets): Flow {
  const seconds = before ? (now.at - before.at) / 1_000 : 0;
  const rate = (from: number | undefined, to: number) =>
    from === undefined || seconds <= 0 ? {} : {rate: Math.max(0, to - from) / seconds};
  return {
    ...rate(before?.end, now.end),
    groups: Object.fromEntries(
      Object.entries(now.groups).map(([group, committed]) => [
        group,
        {lag: Math.max(0, now.end - committed), ...rate(before?.groups[group], committed)},
      ]),
    ),
  };
}

/** Looks at the topic's and the groups' offsets; two small requests a group. */
export function watchFlow(kafka: Kafka, topic: string, groups: string[]): () => Promise<Flow> {
  const admin = kafka.admin();
  let connected: Promise<void> | undefined;
  let before: Offsets | undefined;
  return async () => {
    connected ??= admin.connect().catch((error) => {
      connected = undefined;
      throw error;
    });
    await connected;
    const partitions = await admin.fetchTopicOffsets(topic);
    const now: Offsets = {at: Date.now(), end: sum(partitions.map(({high}) => Number(high))), groups: {}};
    for (const group of groups) {
      const [offsets] = await admin.fetchOffsets({groupId: group, topics: [topic]});
      const committed = new Map(offsets?.partitions.map(({partition, offset}) => [partition, Number(offset)]));
      // A group that has not committed yet (-1) begins at the oldest event.
      now.groups[group] = sum(
        partitions.map(({partition, low}) => Math.max(committed.get(partition) ?? -1, Number(low))),
      );
    }
    const flow = flowOf(before, now);
    before = now;
    return flow;
  };
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
