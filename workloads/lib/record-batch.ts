import {createRequire} from "node:module";
import type {Headers} from "./letter.ts";
import {Varints} from "./varints.ts";

/** What the records of a batch have in common. */
export interface BatchContext {
  firstOffset: string;
  lastOffsetDelta: number;
  producerId: string;
  inTransaction: boolean;
}

/** Where things are in a batch (KIP-98). */
const AT = {attributes: 21, lastOffsetDelta: 23, firstTimestamp: 27, maxTimestamp: 35, producerId: 43, count: 57};
const RECORDS_AT = 61;
/** Of the attributes. */
const [CODEC, LOG_APPEND_TIME, TRANSACTIONAL, CONTROL] = [7, 8, 16, 32];

interface Codec {
  decompress(bytes: Buffer): Promise<Buffer>;
}
const {lookupCodecByAttributes}: {lookupCodecByAttributes(attributes: number): Codec | null} = createRequire(
  import.meta.url,
)("kafkajs/src/protocol/message/compression/index.js");

/** The records of a batch. kafkajs's own decoder makes two dozen objects for each, most of which nobody looks at. */
export async function recordsIn(batch: Buffer): Promise<KafkaRecord[]> {
  const attributes = batch.readInt16BE(AT.attributes);
  const appended = (attributes & LOG_APPEND_TIME) !== 0;
  const firstOffset = batch.readBigInt64BE(0);
  const codec = attributes & CODEC ? lookupCodecByAttributes(attributes) : null;
  const shared = {
    firstOffset: String(firstOffset),
    lastOffsetDelta: batch.readInt32BE(AT.lastOffsetDelta),
    producerId: String(batch.readBigInt64BE(AT.producerId)),
    inTransaction: (attributes & TRANSACTIONAL) !== 0,
    isControl: (attributes & CONTROL) !== 0,
    offset: Number(firstOffset),
    time: Number(batch.readBigInt64BE(appended ? AT.maxTimestamp : AT.firstTimestamp)),
    bytes: codec ? await codec.decompress(batch.subarray(RECORDS_AT)) : batch,
  };
  const reader = new Varints(shared.bytes, codec ? 0 : RECORDS_AT);
  const records: KafkaRecord[] = [];
  for (let left = batch.readInt32BE(AT.count); left > 0; left--)
    records.push(new KafkaRecord(shared, reader, appended));
  return records;
}

interface Shared extends BatchContext {
  isControl: boolean;
  offset: number;
  time: number;
  bytes: Buffer;
}

/** A record as kafkajs gives it to its readers. What it holds is cut out of the batch when somebody asks for it. */
export class KafkaRecord {
  readonly batchContext: Shared;
  /** kafkajs gives such a record to nobody. */
  isControlRecord: boolean;
  /** How a transaction of this producer ended, if the record says so and the reader wants to know. */
  mark?: "abort" | "commit" | undefined;
  /** As a number, for comparisons. */
  readonly position: number;
  /** ms since the epoch. */
  readonly time: number;
  private readonly keyAt: number;
  private readonly keyEnd: number;
  private readonly valueAt: number;
  private readonly valueEnd: number;

  /** Reads over the record: the reader is then behind it. */
  constructor(shared: Shared, reader: Varints, appended: boolean) {
    const length = reader.next();
    const end = reader.at + length;
    // One byte of attributes, which no version uses.
    reader.at++;
    const delta = reader.next();
    this.batchContext = shared;
    this.isControlRecord = shared.isControl;
    this.mark = undefined;
    this.time = appended ? shared.time : shared.time + delta;
    this.position = shared.offset + reader.next();
    const key = reader.next();
    this.keyAt = reader.at;
    this.keyEnd = key < 0 ? -1 : reader.at + key;
    reader.at += Math.max(0, key);
    const value = reader.next();
    this.valueAt = reader.at;
    this.valueEnd = value < 0 ? -1 : reader.at + value;
    reader.at += Math.max(0, value);
    if (length < 0 || reader.at >= end || end > shared.bytes.length) throw new Error("a record in it is cut off");
    reader.at = end;
  }

  get offset(): string {
    return String(this.position);
  }

  get timestamp(): string {
    return String(this.time);
  }

  get key(): Buffer | null {
    return this.keyEnd < 0 ? null : this.batchContext.bytes.subarray(this.keyAt, this.keyEnd);
  }

  get value(): Buffer | null {
    return this.valueEnd < 0 ? null : this.batchContext.bytes.subarray(this.valueAt, this.valueEnd);
  }

  get headers(): Headers {
    const reader = new Varints(this.batchContext.bytes, this.valueEnd < 0 ? this.valueAt : this.valueEnd);
    const headers = new Map<string, Headers[string]>();
    for (let left = reader.next(); left > 0; left--) {
      const name = String(reader.take(reader.next()) ?? "");
      const value = reader.take(reader.next()) as Buffer;
      const before = headers.get(name);
      headers.set(name, before === undefined ? value : [before, value].flat());
    }
    return Object.fromEntries(headers);
  }
}
