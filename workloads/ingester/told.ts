import type {Consumer, EachBatchPayload} from "kafkajs";
import type {Logger} from "pino";
import type {Place} from "./broker.ts";

/** A store whose rows may wait in memory. */
export interface Waiting {
  /** Whether none do. */
  readonly isIdle: boolean;
}

/** The commits of a group that go by what a store says, not by what was read. */
export interface Told {
  commit(place: Place, next: string): void;
  /** Sends what is to be committed; resolves once Kafka has answered, also to what was sent before. */
  flush(): Promise<void>;
  joined(consumer: Pick<Consumer, "commitOffsets">): void;
  left(): void;
  /** Up to where the member has read, as kafkajs has it: marks of transactions come without a batch. */
  read: EachBatchPayload["uncommittedOffsets"] | undefined;
  /** Gives this consumer up: another one begins where the group is. */
  leave(): void;
}

/**
 * The group may wait for so long until its members have come back for a new turn. A member whose commits it refuses for longer is not one any more, and
 * kafkajs has not noticed.
 */
const REFUSED_MS = 30_000;

/** Where nothing waits, marks of transactions are committed by then. */
const MARKS_MS = 1_000;

/** @param waiting absent where kafkajs commits by itself */
export function createTold(waiting: Waiting | undefined, log: Logger): Told {
  let offsets = new Map<string, Place & {offset: string}>();
  let consumer: Pick<Consumer, "commitOffsets"> | undefined;
  let isDue = false;
  /** Commits go one after another; the group refuses one that is on its way when its member leaves. */
  let sending = Promise.resolve();
  let marks: NodeJS.Timeout | undefined;
  /** Since when each commit of this membership was refused. */
  let refusedSince: number | undefined;
  const told: Told = {
    read: undefined,
    leave() {},
    commit(place, offset) {
      offsets.set(`${place.topic}-${place.partition}`, {...place, offset});
      // Once for all batches that came in together.
      if (!isDue) queueMicrotask(() => void told.flush());
      isDue = true;
    },
    flush() {
      sending = sending.then(send);
      return sending;
    },
    joined(member) {
      if (!waiting) return;
      consumer = member;
      // While Kafka is away, a commit of before may have no end.
      [sending, offsets, isDue] = [Promise.resolve(), new Map(), false];
      refusedSince = undefined;
      clearInterval(marks);
      marks = setInterval(() => waiting.isIdle && commitRead(), MARKS_MS);
    },
    left() {
      clearInterval(marks);
      consumer = undefined;
      told.read = undefined;
    },
  };
  return told;

  async function send() {
    isDue = false;
    const all = [...offsets.values()];
    offsets = new Map();
    if (all.length === 0) return;
    try {
      await consumer?.commitOffsets(all);
      refusedSince = undefined;
    } catch (error) {
      // They are read again, and found in the store.
      log.info({err: error}, "the group does not take offsets");
      refusedSince ??= Date.now();
      if (Date.now() - refusedSince <= REFUSED_MS) return;
      refusedSince = undefined;
      log.warn("this member is given up for another one");
      told.leave();
    }
  }

  function commitRead() {
    for (const {topic, partitions} of told.read?.().topics ?? [])
      for (const {partition, offset} of partitions) told.commit({topic, partition: Number(partition)}, offset);
  }
}
