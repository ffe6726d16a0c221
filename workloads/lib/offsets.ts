import {createRequire} from "node:module";
import type {Admin, Kafka} from "kafkajs";
import {partOf} from "./kafkajs-parts.ts";
import {committedBy} from "./read.ts";
import type {EventTopics} from "./topics.ts";

/** The note of a group with the offset of a partition, as the metadata of its commit: true for every member, and after any restart. */
export interface Note {
  /** When the newest event that is in the store came into Kafka, ms since the epoch. */
  arrived?: number;
  /** Events that Kafka dropped by their age before the group had read them. */
  expired?: number;
  /** When that was noticed last, ms since the epoch. */
  expiredAt?: number;
}

/** The note of a commit; an empty one where another program, or an older version, has committed. */
export function noteOf(metadata: string | null | undefined): Note {
  try {
    const {arrived, expired, expiredAt} = JSON.parse(metadata || "{}");
    return Object.fromEntries(
      Object.entries({arrived, expired, expiredAt}).filter(([, value]) => Number.isFinite(value)),
    );
  } catch {
    return {};
  }
}

/** The position of a group in one partition. */
export interface Position {
  topic: string;
  partition: number;
  /** Of the partition, for people and metrics. */
  name: string;
  /** The oldest event that Kafka still has. */
  low: number;
  /** The offset that the group reads next; undefined while it has committed nothing. */
  committed: number | undefined;
  note: Note;
  /** Up to here events can be read: no transaction before it is open. */
  stable: number;
  /** The end. */
  high: number;
}

/** Events that the group has not committed: also those behind an open transaction, none that Kafka has dropped, and never fewer than none. */
export const lagOf = ({low, committed = 0, stable, high}: Position): number =>
  Math.max(0, Math.max(high, stable) - Math.max(low, committed));

/** Events of them that nobody can read, for an open transaction is before them. */
export const heldBackOf = ({low, committed = 0, stable, high}: Position): number =>
  Math.max(0, high - Math.max(stable, committed, low));

/** Events that Kafka has dropped and the group not passed over yet. What a member has in hand, up to `inHand`, is not lost. */
export const expiringOf = ({low, committed}: Position, inHand = 0): number =>
  committed === undefined ? 0 : Math.max(0, low - Math.max(committed, inHand));

/** Looks at the positions of a group. */
interface Positions {
  read(): Promise<Position[]>;
  /** Of these partitions those whose transaction has been open for at least so long, by Kafka's time of its first event. */
  heldFor(positions: Position[], ms: number): Promise<Position[]>;
}

/** Positions of a group in its topics, by two connections that are made anew when one fails. */
export function positionsOf(kafka: Kafka, topics: EventTopics, groupId: string): Positions {
  let admins: Promise<Record<Isolation, Admin>> | undefined;

  async function connected() {
    const [committed, uncommitted] = [kafka.admin(), uncommittedAdmin(kafka)];
    await Promise.all([committed.connect(), uncommitted.connect()]);
    return {committed, uncommitted};
  }

  async function withAdmins<T>(work: (admins: Record<Isolation, Admin>) => Promise<T>): Promise<T> {
    admins ??= connected();
    const mine = admins;
    try {
      return await work(await mine);
    } catch (error) {
      if (admins === mine) admins = undefined;
      const broken = await mine.catch(() => undefined);
      await Promise.all(Object.values(broken ?? {}).map((admin) => admin.disconnect().catch(() => {})));
      throw error;
    }
  }

  /** The figures only grow, so they are read from behind: a difference is at most too small. */
  async function positionsIn({committed, uncommitted}: Record<Isolation, Admin>, topic: string): Promise<Position[]> {
    const ends = await uncommitted.fetchTopicOffsets(topic);
    const group = new Map((await committedBy(committed, groupId, topic)).map((offset) => [offset.partition, offset]));
    const stable = new Map(
      (await committed.fetchTopicOffsets(topic)).map(({partition, high}) => [partition, Number(high)]),
    );
    return ends.map(({partition, low, high}) => {
      const {offset, metadata} = group.get(partition) ?? {offset: "-1", metadata: null};
      return {
        topic,
        partition,
        name: topics.nameOf(topic, partition),
        low: Number(low),
        committed: Number(offset) < 0 ? undefined : Number(offset),
        note: noteOf(metadata),
        stable: stable.get(partition) ?? Number(high),
        high: Number(high),
      };
    });
  }

  return {
    read: () =>
      withAdmins(async (admins) => {
        const names = await topics.existing(admins.committed);
        return (await Promise.all(names.map((topic) => positionsIn(admins, topic)))).flat();
      }),
    heldFor: (positions, ms) =>
      withAdmins(async ({uncommitted}) => {
        const held: Position[] = [];
        for (const topic of new Set(positions.map((position) => position.topic))) {
          const younger = await uncommitted.fetchTopicOffsetsByTimestamp(topic, Date.now() - ms);
          const from = new Map(younger.map(({partition, offset}) => [partition, Number(offset)]));
          for (const position of positions)
            if (position.topic === topic && (from.get(position.partition) ?? 0) > position.stable) held.push(position);
        }
        return held;
      }),
  };
}

type Isolation = "committed" | "uncommitted";

const load = createRequire(import.meta.url);

/**
 * kafkajs' Admin asks for the end of what can be read (READ_COMMITTED), which an open transaction holds back. This one asks for the end
 * itself; kafkajs has no option for it.
 */
function uncommittedAdmin(kafka: Kafka): Admin {
  const cluster = partOf(
    kafka,
    "createCluster",
  )({
    allowAutoTopicCreation: false,
    isolationLevel: load("kafkajs/src/protocol/isolationLevel.js").READ_UNCOMMITTED,
  });
  return load("kafkajs/src/admin/index.js")({retry: partOf(kafka, "clusterRetry"), logger: kafka.logger(), cluster});
}
