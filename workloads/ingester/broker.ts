/** A message as it came. */
export interface Message {
  key: Buffer | null;
  value: Buffer | null;
  offset: string;
}

/** Messages of one partition, one after another. */
export interface Batch {
  partition: number;
  messages: Message[];
}

export interface Consumer {
  /**
   * Takes a batch in. It counts as read when this resolves to true. At false it comes again, with what has come meanwhile; when it rejects,
   * to this member or another.
   * `stillOurs` rejects when the partition went to another member meanwhile: ask before each further try.
   */
  take(batch: Batch, stillOurs: () => Promise<void>): Promise<boolean>;
  /** Hears whether this member is part of the group. */
  onMembership(joined: boolean): void;
}

export interface OutgoingMessage {
  key: Buffer | null;
  value: Buffer | null;
  headers: Record<string, string>;
}

/** What an ingester needs of a client of Kafka. kafkajs.ts is one; another could take its place. */
export interface Broker {
  /**
   * Reads the topic as a member of the group until the program is told to stop; the batch in hand is then finished. The batches of
   * a partition come one at a time, however long each takes, and none is fetched ahead: that is what bounds memory.
   */
  consume(consumer: Consumer): Promise<void>;
  /** Resolves when all are acknowledged; tries until the program is told to stop. */
  send(topic: string, messages: OutgoingMessage[]): Promise<void>;
  /** Whether a send was rejected because a message is larger than its topic takes. */
  isTooLarge(error: unknown): boolean;
  /** How many messages the group has not read yet. */
  lag(): Promise<number>;
  close(): Promise<void>;
}
