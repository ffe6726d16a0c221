import {createRequire} from "node:module";
import {type Note, noteOf} from "../lib/offsets.ts";
import type {Place} from "./broker.ts";

/** A commit of kafkajs for one partition; `skipped` is ours: events that the group passes over, for Kafka has dropped them. */
interface Entry {
  /** A string, where kafkajs takes it from the keys of an object. */
  partition: number | string;
  offset: string;
  metadata?: string | null;
  skipped?: number;
}

interface Commit {
  groupId: string;
  topics: {topic: string; partitions: Entry[]}[];
}

/** Of a member, which the group has to know. */
interface MemberCommit extends Commit {
  groupGenerationId: number;
  memberId: string;
}

interface Fetched {
  responses: {partitions: {partition: number; metadata: string | null}[]}[];
}

/** A broker of kafkajs, as far as it is used here; no part of its API. */
interface Coordinator {
  offsetCommit(commit: MemberCommit): Promise<unknown>;
  /** Within a transaction. */
  txnOffsetCommit(commit: Commit): Promise<unknown>;
  offsetFetch(wanted: {
    groupId: string;
    topics: {topic: string; partitions: {partition: number}[]}[];
  }): Promise<Fetched>;
}

interface OffsetManager {
  groupId: string;
  generationId: number;
  memberId: string;
  cluster: {
    fetchTopicsOffset(
      topics: {topic: string; partitions: {partition: number}[]; fromBeginning: boolean}[],
    ): Promise<{partitions: {partition: number; offset: string}[]}[]>;
  };
  resolvedOffsets: Record<string, Record<number, string | undefined>>;
  committedOffsets(): Record<string, Record<number, string | undefined>>;
  clearOffsets(place: Place): void;
  getCoordinator(): Promise<Coordinator>;
  setDefaultOffset(place: Place): Promise<void>;
}

/** A partition among those of all topics. */
const keyOf = ({topic, partition}: Place) => `${topic}-${partition}`;

/** The notes that a member writes with its commits. */
interface Notes {
  /** The store has an event of the partition that came into Kafka at this time. */
  arrived(place: Place, ms: number): void;
  /** The member has joined the group anew: meanwhile others may have had its partitions. */
  forget(): void;
}

class Book implements Notes {
  private readonly arrivals = new Map<string, number>();
  private notes = new Map<string, Promise<Note>>();
  /** By partition, up to where a transaction has committed. */
  private transacted = new Map<string, number>();

  arrived = (place: Place, ms: number) => {
    const key = keyOf(place);
    this.arrivals.set(key, Math.max(ms, this.arrivals.get(key) ?? 0));
  };

  forget = () => {
    this.notes = new Map();
    this.transacted = new Map();
  };

  /** Commits within a transaction, with notes as any other commit. */
  async transact(coordinator: Coordinator, send: (commit: Commit) => Promise<unknown>, commit: Commit) {
    const answer = await this.commit(coordinator, send, commit);
    for (const {topic, partitions} of commit.topics)
      for (const {partition, offset} of partitions)
        this.transacted.set(keyOf({topic, partition: Number(partition)}), Number(offset));
    return answer;
  }

  /** A commit without what a transaction has committed: one that comes late would put the group back behind the next transaction. */
  pending<C extends Commit>({topics, ...commit}: C): C {
    const isPending = (topic: string, {partition, offset}: Entry) =>
      Number(offset) > (this.transacted.get(keyOf({topic, partition: Number(partition)})) ?? -1);
    return {
      ...commit,
      topics: topics
        .map(({topic, partitions}) => ({topic, partitions: partitions.filter((entry) => isPending(topic, entry))}))
        .filter(({partitions}) => partitions.length > 0),
    } as C;
  }

