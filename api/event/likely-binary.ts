import {isUtf8} from "node:buffer";

/** Formats that begin with bytes of their own. */
const BEGINNINGS: [number[], string][] = [
  [[0x1f, 0x8b], "gzip inside the value"],
  [[0x28, 0xb5, 0x2f, 0xfd], "zstd inside the value"],
  [[0x04, 0x22, 0x4d, 0x18], "lz4 inside the value"],
  [[0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00], "snappy inside the value"],
  [[0xff, 0x06, 0x00, 0x00, 0x73, 0x4e, 0x61, 0x50, 0x70, 0x59], "snappy inside the value"],
  [[0x42, 0x5a, 0x68], "bzip2 inside the value"],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], "xz inside the value"],
  [[0x50, 0x4b, 0x03, 0x04], "a zip archive inside the value"],
  [[0x4f, 0x62, 0x6a, 0x01], "an Avro file inside the value"],
  [[0x50, 0x41, 0x52, 0x31], "a Parquet file inside the value"],
  [[0xac, 0xed, 0x00, 0x05], "a serialized Java object"],
  [[0xd9, 0xd9, 0xf7], "CBOR"],
  [[0xff, 0xfe, 0x00, 0x00], "UTF-32, where UTF-8 is expected"],
  [[0x00, 0x00, 0xfe, 0xff], "UTF-32, where UTF-8 is expected"],
  [[0xff, 0xfe], "UTF-16 with a byte order mark, where UTF-8 is expected"],
  [[0xfe, 0xff], "UTF-16 with a byte order mark, where UTF-8 is expected"],
];

/** The likely format of bytes that are no text; undefined if nothing about them is plain. */
export function binaryCause(value: Buffer): string | undefined {
  const match = BEGINNINGS.find(([bytes]) => bytes.every((byte, at) => value[at] === byte));
  if (match && !isText(value)) return match[1];
  if (isUtf16(value)) return "UTF-16, where UTF-8 is expected";
  const frame = schemaFrame(value);
  if (frame) return frame;
  if (isText(value)) return undefined;
  if (value.length > 2 && value[0] === 0x78 && value.readUInt16BE() % 31 === 0) return "zlib inside the value";
  if (isBson(value)) return "BSON";
  if (beginsAsMessagePack(value)) return "MessagePack";
  if (beginsAsCbor(value)) return "CBOR";
  return isProtobuf(value) ? "Protobuf, by its looks" : undefined;
}

/** UTF-8 without control characters, tabs and ends of lines apart. */
const isText = (value: Buffer) =>
  isUtf8(value) && !value.some((byte) => byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);

const SAMPLE_BYTES = 64;

/** Every other byte is 0, as of ASCII in UTF-16. */
export function isUtf16(value: Buffer): boolean {
  const sample = value.subarray(0, SAMPLE_BYTES);
  if (value.length % 2 !== 0 || sample.length < 4) return false;
  const halves = [0, 1].map((side) => sample.filter((_, at) => at % 2 === side));
  return halves.some((half, side) => half.every((byte) => byte === 0) && halves[1 - side]!.every((byte) => byte !== 0));
}

/** Confluent's: a zero, four bytes of the schema's id. Apicurio's id may have eight. AWS Glue's: 3, the compression, a UUID. */
function schemaFrame(value: Buffer): string | undefined {
  if (value[0] === 3 && (value[1] === 0 || value[1] === 5) && value.length > 18 && !isText(value.subarray(2, 18)))
    return "a schema-registry frame (AWS Glue): plain JSON is expected";
  if (value[0] !== 0 || value.length < 6) return undefined;
  const [id, wide] = [value.readUInt32BE(1), value.length > 9 ? value.readUInt32BE(5) : 0];
  if (id === 0 && wide === 0) return undefined;
  const behind = value.subarray(id === 0 ? 9 : 5);
  const content = behind[0] === 0x7b || behind[0] === 0x5b ? "JSON" : "Avro or Protobuf";
  return `a schema-registry frame (schema ${id || wide}, ${content} behind it): set spec.event.schemaRegistry, or send plain JSON`;
}

const BSON_TYPES = new Set([1, 2, 3, 4, 5, 7, 8, 9, 10, 16, 17, 18]);
const isBson = (value: Buffer) =>
  value.length > 8 && value.readInt32LE() === value.length && BSON_TYPES.has(value[4]!) && value.at(-1) === 0;

/** A map whose first key is a short name. */
const beginsAsMessagePack = (value: Buffer): boolean => {
  const first = value[0] ?? 0;
  const at = first > 0x80 && first <= 0x8f ? 1 : first === 0xde ? 3 : first === 0xdf ? 5 : undefined;
  if (at === undefined) return false;
  const head = value[at] ?? 0;
  return head > 0xa0 && head <= 0xbf
    ? isName(value, at + 1, head & 0x1f)
    : head === 0xd9 && isName(value, at + 2, value[at + 1] ?? 0);
};

const beginsAsCbor = (value: Buffer): boolean => {
  const first = value[0] ?? 0;
  const at = (first > 0xa0 && first <= 0xb7) || first === 0xbf ? 1 : first === 0xb8 ? 2 : undefined;
  if (at === undefined) return false;
  const head = value[at] ?? 0;
  return head > 0x60 && head <= 0x77
    ? isName(value, at + 1, head & 0x1f)
    : head === 0x78 && isName(value, at + 2, value[at + 1] ?? 0);
};

const isName = (value: Buffer, at: number, length: number): boolean =>
  length > 0 && at + length < value.length && /^[\w .:-]+$/.test(value.toString("latin1", at, at + length));

const LEAST_FIELDS = 3;
const MOST_NUMBER = 64;

/** Fields of Protobuf from the first byte to the last, several of them, with numbers as people give them. */
function isProtobuf(value: Buffer): boolean {
  let at = 0;
  let fields = 0;
  const varint = (): number => {
    let number = 0;
    for (let place = 0; place < 10; place++) {
      const byte = value[at++];
      if (byte === undefined) return Number.NaN;
      number += (byte & 127) * 128 ** place;
      if (byte < 128) return number;
    }
    return Number.NaN;
  };
  for (; at < value.length; fields++) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    if (!(number >= 1 && number <= MOST_NUMBER)) return false;
    const type = tag % 8;
    if (type === 0) varint();
    else if (type === 1) at += 8;
    else if (type === 5) at += 4;
    else if (type === 2) {
      const length = varint();
      at += length;
    } else return false;
    if (!(at <= value.length)) return false;
  }
  return fields >= LEAST_FIELDS;
}
