import {extremesOf} from "../iceberg/extremes.ts";
import {encodeValue, lowerText, upperText} from "../iceberg/values.ts";
import {bitsFor, DELTA_BINARY_PACKED, Output, PLAIN, RLE_DICTIONARY, writeDeltas, writeHybrid} from "./encodings.ts";

/** The values of a column, by row. */
export type ColumnData =
  /** Texts of which each is in many rows: its place among `texts`. */
  | {kind: "coded"; codes: Uint32Array; texts: string[]}
  /** NaN stands for null; whole numbers up to 2^53, of which one follows from the other. */
  | {kind: "steps"; values: Float64Array}
  /** NaN stands for null. */
  | {kind: "double" | "float" | "int"; values: Float64Array}
  | {kind: "long"; values: BigInt64Array; nulls: Uint8Array}
  /** 2 stands for null. */
  | {kind: "boolean"; values: Uint8Array}
  | {kind: "text"; values: (string | null)[]}
  | {kind: "bytes"; values: (Uint8Array | null)[]};

/** A column's share of a row group before it is compressed. */
export interface Chunk {
  encoding: number;
  dictionary: {bytes: Buffer; count: number} | undefined;
  /** Which values are there, and those. */
  body: Buffer;
  rows: number;
  nulls: number;
  /** In Iceberg's form of single values, which is also Parquet's; undefined where there is no value, or no bound. */
  lower: Buffer | undefined;
  upper: Buffer | undefined;
}

/** What is there of some rows: their values one after another. */
interface Dense<V> {
  values: V;
  count: number;
  /** By row: 1 where there is a value. */
  present: Uint32Array;
}

/** Encodes the rows `order[from]` up to before `order[to]`. */
export function encodeColumn(data: ColumnData, order: Uint32Array, from: number, to: number): Chunk {
  switch (data.kind) {
    case "coded":
      return encodeCoded(data.codes, data.texts, order, from, to);
    case "steps":
      return encodeSteps(data.values, order, from, to);
    case "double":
    case "float":
    case "int":
      return encodeNumbers(data.kind, data.values, order, from, to);
    case "long":
      return encodeLongs(data, order, from, to);
    case "boolean":
      return encodeBooleans(data.values, order, from, to);
    case "text":
      return encodeTexts(data.values, order, from, to);
    case "bytes":
      return encodeBytes(data.values, order, from, to);
  }
}

function numbersOf(values: Float64Array, order: Uint32Array, from: number, to: number): Dense<Float64Array> {
  const dense = new Float64Array(to - from);
  const present = new Uint32Array(to - from);
  let count = 0;
  for (let at = from; at < to; at++) {
    const value = values[order[at]!]!;
    if (Number.isNaN(value)) continue;
    present[at - from] = 1;
    dense[count++] = value;
  }
  return {values: dense, count, present};
}

function listOf<T>(values: (T | null)[], order: Uint32Array, from: number, to: number): Dense<T[]> {
  const dense: T[] = [];
  const present = new Uint32Array(to - from);
  for (let at = from; at < to; at++) {
    const value = values[order[at]!] ?? null;
    if (value === null) continue;
    present[at - from] = 1;
    dense.push(value);
  }
  return {values: dense, count: dense.length, present};
}

const LENGTH_BYTES = 4;

/** The body of a page: its levels with their length before them, then the values. */
function bodyOf(present: Uint32Array, write: (output: Output) => void, capacity: number): Buffer {
  const output = new Output(capacity + 1_024);
  output.at = LENGTH_BYTES;
  writeHybrid(output, present, present.length, 1);
  output.bytes.writeUInt32LE(output.at - LENGTH_BYTES);
  write(output);
  return output.written();
}

const codesBody = (present: Uint32Array, codes: Uint32Array, count: number, distinct: number): Buffer =>
  bodyOf(
    present,
    (output) => {
      const width = bitsFor(Math.max(0, distinct - 1));
      output.reserve(1);
      output.bytes[output.at++] = width;
      writeHybrid(output, codes, count, width);
    },
    count * 2,
  );

const chunkOf = (
  {count, present}: Dense<unknown>,
  rest: Pick<Chunk, "encoding" | "dictionary" | "body" | "lower" | "upper">,
): Chunk => ({...rest, rows: present.length, nulls: present.length - count});

function plainTexts(texts: (string | Uint8Array)[]): Buffer {
  const bytes = texts.map((text) => (typeof text === "string" ? Buffer.from(text) : text));
  const output = Buffer.allocUnsafe(bytes.reduce((sum, {length}) => sum + LENGTH_BYTES + length, 0));
  let at = 0;
  for (const one of bytes) {
    at = output.writeUInt32LE(one.length, at);
    output.set(one, at);
    at += one.length;
  }
  return output;
}

