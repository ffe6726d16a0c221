import {mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import tls from "node:tls";
import type {Kafka, Message, PartitionMetadata, ProducerConfig} from "kafkajs";
import {pino} from "pino";
import {expect, test, vi} from "vitest";
import {createProducer, portions, renewed} from "./kafka.ts";

test("no portion is too large for one record batch, and no message is lost or moved", () => {
  const messages = Array.from({length: 20_000}, (_, index) => ({
    key: `v${index % 7}`,
    value: `${index}`.padEnd(index % 500),
  }));
  const parts = portions(messages);
  expect(parts.flat()).toEqual(messages);
  for (const part of parts) expect(part.reduce((sum, {value}) => sum + value!.length, 0)).toBeLessThan(1_000_000);
});

test("a message that is larger than a portion goes alone", () => {
  const large = {key: "v", value: "x".repeat(900_000)};
  const small = {key: "v", value: "x"};
  expect(portions([small, large, small])).toEqual([[small], [large], [small]]);
  expect(portions([])).toEqual([]);
});

/** The producer's options, and how many of its sends are under way at most. */
function watched() {
  const seen = {options: {} as ProducerConfig, now: 0, most: 0, sent: [] as string[]};
  const producer = {
    connect: async () => {},
    disconnect: async () => {},
    async send({messages}: {messages: {value: string}[]}) {
      seen.most = Math.max(seen.most, ++seen.now);
      await new Promise((next) => setTimeout(next, 5));
      seen.now--;
      if (messages[0]!.value === "refused") throw Object.assign(new Error("too large"), {type: "MESSAGE_TOO_LARGE"});
      seen.sent.push(messages[0]!.value);
    },
  };
  const kafka = {
    producer(options: ProducerConfig) {
      seen.options = options;
      return producer;
    },
  } as unknown as Kafka;
  const signal = new AbortController().signal;
  return {seen, producer: createProducer(kafka, pino({level: "silent"}), signal)};
}

test("what is sent at once goes one after the other, in order, also past one that is refused", async () => {
  const {seen, producer} = watched();
  const send = (value: string) => producer.send("dead", [{value}]);
  const sends = ["a", "refused", "b", "c"].map(send);
  await Promise.allSettled(sends);
  await expect(sends[1]).rejects.toThrow("too large");
  expect(seen.sent).toEqual(["a", "b", "c"]);
  expect(seen.most).toBe(1);
});

test("each try of a message without a key is for the same partition", async () => {
  const {seen, producer} = watched();
  await producer.send("dead", [{value: "x"}]);
  const partitionMetadata = Array.from(
    {length: 12},
    (_, partitionId) => ({partitionId, leader: 0}) as PartitionMetadata,
  );
  const partitioner = seen.options.createPartitioner!();
  const partitionOf = (message: Message) => partitioner({topic: "dead", partitionMetadata, message});
  for (const value of ["{}", "no json", null]) {
    const tries = Array.from({length: 5}, () => partitionOf({value}));
    expect(new Set(tries).size).toBe(1);
  }
  expect(partitionOf({key: "vehicle-1", value: "{}"})).toBe(partitionOf({key: "vehicle-1", value: "other"}));
});

test("each connection trusts the authority that the file holds by then", async () => {
  const {default: socketFactory} = await import("kafkajs/src/network/socketFactory.js" as string);
  const folder = mkdtempSync(join(tmpdir(), "ca-"));
  const ssl = renewed(join(folder, "ca.crt"));
  const trusted: unknown[] = [];
  const connect = vi.spyOn(tls, "connect").mockImplementation((options: any): any => {
    trusted.push(options.ca);
    return {setKeepAlive() {}};
  });
  try {
    for (const text of ["the first one", "the renewed one"]) {
      writeFileSync(join(folder, "ca.crt"), text);
      socketFactory()({host: "broker", port: 9093, ssl});
    }
    expect(trusted).toEqual([["the first one"], ["the renewed one"]]);
  } finally {
    connect.mockRestore();
    rmSync(folder, {recursive: true});
  }
});
