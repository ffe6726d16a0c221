/** Thrift's compact protocol, in which Parquet's headers are. Numbers are zigzag varints, a field's id is kept as the step from the one before. */
const TYPES = {true: 1, false: 2, i32: 5, i64: 6, binary: 8, list: 9, struct: 12} as const;

export type ThriftField =
  | [id: number, type: "i32" | "i64", value: number]
  | [id: number, type: "binary", value: Uint8Array | string]
  | [id: number, type: "bool", value: boolean]
  | [id: number, type: "struct", value: ThriftField[]]
  | [id: number, type: "structs", value: ThriftField[][]]
  | [id: number, type: "i32s", value: number[]]
  | [id: number, type: "binaries", value: (Uint8Array | string)[]];

/** The bytes of a struct, its fields in the order of their ids. */
export function writeThrift(fields: ThriftField[]): Buffer {
  const bytes: number[] = [];
  writeStruct(bytes, fields);
  return Buffer.from(bytes);
}

function writeStruct(bytes: number[], fields: ThriftField[]): void {
  let last = 0;
  for (const field of fields) {
    const [id, type, value] = field;
    const code = type === "bool" ? TYPES[value ? "true" : "false"] : TYPES[baseOf(type)];
    if (id - last > 15) throw new Error(`field ${id} is too far from ${last}`);
    bytes.push(((id - last) << 4) | code);
    last = id;
    if (type !== "bool") writeValue(bytes, field);
  }
  bytes.push(0);
}

function baseOf(type: Exclude<ThriftField[1], "bool">): keyof typeof TYPES {
  return type === "structs" || type === "i32s" || type === "binaries" ? "list" : type;
}

function writeValue(bytes: number[], [, type, value]: ThriftField): void {
  switch (type) {
    case "i32":
    case "i64":
      zigzag(bytes, value);
      break;
    case "binary":
      binary(bytes, value);
      break;
    case "struct":
      writeStruct(bytes, value);
      break;
    case "structs":
      listOf(bytes, value.length, TYPES.struct);
      for (const one of value) writeStruct(bytes, one);
      break;
    case "i32s":
      listOf(bytes, value.length, TYPES.i32);
      for (const one of value) zigzag(bytes, one);
      break;
    case "binaries":
      listOf(bytes, value.length, TYPES.binary);
      for (const one of value) binary(bytes, one);
      break;
  }
}

function listOf(bytes: number[], length: number, type: number): void {
  const isShort = length < 15;
  bytes.push(isShort ? (length << 4) | type : 0xf0 | type);
  if (!isShort) varint(bytes, length);
}

function binary(bytes: number[], value: Uint8Array | string): void {
  const content = typeof value === "string" ? Buffer.from(value) : value;
  varint(bytes, content.length);
  for (const byte of content) bytes.push(byte);
}

const zigzag = (bytes: number[], value: number): void => varint(bytes, value >= 0 ? value * 2 : -value * 2 - 1);

/** Of numbers up to 2^53: no shifts, which end at 32 bits. */
function varint(bytes: number[], value: number): void {
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  bytes.push(rest);
}
