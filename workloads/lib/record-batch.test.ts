import {createRequire} from "node:module";
import {expect, test} from "vitest";
import {type KafkaRecord, recordsIn} from "./record-batch.ts";

const load = createRequire(import.meta.url);
const {RecordBatch} = load("kafkajs/src/protocol/recordBatch/v0/index.js");
const writeRecord = load("kafkajs/src/protocol/recordBatch/record/v0/index.js");
const KafkaDecoder = load("kafkajs/src/protocol/decoder.js");
const readBatch = load("kafkajs/src/protocol/recordBatch/v0/decoder.js");

interface Content {
  key?: Buffer | null;
  value?: Buffer | null;
  timestampDelta?: number;
  headers?: Record<string, Buffer | string | (Buffer | string)[]>;
}

async function batchOf(contents: Content[], more: object = {}): Promise<Buffer> {
  const {buffer} = await RecordBatch({
    firstOffset: "70368744177664",
    lastOffsetDelta: contents.length - 1,
    firstTimestamp: 1_764_000_000_000,
    maxTimestamp: 1_764_000_009_999,
    producerId: "4611686018427387905",
    producerEpoch: 0,
    firstSequence: 0,
    records: contents.map(({key = null, value = null, timestampDelta = 0, headers = {}}, offsetDelta) =>
      writeRecord({offsetDelta, timestampDelta, key, value, headers}),
    ),
    ...more,
  });
  return Buffer.from(buffer);
}

const contentOf = ({offset, timestamp, key, value, headers, isControlRecord, batchContext}: KafkaRecord) => ({
  ...{offset, timestamp, key, value, headers, isControlRecord},
  ...{producerId: batchContext.producerId, inTransaction: batchContext.inTransaction},
});

/** What kafkajs reads of the same bytes, in the same words. */
const byKafkajs = async (bytes: Buffer) => (await readBatch(new KafkaDecoder(bytes))).records.map(contentOf);

const CONTENTS: Content[] = [
  {},
  {key: Buffer.from("k"), value: Buffer.alloc(0)},
  {value: Buffer.alloc(300, 1), timestampDelta: -86_400_000},
  {key: Buffer.alloc(0), timestampDelta: 20 * 366 * 86_400_000},
  {value: Buffer.alloc(2_200_000, 2), headers: {one: "a", "": "empty name", two: ["b", Buffer.from("c"), "d"]}},
  {key: Buffer.from("ключ"), headers: {ключ: Buffer.from("значение")}},
];

test.each([
  ["plain", {}],
  ["in a transaction", {transactional: true}],
])("records are read as kafkajs reads them: %s", async (_, more) => {
  const bytes = await batchOf(CONTENTS, more);
  const records = (await recordsIn(bytes)).map(contentOf);
  expect(records).toHaveLength(CONTENTS.length);
  expect(records).toEqual(await byKafkajs(bytes));
});

test.each([
  ["with the broker's time", 0x08],
  ["marks of a transaction", 0x30],
])("records are read as kafkajs reads them: %s", async (_, attributes) => {
  const bytes = await batchOf([{key: Buffer.from([0, 0, 0, 1]), timestampDelta: 5}]);
  bytes.writeInt16BE(attributes, 21);
  expect((await recordsIn(bytes)).map(contentOf)).toEqual(await byKafkajs(bytes));
});

test("thousands of records of every length are read as kafkajs reads them", async () => {
  const contents = Array.from({length: 3_000}, (_, at) => ({
    key: at % 7 === 0 ? null : Buffer.from(`vehicle-${at}`),
    value: Buffer.alloc(at % 260, at),
    timestampDelta: at ** 3 % 2 ** 40,
  }));
  const bytes = await batchOf(contents);
  expect((await recordsIn(bytes)).map(contentOf)).toEqual(await byKafkajs(bytes));
});

test("a batch that holds fewer records than it says is an error", async () => {
  const bytes = await batchOf([{value: Buffer.from("v")}, {value: Buffer.from("w")}]);
  bytes.writeInt32BE(3, 57);
  await expect(recordsIn(bytes)).rejects.toThrow("a record in it is cut off");
  await expect(recordsIn(bytes.subarray(0, -2))).rejects.toThrow("a record in it is cut off");
});
