import type {Headers, Letter} from "../lib/letter.ts";
import type {Standing} from "./lag.ts";

/** A message as it came. */
export interface Message {
  key: Buffer | null;
  value: Buffer | null;
  offset: string;
  /** Kafka's time, ms since the epoch: when it came in, where the topic has LogAppendTime. */
  timestamp: string;
  /** The same as a number, where it was one already. */
  time?: number;
  headers?: Headers;
  /** Of several events in one message: which it is, from 1 on; then the value is its own. */
  event?: number;
}

/** Kafka's time of a message, ms since the epoch. */
export const timeOf = ({time, timestamp}: Pick<Message, "time" | "timestamp">): number => time ?? Number(timestamp);

export interface Place {
  topic: string;
  partition: number;
}

/** Messages of one partition, one after another. */
export interface Batch extends Place {
  messages: Message[];
  /** The offset that is read after it: marks of transactions and what was taken back are behind the last message. */
  next: string;
}

export interface Consumer {
  /**
   * Takes a batch in. It counts as read when this resolves to true. At false it comes again, with what has come meanwhile; when it rejects,
   * to this member or another.
   * `stillOurs` rejects when the partition went to another member meanwhile: ask before each further try.
   */
  take(batch: Batch, stillOurs: () => Promise<void>): Promise<boolean>;
  /** This member is about to leave the group: the last moment to commit. */
  onLeaving?(): Promise<void>;
  /** Hears whether this member is part of the group. */
  onMembership(joined: boolean): void;
  /** Hears, again and again, of a batch that cannot be read and holds its partition up, or of a topic that cannot. */
  onUnreadable(words: string): void;
}

/** The part of a Kafka client that an ingester uses. kafkajs.ts is one; another could take its place. */
export interface Broker {
  /**
   * Reads the topics as a member of the group until the program stops; the batch in hand is then finished. The batches of
   * a partition come one at a time, however long each takes. At most one further fetch is there by then: that is what bounds memory.
   */
  consume(consumer: Consumer): Promise<void>;
  /** One try to send what fits into one record batch; resolves when all are acknowledged. One that failed may have been heard all the same. */
  send(topic: string, letters: Letter[]): Promise<void>;
  /** Whether a send was rejected because a message is larger than its topic takes. */
  isTooLarge(error: unknown): boolean;
  /** Notes with the next commit of the partition when the newest event that is in the store came into Kafka, ms since the epoch. */
  arrived(place: Place, ms: number): void;
  /** The partition is in up to this offset; for a broker that was opened to be told so. */
  commit(place: Place, next: string): void;
  /** Reads again from where the group is in Kafka. */
  reread(): void;
  /** The group's position in each partition. */
  standing(): Promise<Standing[]>;
  /** The partitions of this member by name, each with the offset up to which it has events in hand; 0 if it has none. */
  inHand(): ReadonlyMap<string, number>;
  close(): Promise<void>;
}