/** The order of UTF-8, which is not that of UTF-16. */
const compareTexts = (a: string, b: string): number => (a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b)));

function boundsOfTexts(texts: Iterable<string>): Pick<Chunk, "lower" | "upper"> {
  let [least, most]: (string | undefined)[] = [];
  for (const text of texts) {
    if (least === undefined || compareTexts(text, least) < 0) least = text;
    if (most === undefined || compareTexts(text, most) > 0) most = text;
  }
  const upper = most === undefined ? undefined : upperText(most);
  return {
    lower: least === undefined ? undefined : Buffer.from(lowerText(least)),
    upper: upper === undefined ? undefined : Buffer.from(upper),
  };
}

function encodeCoded(codes: Uint32Array, texts: string[], order: Uint32Array, from: number, to: number): Chunk {
  const rows = to - from;
  const places = new Int32Array(texts.length).fill(-1);
  const used: string[] = [];
  const values = new Uint32Array(rows);
  for (let at = 0; at < rows; at++) {
    const code = codes[order[from + at]!]!;
    if (places[code]! < 0) places[code] = used.push(texts[code]!) - 1;
    values[at] = places[code]!;
  }
  const present = new Uint32Array(rows).fill(1);
  return chunkOf(
    {values, count: rows, present},
    {
      encoding: RLE_DICTIONARY,
      dictionary: {bytes: plainTexts(used), count: used.length},
      body: codesBody(present, values, rows, used.length),
      ...boundsOfTexts(used),
    },
  );
}

function encodeSteps(all: Float64Array, order: Uint32Array, from: number, to: number): Chunk {
  const dense = numbersOf(all, order, from, to);
  const body = bodyOf(dense.present, (output) => writeDeltas(output, dense.values, dense.count), dense.count * 4);
  return chunkOf(dense, {
    encoding: DELTA_BINARY_PACKED,
    dictionary: undefined,
    body,
    ...boundsOfNumbers("long", dense),
  });
}

