import {createRequire} from "node:module";
import {expect, test} from "vitest";
import {crc32c} from "./crc32c.ts";
import {type Aborted, fetches, fillBatch, hideAborted, type RawMessage, showMarks} from "./kafkajs-fetch.ts";

const load = createRequire(import.meta.url);
const Encoder = load("kafkajs/src/protocol/encoder.js");
const {RecordBatch} = load("kafkajs/src/protocol/recordBatch/v0/index.js");
const writeRecord = load("kafkajs/src/protocol/recordBatch/record/v0/index.js");
const {decode} = load("kafkajs/src/protocol/requests/fetch/v11/response.js");
const KafkaBatch = load("kafkajs/src/consumer/batch.js");

interface Part {
  /** Whose transaction; none: an event outside of any. */
  producer?: number;
  keys?: (Buffer | null)[];
  mark?: "abort" | "commit";
  codec?: number;
}

const ABORT = Buffer.from([0, 0, 0, 0]);
const COMMIT = Buffer.from([0, 0, 0, 1]);
const producer = (id: number, ...keys: (Buffer | null)[]): Part => ({
  producer: id,
  keys: keys.length > 0 ? keys : [Buffer.from(`of ${id}`)],
});
const abort = (id: number): Part => ({producer: id, mark: "abort"});
const commit = (id: number): Part => ({producer: id, mark: "commit"});

/** Batches one behind another, as a broker keeps them. */
async function batches(parts: Part[]): Promise<Buffer[]> {
  let offset = 0;
  const made: Buffer[] = [];
  for (const {producer: id = -1, keys, mark, codec = 0} of parts) {
    const all = keys ?? [mark === "abort" ? ABORT : COMMIT];
    const {buffer} = await RecordBatch({
      firstOffset: String(offset),
      lastOffsetDelta: all.length - 1,
      firstTimestamp: 0,
      maxTimestamp: 0,
      producerId: String(id),
      producerEpoch: 0,
      firstSequence: 0,
      transactional: id >= 0,
      records: all.map((key, offsetDelta) => writeRecord({offsetDelta, key, value: Buffer.from("v"), headers: {}})),
    });
    const bytes = Buffer.from(buffer);
    bytes.writeInt16BE(bytes.readInt16BE(21) | (mark ? 0x20 : 0) | codec, 21);
    made.push(sealed(bytes));
    offset += all.length;
  }
  return made;
}

function sealed(bytes: Buffer): Buffer {
  bytes.writeInt32BE(bytes.length - 12, 8);
  bytes.writeUInt32BE(crc32c(bytes.subarray(21)), 17);
  return bytes;
}

/** The messages that a consumer of kafkajs gets from an answer to a fetch from this offset on. */
async function fetched(parts: Buffer[], aborted: Aborted[] = [], from = 0, topic = "t") {
  const records = Buffer.concat(parts);
  const answer = new Encoder().writeInt32(0).writeInt16(0).writeInt32(0).writeInt32(1).writeString(topic).writeInt32(1);
  answer.writeInt32(0).writeInt16(0).writeInt64(100).writeInt64(100).writeInt64(0).writeInt32(aborted.length);
  for (const {producerId, firstOffset} of aborted) answer.writeInt64(producerId).writeInt64(firstOffset);
  answer.writeInt32(-1).writeInt32(records.length).writeBuffer(records);
  const {responses} = await decode(answer.buffer);
  const batch = new KafkaBatch(topic, String(from), responses[0].partitions[0]);
  fillBatch(batch);
  return batch;
}
const offsets = ({messages}: {messages: RawMessage[]}) => messages.map(({offset}) => Number(offset));

/** Two transactions that interleave, both aborted; the one that began later ended first. */
const INTERLEAVED = [
  producer(1),
  producer(2),
  {keys: [null]},
  producer(1),
  abort(2),
  producer(1),
  abort(1),
  producer(2),
  commit(2),
];
const ABORTED = [
  {producerId: "2", firstOffset: "1"},
  {producerId: "1", firstOffset: "0"},
];

test.each([
  ["in the broker's order, by end", ABORTED],
  ["by first offset", [...ABORTED].reverse()],
])("aborted transactions that interleave reach nobody, listed %s", async (_, aborted) => {
  const batch = await fetched(await batches(INTERLEAVED), aborted);
  expect(offsets(batch)).toEqual([2, 7]);
  expect(batch.lastOffset()).toBe("8");
});

test("a fetch that begins inside of transactions leaves out the rest of them", async () => {
  const parts = (await batches(INTERLEAVED)).slice(3);
  expect(offsets(await fetched(parts, ABORTED, 3))).toEqual([7]);
});

test("a fetch that ends inside of a transaction goes on behind what it has left out", async () => {
  const parts = (await batches(INTERLEAVED)).slice(0, 2);
  const batch = await fetched(parts, ABORTED);
  expect(offsets(batch)).toEqual([]);
  expect([batch.isEmptyDueToFiltering(), batch.lastOffset()]).toEqual([true, "1"]);
});

test("an event whose key looks like the mark of an abort is an event", async () => {
  const parts = await batches([
    producer(1, Buffer.from("a"), ABORT, Buffer.from("b")),
    producer(1),
    abort(1),
    producer(1, ABORT),
    commit(1),
  ]);
  expect(offsets(await fetched(parts, [{producerId: "1", firstOffset: "0"}]))).toEqual([5]);
});

