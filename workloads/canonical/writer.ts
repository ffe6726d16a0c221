import type {Admin, Kafka, Producer} from "kafkajs";
import {portions} from "../lib/kafka.ts";
import {committedBy} from "../lib/read.ts";
import {unlessStopped} from "../lib/stop.ts";

/** An event on its way, with its message's offset. */
export interface Letter {
  offset: string;
  key: string;
  value: Buffer;
  timestamp: string;
  headers: Record<string, string>;
}

/** The topic that is read, the one that is written, and the group that reads. */
interface Names {
  from: string;
  to: string;
  groupId: string;
}

/** Writes what a group has read to another topic, each message once. */
export interface Writer {
  /**
   * One try to write the events of a batch and, in the same transaction, that the group has read up to `next`. What an earlier try or
   * another member has written is left out. After one that failed, nothing or all of it is there.
   */
  write(partition: number, letters: Letter[], next: string): Promise<void>;
  /** @throws Error if the topic cannot take what is read */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** After this long without an end a transaction of a member that is gone ends by itself, where no other member has ended it. */
const TRANSACTION_MS = 30_000;

/** The producer of a partition, and the offset up to which its group has read, once that cannot change without it. */
interface Open {
  producer: Producer;
  position?: number;
}

/**
 * A producer for each partition that is read, under a name of its own: Kafka ends the transaction of the one before and refuses whatever that
 * sends later. Only then the group's position is read, which from then on is this member's alone. Events keep their partition, and so their
 * order and Kafka's time.
 */
export function openWriter(kafka: Kafka, {from, to, groupId}: Names, signal: AbortSignal): Writer {
  const producers = new Map<number, Promise<Open>>();
  let admin: Promise<Admin> | undefined;

  async function open(partition: number): Promise<Open> {
    const producer = kafka.producer({
      transactionalId: `${groupId}-${partition}`,
      transactionTimeout: TRANSACTION_MS,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
    });
    await unlessStopped(producer.connect(), signal);
    return {producer};
  }

  /** Asks by a connection that is made anew when it fails. */
  async function ask<T>(question: (admin: Admin) => Promise<T>): Promise<T> {
    admin ??= (async () => {
      const opened = kafka.admin();
      await unlessStopped(opened.connect(), signal);
      return opened;
    })();
    const mine = admin;
    try {
      return await question(await mine);
    } catch (error) {
      if (admin === mine) admin = undefined;
      await mine.then((broken) => broken.disconnect()).catch(() => {});
      throw error;
    }
  }

  async function positionOf(partition: number): Promise<number> {
    const partitions = await ask((admin) => committedBy(admin, groupId, from));
    return Math.max(0, Number(partitions.find((one) => one.partition === partition)?.offset ?? 0));
  }

  async function drop(partition: number) {
    const dropped = producers.get(partition);
    producers.delete(partition);
    await dropped?.then(({producer}) => producer.disconnect()).catch(() => {});
  }

  async function check() {
    const [source, target] = await ask(async (admin) => {
      const {topics} = await admin.fetchTopicMetadata({topics: [from, to]});
      return [from, to].map((topic) => topics.find(({name}) => name === topic)?.partitions.length);
    });
    if (source !== target)
      throw new Error(
        `it has ${target} partitions, and ${from} has ${source}: give it as many by kafka-topics.sh --alter`,
      );
  }

  return {
    async write(partition, letters, next) {
      const opening = producers.get(partition) ?? check().then(() => open(partition));
      producers.set(partition, opening);
      try {
        const opened = await opening;
        const transaction = await opened.producer.transaction();
        const first = Number(letters[0]?.offset ?? next);
        // Where the topic that is read was made anew, its offsets begin again, and so has the group.
        if (opened.position === undefined || first < opened.position) opened.position = await positionOf(partition);
        const {position} = opened;
        const left = letters.filter(({offset}) => Number(offset) >= position);
        for (const messages of portions(left.map(({offset: _, ...message}) => ({...message, partition}))))
          await transaction.send({topic: to, acks: -1, messages});
        if (Number(next) > position) {
          const topics = [{topic: from, partitions: [{partition, offset: next}]}];
          await transaction.sendOffsets({consumerGroupId: groupId, topics});
        }
        await transaction.commit();
        opened.position = Math.max(position, Number(next));
      } catch (error) {
        // Whether it is there only Kafka knows: the next try asks.
        await drop(partition);
        throw error;
      }
    },
    check,
    async close() {
      await Promise.all([...producers.keys()].map(drop));
      await admin?.then((opened) => opened.disconnect()).catch(() => {});
    },
  };
}
