import {createRequire} from "node:module";
import {beforeEach, expect, test} from "vitest";
import {readAhead} from "./kafkajs-ahead.ts";
import type {Batch} from "./kafkajs-fetch.ts";

const ConsumerGroup = createRequire(import.meta.url)("kafkajs/src/consumer/consumerGroup.js");

interface Wanted {
  topics: {topic: string; partitions: {partition: number; fetchOffset: string}[]}[];
}

/** A member of a group that has one partition of ten thousand messages, and gets a hundred of them by each fetch. */
function memberOf(groupId: string) {
  const asked: number[] = [];
  const next = {offset: 0, end: 10_000, broken: false};
  const broker = {
    async fetch({topics}: Wanted) {
      if (next.broken) throw Object.assign(new Error("cut"), {name: "KafkaJSConnectionClosedError"});
      return {
        responses: topics.map(({topic, partitions}) => ({
          topicName: topic,
          partitions: partitions.map(({partition, fetchOffset}) => {
            const from = Number(fetchOffset);
            asked.push(from);
            const all = Array.from({length: Math.min(100, next.end - from)}, (_, at) => ({
              offset: String(from + at),
              key: null,
              isControlRecord: false,
            }));
            return {partition, highWatermark: String(next.end), messages: Object.assign([], {all})};
          }),
        })),
      };
    },
  };
  const member = Object.assign(Object.create(ConsumerGroup.prototype), {
    ...{groupId, memberId: "member", generationId: 1, preferredReadReplicasPerTopicPartition: {}},
    cluster: {refreshMetadataIfNecessary() {}, removeBroker() {}, findBroker: async () => broker},
    subscriptionState: {
      assigned: () => [{topic: "t", partitions: [0]}],
      active: () => [{topic: "t", partitions: [0]}],
      isPaused: () => false,
    },
    seekOffset: {has: () => false},
    seekOffsets() {},
    checkForStaleAssignment() {},
    filterPartitionsByNode: (_: string, wanted: unknown) => wanted,
    offsetManager: {committedOffsets: () => ({t: {0: "0"}}), nextOffset: () => String(next.offset)},
  });
  /** The offset at which the next batch begins, which counts as read unless told otherwise. */
  const fetch = async (written = true) => {
    const [batch] = (await member.fetch("0")) as Batch[];
    if (batch && written) next.offset = Number(batch.lastOffset()) + 1;
    return batch && Number(batch.messages[0]?.offset);
  };
  return {member, next, asked, fetch};
}

beforeEach(() => readAhead("ahead"));

test("behind a backlog each fetch is made while the batch before it is in hand, once, and nothing is left out", async () => {
  const {fetch, asked} = memberOf("ahead");
  expect([await fetch(), await fetch(), await fetch()]).toEqual([0, 100, 200]);
  await new Promise(setImmediate);
  expect(asked).toEqual([0, 100, 200, 300]);
});

test("a batch that was not written comes again, and what was read behind it is forgotten", async () => {
  const {fetch} = memberOf("ahead");
  expect([await fetch(), await fetch(false), await fetch(), await fetch()]).toEqual([0, 100, 100, 200]);
});

test("what was read ahead is nobody's after a rebalance", async () => {
  const {fetch, member, next, asked} = memberOf("ahead");
  await fetch();
  Object.assign(member, {generationId: 2});
  next.offset = 40;
  expect([await fetch(), asked]).toEqual([40, [0, 100, 40, 140]]);
});

test("without a backlog nothing is read ahead", async () => {
  const {fetch, next, asked} = memberOf("ahead");
  next.end = 150;
  expect([await fetch(), await fetch()]).toEqual([0, 100]);
  await new Promise(setImmediate);
  expect(asked).toEqual([0, 100]);
});

test("a fetch ahead that fails is made again in its turn", async () => {
  const {fetch, next} = memberOf("ahead");
  const first = fetch();
  next.broken = false;
  expect(await first).toBe(0);
  next.broken = true;
  expect([await fetch(), await fetch()]).toEqual([100, undefined]);
  next.broken = false;
  expect([await fetch(), await fetch()]).toEqual([200, 300]);
});

test("groups that do not ask for it read in turns", async () => {
  const {fetch, asked} = memberOf("in-turns");
  expect([await fetch(), await fetch()]).toEqual([0, 100]);
  expect(asked).toEqual([0, 100]);
});
