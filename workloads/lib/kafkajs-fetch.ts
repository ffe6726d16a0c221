import {EventEmitter} from "node:events";
import {createRequire} from "node:module";
import {sleep} from "../../api/backoff.ts";
import {crc32c} from "./crc32c.ts";
import {type BatchContext, recordsIn} from "./record-batch.ts";

/**
 * How an answer to a Fetch becomes messages, in place of kafkajs 2.2.4's own way. That one takes the broker's list of aborted transactions
 * as sorted and enters one of them a message, so that events of aborted transactions come through; it takes any key of four zero bytes for
 * the mark of an abort; and one batch that it cannot read keeps every partition of the broker from its reader, or is taken for the end.
 */

export interface RawMessage {
  offset: string;
  /** The offset as a number. Messages of Kafka before 0.11 have none. */
  position?: number;
  key: Buffer | null;
  /** kafkajs gives those that are to nobody. */
  isControlRecord: boolean;
  /** Messages of Kafka before 0.11 have none. */
  batchContext?: BatchContext;
  /** How a transaction of this producer ended; only after `showMarks`. */
  mark?: "abort" | "commit" | undefined;
}

export interface Aborted {
  producerId: string;
  firstOffset: string;
}

interface PartitionData {
  partition: number;
  abortedTransactions?: Aborted[];
  messages: Messages;
}
/** Up to the batch that cannot be read, if there is one. */
type Messages = RawMessage[] & {unreadable?: Unreadable};

/** What kafkajs gets in their place: an empty list that knows of them. */
type Hidden = RawMessage[] & {all?: Messages};

/** A batch of kafkajs, which it makes of the messages of one partition. */
export interface Batch {
  topic: string;
  partition: number;
  fetchedOffset: string;
  highWatermark: string;
  rawMessages: Messages;
  messagesWithinOffset: RawMessage[];
  messages: RawMessage[];
  lastOffset(): string;
}

const positionOf = ({position, offset}: RawMessage) => position ?? Number(offset);

/** Gives a batch its messages, beginning with the offset that was asked for. kafkajs compares them as BigInts, made of texts, one by one. */
export function fillBatch(batch: Batch): Batch {
  const {all} = batch.rawMessages as Hidden;
  if (!all) return batch;
  const from = Number(batch.fetchedOffset);
  const start = all.findIndex((message) => positionOf(message) >= from);
  batch.rawMessages = all;
  batch.messagesWithinOffset = start < 0 ? [] : start === 0 ? all : all.slice(start);
  batch.messages = batch.messagesWithinOffset.filter(({isControlRecord}) => !isControlRecord);
  return batch;
}

/** A batch that cannot be read: it holds its partition up, and nothing behind it is lost. */
interface Unreadable {
  offset: string;
  error: Error;
}

interface UnreadablePartition extends Unreadable {
  topic: string;
  partition: number;
}

/** Hears of each try to read a batch that cannot be read: about one a second for as long as it holds its partition up. */
export const fetches = new EventEmitter<{unreadable: [UnreadablePartition]}>();

export const wordsOfUnreadable = ({partition, offset, error}: UnreadablePartition): string =>
  `unreadable: the batch at offset ${offset} of partition ${partition} cannot be read: ${error.message}`;

/** The third and fourth byte of a control record's key. */
const TYPES: Record<number, "abort" | "commit"> = {0: "abort", 1: "commit"};
const markOf = ({key}: RawMessage) => (key && key.length >= 4 ? TYPES[key.readInt16BE(2)] : undefined);

/**
 * Gives what aborted transactions wrote to nobody, by the broker's list and the marks, as Java's consumer does. They stay where they are as
 * records of control, so that offsets go on past them.
 */
export function hideAborted(messages: RawMessage[], aborted: Aborted[]): void {
  const coming = aborted
    .map(({producerId, firstOffset}) => ({producerId, firstOffset: BigInt(firstOffset)}))
    .sort((a, b) => (a.firstOffset < b.firstOffset ? -1 : 1));
  const open = new Set<string>();
  let context: BatchContext | undefined;
  let hidden = false;
  let next = 0;
  for (const message of messages) {
    if (!message.batchContext) continue;
    if (message.batchContext !== context) {
      context = message.batchContext;
      const last = BigInt(context.firstOffset) + BigInt(context.lastOffsetDelta);
      for (; next < coming.length && coming[next]!.firstOffset <= last; next++) open.add(coming[next]!.producerId);
      if (message.isControlRecord && markOf(message) === "abort") open.delete(context.producerId);
      hidden = context.inTransaction && open.has(context.producerId);
    }
    if (hidden) message.isControlRecord = true;
  }
}

const marked = new Set<string>();

/** From now on this program's consumers of the topic get the marks of transactions too, for those that read what is not committed. */
export const showMarks = (topic: string): void => void marked.add(topic);

