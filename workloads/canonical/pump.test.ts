import {pino} from "pino";
import {expect, test} from "vitest";
import {createReader} from "../../api/event/read.ts";
import {skippedTotal} from "../ingester/metrics.ts";
import {canonicalText} from "./event.ts";
import {createPump} from "./pump.ts";
import type {Letter} from "./writer.ts";

const event = (second: number) =>
  `{"vehicle_id":"v${second}","timestamp":"2026-01-01T00:00:0${second}.000Z","latitude":48,"longitude":11,"speed":50}`;
const batch = (...values: string[]) => ({
  topic: "events",
  partition: 3,
  next: String(values.length + 5),
  messages: values.map((value, offset) => ({
    key: Buffer.from("k"),
    value: Buffer.from(value),
    offset: String(offset),
    timestamp: String(1_000 + offset),
  })),
});

/** A topic in memory; each write goes as the next of the answers says. */
function open(answers: (Error | undefined)[] = [], textOf = canonicalText([])) {
  const written: {partition: number; letters: Letter[]; next: string}[] = [];
  const stop = new AbortController();
  const pump = createPump({
    name: "canonical",
    read: createReader(),
    textOf,
    writer: {
      async write(partition, letters, next) {
        const failure = answers.shift();
        if (failure) throw failure;
        written.push({partition, letters, next});
      },
    },
    broker: {arrived: () => {}},
    topic: "t",
    log: pino({level: "silent"}),
    signal: stop.signal,
  });
  return {pump, written, stop};
}
const ours = async () => {};
const refused = (type: string) => Object.assign(new Error(`words of ${type}`), {type});

test("each event keeps its partition and Kafka's time, and says where it comes from; the group goes on behind the batch", async () => {
  const {pump, written} = open();
  await expect(pump.take(batch(event(1), `${event(2)}\n${event(3)}`), ours)).resolves.toBe(true);
  const [{partition, letters, next}] = written as [(typeof written)[0]];
  expect([partition, next]).toEqual([3, "7"]);
  expect(letters.map(({key, offset, timestamp, headers}) => [key, offset, timestamp, headers])).toEqual([
    ["v1", "0", "1000", {"source-offset": "0"}],
    ["v2", "1", "1001", {"source-offset": "1", "source-event": "1"}],
    ["v3", "1", "1001", {"source-offset": "1", "source-event": "2"}],
  ]);
});

test("what cannot be read is counted and no dead letter: the ingesters of the stores write it", async () => {
  const {pump, written} = open();
  const before = (await skippedTotal.get()).values[0]!.value;
  await pump.take(batch("nonsense", event(1), "{}"), ours);
  expect(written[0]!.letters).toHaveLength(1);
  expect(pump.accepted).toBe(1);
  expect((await skippedTotal.get()).values[0]!.value).toBe(before + 2);
});

test("a batch without any event moves the group on", async () => {
  const {pump, written} = open();
  await expect(pump.take(batch("nonsense"), ours)).resolves.toBe(true);
  expect(written).toEqual([{partition: 3, letters: [], next: "6"}]);
});

test("a topic that takes nothing is named with the fix until it does; one failure is no news", async () => {
  const unknown = refused("UNKNOWN_TOPIC_OR_PARTITION");
  const {pump, written} = open([unknown, unknown]);
  const problems: (string | undefined)[] = [];
  await pump.take(batch(event(1)), async () => void problems.push(pump.problem));
  expect(problems[0]).toBeUndefined();
  expect(problems[1]).toBe(
    "topic t cannot be written; the topic does not exist: make it (words of UNKNOWN_TOPIC_OR_PARTITION)",
  );
  expect(pump.problem).toBeUndefined();
  expect(written).toHaveLength(1);
});

test("a batch of a partition that went to another member is given up", async () => {
  const {pump, written} = open([refused("PRODUCER_FENCED")]);
  const gone = async () => {
    throw new Error("not ours");
  };
  await expect(pump.take(batch(event(1)), gone)).rejects.toThrow("not ours");
  expect(written).toEqual([]);
});

test("an event whose text is too large for the topic is counted and left out, and its neighbours are written", async () => {
  const text = canonicalText([]);
  const {pump, written} = open([], (row) => text(row) + (row.vehicle_id === "v2" ? " ".repeat(2_000_000) : ""));
  const count = async () => (await skippedTotal.get()).values.reduce((sum, {value}) => sum + value, 0);
  const before = await count();
  await expect(pump.take(batch(event(1), event(2), event(3)), ours)).resolves.toBe(true);
  expect(written[0]!.letters.map(({key}) => key)).toEqual(["v1", "v3"]);
  expect(await count()).toBe(before + 1);
});