function boundsOfNumbers(type: string, {values, count}: Dense<Float64Array>): Pick<Chunk, "lower" | "upper"> {
  if (count === 0) return {lower: undefined, upper: undefined};
  let [least, most] = [values[0]!, values[0]!];
  for (let at = 1; at < count; at++) {
    const value = values[at]!;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  // Of both zeros the lower one is less to some readers.
  const isReal = type === "double" || type === "float";
  return {
    lower: encodeValue(type, isReal && least === 0 ? -0 : least),
    upper: encodeValue(type, most === 0 ? 0 : most),
  };
}

/** A dictionary pays where a value comes four times on average; that it will not is seen early. */
const LOOK = 4_096;
const MOST_DISTINCT = 65_536;

/** Whether a column of so many values has too many that differ, at the place of a new one. */
const isTooMany = (place: number, at: number) => place > MOST_DISTINCT || (at >= LOOK && place > at / 2);

/** The place of each text among those that differ; undefined if too many do. */
function codesOfTexts(values: string[], count: number): {codes: Uint32Array; distinct: string[]} | undefined {
  const places = new Map<string, number>();
  const codes = new Uint32Array(count);
  const distinct: string[] = [];
  for (let at = 0; at < count; at++) {
    const value = values[at]!;
    let place = places.get(value);
    if (place === undefined) {
      place = distinct.push(value) - 1;
      places.set(value, place);
      if (isTooMany(place, at)) return undefined;
    }
    codes[at] = place;
  }
  return count === 0 || distinct.length > count / 4 ? undefined : {codes, distinct};
}

/** The same for numbers by their bits, which a Map would take far longer for. Both zeros differ. */
function codesOfNumbers(values: Float64Array, count: number): {codes: Uint32Array; distinct: Float64Array} | undefined {
  const most = Math.min(count, MOST_DISTINCT + 1);
  const hashBits = bitsFor(2 * most);
  const bits = new Uint32Array(values.buffer, values.byteOffset, 2 * count);
  /** By hash: the place of a value, and one more. */
  const slots = new Uint32Array(2 ** hashBits);
  const codes = new Uint32Array(count);
  const distinct = new Uint32Array(2 * most);
  let places = 0;
  for (let at = 0; at < count; at++) {
    const [low, high] = [bits[2 * at]!, bits[2 * at + 1]!];
    let slot = Math.imul(Math.imul(low, 0x9e3779b1) ^ high, 0x85ebca6b) >>> (32 - hashBits);
    let next = slots[slot]!;
    while (next !== 0 && (distinct[2 * next - 2] !== low || distinct[2 * next - 1] !== high)) {
      slot = (slot + 1) & (slots.length - 1);
      next = slots[slot]!;
    }
    if (next === 0) {
      if (isTooMany(places, at)) return undefined;
      distinct[2 * places] = low;
      distinct[2 * places + 1] = high;
      next = ++places;
      slots[slot] = next;
    }
    codes[at] = next - 1;
  }
  if (count === 0 || places > count / 4) return undefined;
  return {codes, distinct: new Float64Array(distinct.buffer, 0, places)};
}

const WIDTHS = {double: 8, float: 4, int: 4};

function plainNumbers(kind: keyof typeof WIDTHS, values: ArrayLike<number>, count: number): Uint8Array {
  const target =
    kind === "double" ? new Float64Array(count) : kind === "float" ? new Float32Array(count) : new Int32Array(count);
  for (let at = 0; at < count; at++) target[at] = values[at]!;
  return new Uint8Array(target.buffer);
}

function encodeNumbers(
  kind: keyof typeof WIDTHS,
  all: Float64Array,
  order: Uint32Array,
  from: number,
  to: number,
): Chunk {
  const dense = numbersOf(all, order, from, to);
  const {values, count, present} = dense;
  const bounds = boundsOfNumbers(kind, dense);
  const coded = codesOfNumbers(values, count);
  if (coded) {
    const {codes, distinct} = coded;
    const bytes = Buffer.from(plainNumbers(kind, distinct, distinct.length).buffer);
    const body = codesBody(present, codes, count, distinct.length);
    return chunkOf(dense, {encoding: RLE_DICTIONARY, dictionary: {bytes, count: distinct.length}, body, ...bounds});
  }
  const body = plainBody(present, plainNumbers(kind, values, count));
  return chunkOf(dense, {encoding: PLAIN, dictionary: undefined, body, ...bounds});
}

const plainBody = (present: Uint32Array, bytes: Uint8Array): Buffer =>
  bodyOf(
    present,
    (output) => {
      output.reserve(bytes.length);
      output.bytes.set(bytes, output.at);
      output.at += bytes.length;
    },
    bytes.length,
  );

function encodeLongs(
  {values, nulls}: {values: BigInt64Array; nulls: Uint8Array},
  order: Uint32Array,
  from: number,
  to: number,
): Chunk {
  const dense = new BigInt64Array(to - from);
  const present = new Uint32Array(to - from);
  let count = 0;
  for (let at = from; at < to; at++) {
    if (nulls[order[at]!]) continue;
    present[at - from] = 1;
    dense[count++] = values[order[at]!]!;
  }
  const held = dense.subarray(0, count);
  const {least, most} = extremesOf(held);
  return chunkOf(
    {values: dense, count, present},
    {
      encoding: PLAIN,
      dictionary: undefined,
      body: plainBody(present, new Uint8Array(dense.buffer, 0, count * 8)),
      lower: count > 0 ? encodeValue("long", least) : undefined,
      upper: count > 0 ? encodeValue("long", most) : undefined,
    },
  );
}

function encodeBooleans(all: Uint8Array, order: Uint32Array, from: number, to: number): Chunk {
  const present = new Uint32Array(to - from);
  const bits = Buffer.alloc(Math.ceil((to - from) / 8));
  let [count, truths] = [0, 0];
  for (let at = from; at < to; at++) {
    const value = all[order[at]!]!;
    if (value === 2) continue;
    present[at - from] = 1;
    bits[count >> 3]! |= value << (count & 7);
    truths += value;
    count++;
  }
  return chunkOf(
    {values: bits, count, present},
    {
      encoding: PLAIN,
      dictionary: undefined,
      body: plainBody(present, bits.subarray(0, Math.ceil(count / 8))),
      lower: count > 0 ? encodeValue("boolean", truths === count) : undefined,
      upper: count > 0 ? encodeValue("boolean", truths > 0) : undefined,
    },
  );
}

function encodeTexts(all: (string | null)[], order: Uint32Array, from: number, to: number): Chunk {
  const dense = listOf(all, order, from, to);
  const {values, count, present} = dense;
  const coded = codesOfTexts(values, count);
  if (coded) {
    const {codes, distinct} = coded;
    const dictionary = {bytes: plainTexts(distinct), count: distinct.length};
    const body = codesBody(present, codes, count, distinct.length);
    return chunkOf(dense, {encoding: RLE_DICTIONARY, dictionary, body, ...boundsOfTexts(distinct)});
  }
  const body = plainBody(present, plainTexts(values));
  return chunkOf(dense, {encoding: PLAIN, dictionary: undefined, body, ...boundsOfTexts(values)});
}

/** Nobody looks for files by their bytes. */
function encodeBytes(all: (Uint8Array | null)[], order: Uint32Array, from: number, to: number): Chunk {
  const dense = listOf(all, order, from, to);
  const body = plainBody(dense.present, plainTexts(dense.values));
  return chunkOf(dense, {encoding: PLAIN, dictionary: undefined, body, lower: undefined, upper: undefined});
}
