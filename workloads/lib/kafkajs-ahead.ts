import {createRequire} from "node:module";
import {type Batch, fillBatch} from "./kafkajs-fetch.ts";

/** Offsets as kafkajs has them: a string, or an object that prints as one. */
type Offset = string | {toString(): string};

interface TopicPartitions {
  topic: string;
  partitions: number[];
}

/** A member of a group, as far as it is used here; no part of kafkajs's API. */
interface Group {
  groupId: string;
  generationId: number;
  memberId: string;
  maxBytesPerPartition: number;
  maxBytes: number;
  minBytes: number;
  maxWaitTime: number;
  isolationLevel: number;
  cluster: {findBroker(wanted: {nodeId: string}): Promise<Broker>};
  subscriptionState: {active(): TopicPartitions[]; isPaused(topic: string, partition: number): boolean};
  seekOffset: {has(topic: string, partition: number): boolean};
  offsetManager: {
    nextOffset(topic: string, partition: number): Offset;
    committedOffsets(): Record<string, Record<number, unknown>>;
  };
  filterPartitionsByNode(nodeId: string, wanted: TopicPartitions[]): TopicPartitions[];
  fetch(nodeId: string): Promise<Batch[]>;
}

interface Broker {
  fetch(wanted: object): Promise<{responses: {topicName: string; partitions: {partition: number}[]}[]}>;
}

/** What a member has of a broker. */
interface Reading {
  /** When kafkajs itself fetched: it looks for new partitions and other leaders then. */
  since: number;
  /** What is on its way for the next call, and for which membership. */
  ahead?: {membership: string; batches: Promise<Batch[]>} | undefined;
}

const load = createRequire(import.meta.url);
const KafkaBatch: new (topic: string, offset: string, data: object) => Batch = load("kafkajs/src/consumer/batch.js");
const group: Group = load("kafkajs/src/consumer/consumerGroup.js").prototype;
const {fetch} = group;

/** Groups that read ahead, and what their members have of each broker. */
const reading = new Map<string, WeakMap<Group, Map<string, Reading>>>();

/**
 * From now on a member of this group fetches, while what it has is being written, what comes behind that: one fetch, and only from a
 * backlog, which is answered at once. kafkajs itself fetches and writes in turns.
 */
export const readAhead = (groupId: string): void => void reading.set(groupId, new WeakMap());

const OWN_MS = 5_000;

group.fetch = async function (this: Group, nodeId: string) {
  const own = async () => (await fetch.call(this, nodeId)).map(fillBatch);
  const members = reading.get(this.groupId);
  if (!members) return own();
  const brokers = members.get(this) ?? new Map<string, Reading>();
  members.set(this, brokers);
  const {since, ahead} = brokers.get(nodeId) ?? {since: 0};
  const read = ahead ? await stillNext(this, ahead) : [];
  const batches = read.length > 0 ? read : await own();
  const next: Reading = {since: read.length > 0 ? since : performance.now()};
  if (batches.some(isBehind) && performance.now() - next.since < OWN_MS)
    next.ahead = {membership: membershipOf(this), batches: behind(this, nodeId, batches)};
  // Whoever does not ask for it any more is not to end the process.
  next.ahead?.batches.catch(() => {});
  brokers.set(nodeId, next);
  return batches;
};

const membershipOf = ({memberId, generationId}: Group) => `${memberId} ${generationId}`;

/** At least as much again waits behind the batch. */
const isBehind = (batch: Batch) => {
  const {length} = batch.rawMessages;
  return length > 0 && Number(batch.highWatermark) - 1 - Number(batch.lastOffset()) >= length;
};

/** Of what was read ahead, the batches that the group reads next: none of a partition that was taken away, stopped, or not written. */
async function stillNext(member: Group, {membership, batches}: NonNullable<Reading["ahead"]>): Promise<Batch[]> {
  const read = await batches.catch((): Batch[] => []);
  if (membership !== membershipOf(member)) return [];
  return read.filter(
    ({topic, partition, fetchedOffset}) =>
      !member.seekOffset.has(topic, partition) &&
      !member.subscriptionState.isPaused(topic, partition) &&
      String(member.offsetManager.nextOffset(topic, partition)) === fetchedOffset,
  );
}

/** Fetches what comes behind these batches, and of the other partitions what comes next. */
async function behind(member: Group, nodeId: string, batches: Batch[]): Promise<Batch[]> {
  const {offsetManager, maxBytesPerPartition, maxWaitTime, minBytes, maxBytes, isolationLevel} = member;
  const committed = offsetManager.committedOffsets();
  const offsets = new Map<string, string>();
  for (const batch of batches)
    if (batch.rawMessages.length > 0)
      offsets.set(`${batch.topic} ${batch.partition}`, String(Number(batch.lastOffset()) + 1));
  const topics = member
    .filterPartitionsByNode(nodeId, member.subscriptionState.active())
    .map(({topic, partitions}) => ({
      topic,
      partitions: partitions
        .filter((partition) => committed[topic]?.[partition] != null)
        .map((partition) => {
          const key = `${topic} ${partition}`;
          if (!offsets.has(key)) offsets.set(key, String(offsetManager.nextOffset(topic, partition)));
          return {partition, fetchOffset: offsets.get(key)!, maxBytes: maxBytesPerPartition};
        }),
    }));
  const broker = await member.cluster.findBroker({nodeId});
  const {responses} = await broker.fetch({maxWaitTime, minBytes, maxBytes, isolationLevel, topics});
  return responses.flatMap(({topicName, partitions}) =>
    partitions.map((data) =>
      fillBatch(new KafkaBatch(topicName, offsets.get(`${topicName} ${data.partition}`)!, data)),
    ),
  );
}
