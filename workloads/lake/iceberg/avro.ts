import {type Long, longOf} from "./json.ts";

/** A schema of Avro as its JSON has it. */
export type AvroSchema = string | AvroSchema[] | AvroComplex;

interface AvroComplex {
  type: AvroSchema;
  name?: string;
  fields?: {name: string; type: AvroSchema; [more: string]: unknown}[];
  items?: AvroSchema;
  values?: AvroSchema;
  size?: number;
  symbols?: string[];
  [more: string]: unknown;
}

/** Values of Avro's binary form, one after another. */
export interface AvroInput {
  bytes: Buffer;
  at: number;
}

/** Where values of Avro's binary form are written; grows as needed. */
export class AvroOutput {
  private buffer = Buffer.allocUnsafe(4_096);
  private length = 0;

  bytes(): Buffer {
    return Buffer.from(this.buffer.subarray(0, this.length));
  }

  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  long(value: Long): void {
    this.reserve(10);
    let rest = BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n));
    while (rest > 0x7fn) {
      this.buffer[this.length++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.buffer[this.length++] = Number(rest);
  }

  sized(bytes: Uint8Array): void {
    this.long(bytes.length);
    this.raw(bytes);
  }

  float(value: number): void {
    this.reserve(4);
    this.length = this.buffer.writeFloatLE(value, this.length);
  }

  double(value: number): void {
    this.reserve(8);
    this.length = this.buffer.writeDoubleLE(value, this.length);
  }

  private reserve(more: number): void {
    if (this.length + more <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.length + more));
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
  }
}

/** Names that are defined in a schema, for its references to them. */
type Names = Map<string, AvroSchema>;

function named(schema: AvroSchema, names: Names): AvroSchema {
  if (typeof schema === "string") return names.get(schema) ?? schema;
  if (!Array.isArray(schema) && schema.name !== undefined && ["record", "fixed", "enum"].includes(String(schema.type)))
    names.set(schema.name, schema);
  return schema;
}

/** Writes a value; of a union the first branch that takes it. */
export function writeAvro(output: AvroOutput, given: AvroSchema, value: any, names: Names = new Map()): void {
  const schema = named(given, names);
  if (Array.isArray(schema)) {
    const branch = schema.findIndex((one) => (one === "null") === (value === null || value === undefined));
    if (branch < 0) throw new Error(`no branch of ${JSON.stringify(schema)} takes ${value}`);
    output.long(branch);
    writeAvro(output, schema[branch]!, value, names);
    return;
  }
  if (typeof schema === "string") writePlain(output, schema, value);
  else writeComplex(output, schema, value, names);
}

function writePlain(output: AvroOutput, type: string, value: any): void {
  switch (type) {
    case "null":
      break;
    case "boolean":
      output.raw(Uint8Array.of(value ? 1 : 0));
      break;
    case "int":
    case "long":
      output.long(value);
      break;
    case "float":
      output.float(value);
      break;
    case "double":
      output.double(value);
      break;
    case "bytes":
      output.sized(value);
      break;
    case "string":
      output.sized(Buffer.from(value));
      break;
    default:
      throw new Error(`"${type}" is no type of Avro`);
  }
}

function writeComplex(output: AvroOutput, schema: AvroComplex, value: any, names: Names): void {
  switch (schema.type) {
    case "record":
      for (const field of schema.fields!) writeAvro(output, field.type, value[field.name], names);
      break;
    case "array":
      if (value.length > 0) output.long(value.length);
      for (const item of value) writeAvro(output, schema.items!, item, names);
      output.long(0);
      break;
    case "map": {
      const entries = Object.entries(value);
      if (entries.length > 0) output.long(entries.length);
      for (const [key, item] of entries) {
        output.sized(Buffer.from(key));
        writeAvro(output, schema.values!, item, names);
      }
      output.long(0);
      break;
    }
    case "fixed":
      output.raw(value);
      break;
    case "enum":
      output.long(schema.symbols!.indexOf(value));
      break;
    default:
      writeAvro(output, schema.type, value, names);
  }
}

export function readLong(input: AvroInput): Long {
  let [number, shift] = [0, 0];
  // Up to 28 bits without a bigint, as nearly all are.
  for (; shift < 28; shift += 7) {
    const byte = input.bytes[input.at++]!;
    number += (byte & 0x7f) << shift;
    if (byte < 0x80) return (number >>> 1) ^ -(number & 1);
  }
  let rest = BigInt(number);
  for (let bits = BigInt(shift); ; bits += 7n) {
    const byte = input.bytes[input.at++];
    if (byte === undefined) throw new Error("the Avro data ends within a number");
    rest |= BigInt(byte & 0x7f) << bits;
    if (byte < 0x80) return longOf(BigInt.asIntN(64, (rest >> 1n) ^ -(rest & 1n)));
  }
}

export function readSized(input: AvroInput): Buffer {
  const length = Number(readLong(input));
  const end = input.at + length;
  if (length < 0 || end > input.bytes.length) throw new Error("the Avro data ends within a value");
  const bytes = input.bytes.subarray(input.at, end);
  input.at = end;
  return bytes;
}

/** Reads a value. Numbers of 64 bits are `Long`, bytes are views of the input. */
export function readAvro(input: AvroInput, given: AvroSchema, names: Names = new Map()): any {
  const schema = named(given, names);
  if (Array.isArray(schema)) return readAvro(input, schema[Number(readLong(input))]!, names);
  if (typeof schema !== "string") return readComplex(input, schema, names);
  switch (schema) {
    case "null":
      return null;
    case "boolean":
      return input.bytes[input.at++] === 1;
    case "int":
    case "long":
      return readLong(input);
    case "float":
      input.at += 4;
      return input.bytes.readFloatLE(input.at - 4);
    case "double":
      input.at += 8;
      return input.bytes.readDoubleLE(input.at - 8);
    case "bytes":
      return readSized(input);
    case "string":
      return readSized(input).toString();
    default:
      throw new Error(`"${schema}" is no type of Avro`);
  }
}

function readComplex(input: AvroInput, schema: AvroComplex, names: Names): any {
  switch (schema.type) {
    case "record": {
      const record: Record<string, unknown> = {};
      for (const field of schema.fields!) record[field.name] = readAvro(input, field.type, names);
      return record;
    }
    case "array": {
      const items: unknown[] = [];
      readBlocks(input, () => items.push(readAvro(input, schema.items!, names)));
      return items;
    }
    case "map": {
      const entries: Record<string, unknown> = {};
      readBlocks(input, () => {
        const key = readSized(input).toString();
        entries[key] = readAvro(input, schema.values!, names);
      });
      return entries;
    }
    case "fixed":
      input.at += schema.size!;
      return input.bytes.subarray(input.at - schema.size!, input.at);
    case "enum":
      return schema.symbols![Number(readLong(input))];
    default:
      return readAvro(input, schema.type, names);
  }
}

/** A negative count is followed by the block's bytes. */
function readBlocks(input: AvroInput, one: () => void): void {
  for (;;) {
    const count = Number(readLong(input));
    if (count === 0) return;
    if (count < 0) readLong(input);
    for (let left = Math.abs(count); left > 0; left--) one();
  }
}