function revealMarks(messages: RawMessage[]): void {
  for (const message of messages) {
    if (!message.isControlRecord) continue;
    message.mark = markOf(message);
    message.isControlRecord = message.mark === undefined;
  }
}

interface Decoder {
  buffer: Buffer;
  offset: number;
  readInt32(): number;
  readBytes(length: number): Buffer;
  canReadBytes(length: number): boolean;
}

const load = createRequire(import.meta.url);
const MESSAGES = "kafkajs/src/protocol/requests/fetch/v4/decodeMessages.js";
/** For messages of before 0.11. */
const readOldMessages: (decoder: Decoder) => Promise<RawMessage[]> = load(MESSAGES);

/** Offset and length of a batch, which its length does not count. */
const HEAD_BYTES = 12;
const MAGIC_AT = 16;
const MAGIC = 2;

/** The messages of all whole batches, up to one that cannot be read. The last may be cut off by the limit of the fetch. */
async function readMessages(decoder: Decoder): Promise<Messages> {
  const from = decoder.offset;
  const size = decoder.readInt32();
  if (size <= 0 || !decoder.canReadBytes(size)) return [];
  const bytes = decoder.readBytes(size);
  if (size > MAGIC_AT && bytes.readInt8(MAGIC_AT) < MAGIC) {
    decoder.offset = from;
    return readOldMessages(decoder);
  }
  const messages: Messages = [];
  for (let at = 0, end = 0; at + HEAD_BYTES <= size; at = end) {
    end = at + HEAD_BYTES + bytes.readInt32BE(at + 8);
    if (end > size) break;
    try {
      for (const record of await recordsOf(bytes.subarray(at, end))) messages.push(record);
    } catch (error) {
      messages.unreadable = {offset: bytes.readBigInt64BE(at).toString(), error: error as Error};
      break;
    }
  }
  return messages;
}

/** The places of the checksum and of the bytes that it covers; with the attributes, whose lowest bits name the codec. */
const CRC_AT = 17;
const CHECKED_AT = 21;
const LAST_OFFSET_DELTA_AT = 23;
const LAST_CODEC = 4;

/** kafkajs verifies no checksum, and takes a codec that it does not know for none. */
async function recordsOf(bytes: Buffer): Promise<RawMessage[]> {
  const codec = bytes.readInt16BE(CHECKED_AT) & 7;
  if (codec > LAST_CODEC) throw new Error(`it is compressed with codec ${codec}, which is not known`);
  if (bytes.readUInt32BE(CRC_AT) !== crc32c(bytes.subarray(CHECKED_AT)))
    throw new Error("its checksum is not that of what it holds");
  const records: RawMessage[] = await recordsIn(bytes);
  const last = String(bytes.readBigInt64BE(0) + BigInt(bytes.readInt32BE(LAST_OFFSET_DELTA_AT)));
  // Compaction took the last records and left their offsets: without them the reader would ask for the same batch again.
  if (records.at(-1)?.offset !== last) records.push({offset: last, key: null, isControlRecord: true});
  return records;
}

interface Response {
  decode(bytes: Buffer): Promise<{responses: {topicName: string; partitions: PartitionData[]}[]}>;
}

/** A fetch that is answered with nothing but unreadable batches would be made again at once. */
const UNREADABLE_MS = 1_000;

const checked =
  (decode: Response["decode"]): Response["decode"] =>
  async (bytes) => {
    const decoded = await decode(bytes);
    const all = decoded.responses.flatMap(({topicName: topic, partitions}) =>
      partitions.map((data) => ({topic, data})),
    );
    for (const {topic, data} of all) {
      hideAborted(data.messages, data.abortedTransactions ?? []);
      // Nothing is left for kafkajs's own filter.
      data.abortedTransactions = [];
      if (marked.has(topic)) revealMarks(data.messages);
    }
    const stuck = all.filter(({data: {messages}}) => messages.unreadable && messages.length === 0);
    for (const {topic, data} of stuck)
      fetches.emit("unreadable", {topic, partition: data.partition, ...data.messages.unreadable!});
    if (stuck.length > 0 && all.every(({data}) => data.messages.length === 0)) await sleep(UNREADABLE_MS);
    for (const {data} of all) data.messages = Object.assign([], {all: data.messages});
    return decoded;
  };

// kafkajs loads the versions of Fetch when it first uses them: they find this in the place of its own. Those that are not named here take
// over what the version before them has.
load.cache[load.resolve(MESSAGES)]!.exports = readMessages;
for (const version of [4, 5, 7, 8, 11]) {
  const response: Response = load(`kafkajs/src/protocol/requests/fetch/v${version}/response.js`);
  response.decode = checked(response.decode);
}
