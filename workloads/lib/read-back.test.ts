import type {Kafka} from "kafkajs";
import {expect, test} from "vitest";
import type {RawMessage} from "./kafkajs-fetch.ts";
import {readBack} from "./read-back.ts";

const message = (offset: number) => ({offset: String(offset), key: null, isControlRecord: false}) as RawMessage;
const unreadable = {offset: "3", error: new Error("its checksum is wrong")};

/** A broker that answers so, one Fetch after another; its log begins at the given offsets, one question after another. */
function kafkaThat({answers, lows = [0]}: {answers: (RawMessage[] & {unreadable?: unknown})[]; lows?: number[]}) {
  const asked: string[] = [];
  const admin = {
    connect: async () => {},
    disconnect: async () => {},
    fetchTopicOffsetsByTimestamp: async () => [{partition: 0, offset: "0"}],
    fetchTopicOffsets: async () => [{partition: 0, low: String(lows.length > 1 ? lows.shift() : lows[0])}],
  };
  const broker = {
    async fetch({topics: [{partitions}]}: any) {
      asked.push(partitions[0].fetchOffset);
      const messages = Object.assign([], {all: answers.shift() ?? []});
      return {responses: [{partitions: [{partition: 0, highWatermark: "9", messages}]}]};
    },
  };
  const cluster = {
    connect: async () => {},
    disconnect: async () => {},
    addTargetTopic: async () => {},
    findLeaderForPartitions: () => ({"0": [0]}),
    findBroker: async () => broker,
  };
  const kafka = {admin: () => admin, [Symbol("private:Kafka:createCluster")]: () => cluster} as unknown as Kafka;
  const read: number[] = [];
  const run = () =>
    readBack(kafka, {topic: "t", partition: 0, since: 0, until: 5}, async (messages) => {
      read.push(...messages.map(({offset}) => Number(offset)));
    });
  return {run, read, asked};
}

test("an answer with nothing, as a broker that throttles gives, is no end", async () => {
  const {run, read, asked} = kafkaThat({
    answers: [[], [0, 1].map(message), [], [2, 3, 4, 5].map(message)],
  });
  await run();
  expect(read).toEqual([0, 1, 2, 3, 4]);
  expect(asked).toEqual(["0", "0", "2", "2"]);
});

test("what the retention has dropped meanwhile is passed over", async () => {
  const {run, read} = kafkaThat({answers: [[], [3, 4].map(message)], lows: [0, 3]});
  await run();
  expect(read).toEqual([3, 4]);
});

test("it ends before a batch that cannot be read, behind which the group went on", async () => {
  const {run, read} = kafkaThat({answers: [[0, 1, 2].map(message), Object.assign([], {unreadable})]});
  await run();
  expect(read).toEqual([0, 1, 2]);
});