test("what a producer wrote outside of transactions, or commits afterwards, is read", async () => {
  const parts = await batches([producer(7), abort(7), producer(7), commit(7), {keys: [null]}]);
  expect(offsets(await fetched(parts, [{producerId: "7", firstOffset: "0"}]))).toEqual([2, 4]);
});

test("every mixture of transactions gives exactly what was committed, wherever the fetch begins and however the list is sorted", async () => {
  let state = 7;
  const random = (below: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  for (let round = 0; round < 60; round++) {
    const parts: Part[] = [];
    const committed: number[] = [];
    const open = new Map<number, {first: number; offsets: number[]}>();
    const aborted: (Aborted & {last: number})[] = [];
    let offset = 0;
    for (let step = 0; step < 40; step++) {
      const id = random(5);
      const transaction = open.get(id);
      if (transaction && random(3) === 0) {
        const fails = random(2) === 0;
        parts.push(fails ? abort(id) : commit(id));
        if (fails) aborted.push({producerId: `${id}`, firstOffset: `${transaction.first}`, last: offset});
        else committed.push(...transaction.offsets);
        open.delete(id);
        offset++;
        continue;
      }
      const keys = Array.from({length: 1 + random(3)}, () => (random(4) === 0 ? ABORT : Buffer.from("k")));
      const taken = keys.map((_, at) => offset + at);
      if (random(6) === 0) committed.push(...taken);
      else {
        const mine = transaction ?? {first: offset, offsets: []};
        mine.offsets.push(...taken);
        open.set(id, mine);
      }
      parts.push(open.get(id)?.offsets.includes(offset) ? {producer: id, keys} : {keys});
      offset += keys.length;
    }
    for (const [id, {first}] of open) {
      parts.push(abort(id));
      aborted.push({producerId: `${id}`, firstOffset: `${first}`, last: offset++});
    }
    const all = await batches(parts);
    const starts = all.map((bytes) => Number(bytes.readBigInt64BE(0)));
    const cut = random(all.length);
    const from = starts[cut]!;
    // As a broker lists them: those that end behind the fetch's beginning, by where they end.
    const listed = aborted.filter(({last}) => last >= from);
    const batch = await fetched(all.slice(cut), listed, from);
    expect(offsets(batch)).toEqual(committed.filter((at) => at >= from).sort((a, b) => a - b));
  }
});

test("the marks are messages where they are asked for", async () => {
  showMarks("marked");
  const {messages} = await fetched(await batches([producer(1), abort(1), producer(1), commit(1)]), [], 0, "marked");
  expect(messages.map(({mark}: RawMessage) => mark)).toEqual([undefined, "abort", undefined, "commit"]);
});

test.each([
  ["an unknown codec", 7, /codec 7/],
  ["gzip that is none", 1, /incorrect header/],
])(
  "%s: what is before it is read, then it is named again and again, and nothing is skipped",
  async (_, codec, words) => {
    const heard: string[] = [];
    const listen = ({partition, offset, error}: {partition: number; offset: string; error: Error}) =>
      void heard.push(`${partition} ${offset} ${error.message}`);
    fetches.on("unreadable", listen);
    const parts = await batches([producer(1), commit(1), {keys: [null], codec}, {keys: [null]}]);
    expect(offsets(await fetched(parts))).toEqual([0]);
    expect(heard).toEqual([]);
    const batch = await fetched(parts.slice(2), [], 2);
    expect([batch.isEmpty(), batch.isEmptyDueToFiltering()]).toEqual([true, false]);
    expect(heard).toEqual([expect.stringMatching(/^0 2 /)]);
    expect(heard[0]).toMatch(words);
    fetches.off("unreadable", listen);
  },
);

test("a batch that its disk has altered or cut off is named, one that the limit of the fetch cuts off is not", async () => {
  const heard: string[] = [];
  const listen = ({error}: {error: Error}) => void heard.push(error.message);
  fetches.on("unreadable", listen);
  const [whole, second] = await batches([{keys: [null, null]}, {keys: [null, null]}]);
  expect(offsets(await fetched([whole!, second!.subarray(0, -5)]))).toEqual([0, 1]);
  expect(heard).toEqual([]);
  const altered = Buffer.from(second!);
  altered[altered.length - 3]! ^= 1;
  const cut = Buffer.from(second!.subarray(0, -5));
  cut.writeInt32BE(cut.length - 12, 8);
  const stub = Buffer.from(second!.subarray(0, 20));
  stub.writeInt32BE(8, 8);
  for (const bytes of [altered, cut, stub]) expect(offsets(await fetched([bytes], [], 2))).toEqual([]);
  expect(heard).toEqual([expect.stringMatching("checksum"), expect.stringMatching("checksum"), expect.any(String)]);
  fetches.off("unreadable", listen);
});

test("a batch whose last records compaction has taken is passed", async () => {
  const [empty] = await batches([{keys: [null]}]);
  empty!.writeInt32BE(4, 23);
  const batch = await fetched([sealed(empty!)]);
  expect([offsets(batch), batch.lastOffset()]).toEqual([[0], "4"]);
});

test("old messages without a batch are nobody's transaction", () => {
  const old = [{offset: "0", key: null, isControlRecord: false}];
  hideAborted(old, [{producerId: "1", firstOffset: "0"}]);
  expect(old[0]!.isControlRecord).toBe(false);
});
