import {randomBytes} from "node:crypto";
import {deflateRawSync, inflateRawSync, zstdDecompressSync} from "node:zlib";
import {type AvroInput, AvroOutput, type AvroSchema, readAvro, readLong, readSized, writeAvro} from "./avro.ts";

const MAGIC = Buffer.from("Obj\x01");
const SYNC_BYTES = 16;
const META: AvroSchema = {type: "map", values: "bytes"};

/** A file of Avro: its schema as given, with whatever attributes that has, and what else its header says. */
export function writeContainer(schema: AvroSchema, meta: Record<string, string>, values: unknown[]): Buffer {
  const header = {...meta, "avro.schema": JSON.stringify(schema), "avro.codec": "deflate"};
  const output = new AvroOutput();
  const sync = randomBytes(SYNC_BYTES);
  output.raw(MAGIC);
  writeAvro(output, META, Object.fromEntries(Object.entries(header).map(([key, value]) => [key, Buffer.from(value)])));
  output.raw(sync);
  if (values.length > 0) {
    const block = new AvroOutput();
    for (const value of values) writeAvro(block, schema, value);
    output.long(values.length);
    output.sized(deflateRawSync(block.bytes()));
    output.raw(sync);
  }
  return output.bytes();
}

const CODECS: Record<string, (bytes: Buffer) => Buffer> = {
  null: (bytes) => bytes,
  deflate: (bytes) => inflateRawSync(bytes),
  zstandard: (bytes) => zstdDecompressSync(bytes),
};

/** What a file of Avro holds, whoever wrote it. */
export function readContainer(bytes: Buffer): {meta: Record<string, string>; values: any[]} {
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw new Error("this is no file of Avro");
  const input: AvroInput = {bytes, at: MAGIC.length};
  const entries: [string, Buffer][] = Object.entries(readAvro(input, META));
  const meta = Object.fromEntries(entries.map(([key, value]) => [key, value.toString()]));
  input.at += SYNC_BYTES;
  const schema: AvroSchema = JSON.parse(meta["avro.schema"]!);
  const codec = meta["avro.codec"] ?? "null";
  const decode = CODECS[codec];
  if (!decode) throw new Error(`a file of Avro is compressed by ${codec}, not ${Object.keys(CODECS).join(", ")}`);
  const values: unknown[] = [];
  while (input.at < bytes.length) {
    const count = Number(readLong(input));
    const block: AvroInput = {bytes: decode(readSized(input)), at: 0};
    for (let left = count; left > 0; left--) values.push(readAvro(block, schema));
    input.at += SYNC_BYTES;
  }
  return {meta, values};
}
