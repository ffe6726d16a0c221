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
  responses: {partitions: {partition: number; offset: string; metadata: string | null}[]}[];
}

/** What a group has committed of a partition. */
interface State {
  offset: number;
  note: Note;
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
  private states = new Map<string, Promise<State>>();
  /** By partition, up to where a transaction has committed, or is about to. */
  private transacted = new Map<string, number>();
  /** Commits beside transactions. */
  private readonly underWay = new Set<Promise<unknown>>();
  /** Before it is a member, this program may put the group back. */
  private isMember = false;

  arrived = (place: Place, ms: number) => {
    const key = keyOf(place);
    this.arrivals.set(key, Math.max(ms, this.arrivals.get(key) ?? 0));
  };

  forget = () => {
    this.states = new Map();
    this.transacted = new Map();
    this.isMember = true;
  };

  /** Commits within a transaction, with notes as any other commit, and after all others: one that came later would put the group back. */
  async transact(coordinator: Coordinator, send: (commit: Commit) => Promise<unknown>, commit: Commit) {
    for (const {topic, partitions} of commit.topics) for (const entry of partitions) this.transactedTo(topic, entry);
    await Promise.allSettled(this.underWay);
    return this.commit(coordinator, send, commit);
  }

  /** Commits what the group has not committed yet, and where it is to begin again. */
  async commitBeside<C extends Commit>(coordinator: Coordinator, send: (commit: C) => Promise<unknown>, commit: C) {
    const work = (async () => {
      const pending = this.isMember ? await this.pending(coordinator, commit) : commit;
      return pending.topics.length === 0 ? undefined : this.commit(coordinator, send, pending);
    })();
    this.underWay.add(work);
    try {
      return await work;
    } finally {
      this.underWay.delete(work);
    }
  }

  private transactedTo(topic: string, {partition, offset}: Entry) {
    this.transacted.set(keyOf({topic, partition: Number(partition)}), Number(offset));
  }

  private async pending<C extends Commit>(coordinator: Coordinator, {topics, ...commit}: C): Promise<C> {
    const {states} = this;
    const isPending = async (topic: string, entry: Entry) => {
      const place = {topic, partition: Number(entry.partition)};
      const {offset} = await this.stateOf(coordinator, commit.groupId, place, states);
      if (entry.skipped === undefined)
        return Number(entry.offset) > Math.max(offset, this.transacted.get(keyOf(place)) ?? -1);
      if (this.transacted.has(keyOf(place))) this.transactedTo(topic, entry);
      return true;
    };
    const left = await Promise.all(
      topics.map(async ({topic, partitions}) => {
        const flags = await Promise.all(partitions.map((entry) => isPending(topic, entry)));
        return {topic, partitions: partitions.filter((_, at) => flags[at])};
      }),
    );
    return {...commit, topics: left.filter(({partitions}) => partitions.length > 0)} as unknown as C;
  }

  /** Commits with a note for each partition. What it adds counts from when Kafka has it: a commit that is tried again adds once. */
  async commit<C extends Commit>(
    coordinator: Coordinator,
    send: (commit: C) => Promise<unknown>,
    commit: C,
  ): Promise<unknown> {
    const {states} = this;
    const kept: [string, State][] = [];
    const topics = await Promise.all(
      commit.topics.map(async ({topic, partitions}) => ({
        topic,
        partitions: await Promise.all(
          partitions.map(async ({skipped = 0, ...entry}) => {
            const place = {topic, partition: Number(entry.partition)};
            const {note} = await this.stateOf(coordinator, commit.groupId, place, states);
            const next = skipped > 0 ? {...note, expired: (note.expired ?? 0) + skipped, expiredAt: Date.now()} : note;
            kept.push([keyOf(place), {note: next, offset: Number(entry.offset)}]);
            const arrived = Math.max(this.arrivals.get(keyOf(place)) ?? 0, note.arrived ?? 0);
            return {...entry, metadata: JSON.stringify({...next, ...(arrived > 0 ? {arrived} : {})})};
          }),
        ),
      })),
    );
    const answer = await send({...commit, topics});
    for (const [key, state] of kept) states.set(key, Promise.resolve(state));
    return answer;
  }

  /** The last commit, of whichever member. */
  private stateOf(coordinator: Coordinator, groupId: string, place: Place, states: Map<string, Promise<State>>) {
    const key = keyOf(place);
    const found = states.get(key) ?? fetchState(coordinator, groupId, place);
    states.set(key, found);
    found.catch(() => states.delete(key));
    return found;
  }
}

async function fetchState(coordinator: Coordinator, groupId: string, {topic, partition}: Place): Promise<State> {
  const {responses} = await coordinator.offsetFetch({groupId, topics: [{topic, partitions: [{partition}]}]});
  const {offset, metadata} = responses[0]?.partitions[0] ?? {};
  return {offset: Number(offset ?? -1), note: noteOf(metadata)};
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
  const send = (noted: MemberCommit) => offsetCommit.call(this, noted);
  const book = books.get(commit.groupId);
  return book ? book.commitBeside(this, send, commit) : send(commit);
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