  /** Commits with a note for each partition. What it adds counts from when Kafka has it: a commit that is tried again adds once. */
  async commit<C extends Commit>(
    coordinator: Coordinator,
    send: (commit: C) => Promise<unknown>,
    commit: C,
  ): Promise<unknown> {
    const {notes} = this;
    const kept: [string, Note][] = [];
    const topics = await Promise.all(
      commit.topics.map(async ({topic, partitions}) => ({
        topic,
        partitions: await Promise.all(
          partitions.map(async ({skipped = 0, ...entry}) => {
            const place = {topic, partition: Number(entry.partition)};
            const note = await this.noteOf(coordinator, commit.groupId, place, notes);
            const next = skipped > 0 ? {...note, expired: (note.expired ?? 0) + skipped, expiredAt: Date.now()} : note;
            kept.push([keyOf(place), next]);
            const arrived = Math.max(this.arrivals.get(keyOf(place)) ?? 0, note.arrived ?? 0);
            return {...entry, metadata: JSON.stringify({...next, ...(arrived > 0 ? {arrived} : {})})};
          }),
        ),
      })),
    );
    const answer = await send({...commit, topics});
    for (const [key, note] of kept) notes.set(key, Promise.resolve(note));
    return answer;
  }

  /** The last note, of whichever member. */
  private noteOf(coordinator: Coordinator, groupId: string, place: Place, notes: Map<string, Promise<Note>>) {
    const key = keyOf(place);
    const found = notes.get(key) ?? fetchNote(coordinator, groupId, place);
    notes.set(key, found);
    found.catch(() => notes.delete(key));
    return found;
  }
}

async function fetchNote(coordinator: Coordinator, groupId: string, {topic, partition}: Place): Promise<Note> {
  const {responses} = await coordinator.offsetFetch({groupId, topics: [{topic, partitions: [{partition}]}]});
  return noteOf(responses[0]?.partitions[0]?.metadata);
}

const books = new Map<string, Book>();

/** From now on this group's commits carry notes, and what it passes over is counted. */
export function keepNotes(groupId: string): Notes {
  const book = new Book();
  books.set(groupId, book);
  return book;
}

const load = createRequire(import.meta.url);
const broker: Coordinator = load("kafkajs/src/broker/index.js").prototype;
const manager: OffsetManager = load("kafkajs/src/consumer/offsetManager/index.js").prototype;
const {offsetCommit, txnOffsetCommit} = broker;
const {setDefaultOffset} = manager;

/** Every commit of kafkajs passes here, also those of batches without an event, of which no handler hears. */
broker.offsetCommit = async function (this: Coordinator, commit: MemberCommit) {
  const book = books.get(commit.groupId);
  if (!book) return offsetCommit.call(this, commit);
  const pending = book.pending(commit);
  if (pending.topics.length === 0) return undefined;
  return book.commit(this, (noted) => offsetCommit.call(this, noted), pending);
};

broker.txnOffsetCommit = function (this: Coordinator, commit: Commit) {
  const book = books.get(commit.groupId);
  const send = (noted: Commit) => txnOffsetCommit.call(this, noted);
  return book ? book.transact(this, send, commit) : send(commit);
};

/**
 * kafkajs comes here when Kafka no longer has what the group would read next. It would commit "the oldest", and where the group was would
 * be forgotten. The oldest offset is committed in one step with how many events that leaves out: neither a crash nor a rebalance loses the
 * count or counts twice.
 */
manager.setDefaultOffset = async function (this: OffsetManager, place: Place) {
  const {topic, partition} = place;
  if (!books.has(this.groupId)) return setDefaultOffset.call(this, place);
  const position = Number(
    this.resolvedOffsets[topic]?.[partition] ?? this.committedOffsets()[topic]?.[partition] ?? -1,
  );
  const [found] = await this.cluster.fetchTopicsOffset([{topic, partitions: [{partition}], fromBeginning: true}]);
  const {offset} = found!.partitions[0]!;
  const skipped = position < 0 ? 0 : Math.max(0, Number(offset) - position);
  const {groupId, generationId: groupGenerationId, memberId} = this;
  const topics = [{topic, partitions: [{partition, offset, skipped}]}];
  await (await this.getCoordinator()).offsetCommit({groupId, groupGenerationId, memberId, topics});
  this.clearOffsets(place);
};
