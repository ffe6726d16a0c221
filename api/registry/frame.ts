import {isUtf16} from "../event/likely-binary.ts";
import type {Message} from "../event/path.ts";
import {type Cursor, cursorOf, misfit, unzigzag, varint} from "./cursor.ts";

/** Has the schema's GUID, for senders that leave the value as it is. */
export const SCHEMA_HEADER = "__value_schema_id";
const KEY_HEADER = "__key_schema_id";

/** The wire format of serializers for a schema registry. */
export interface Frame {
  /** The schema's id, or its GUID. */
  schema: string;
  content: Buffer;
  /** Which message of the schema, where the header says so. */
  indexes?: Buffer;
}

const [ID, GUID] = [0, 1];
const [ID_BYTES, GUID_BYTES] = [5, 17];

/** The frame of a message, or why it is none though it begins as one; undefined for a value without a frame. */
export const frameOf = ({value, headers}: Message): Frame | {reason: string} | undefined =>
  frameIn(value, headers, SCHEMA_HEADER);

/** That of its key. */
export const keyFrameOf = ({key, headers}: Message): Frame | {reason: string} | undefined =>
  frameIn(key, headers, KEY_HEADER);

function frameIn(
  value: Buffer | null,
  headers: Message["headers"],
  name: string,
): Frame | {reason: string} | undefined {
  if (value === null) return undefined;
  // Kafka lets a header have no value.
  const header = [headers?.[name]].flat().at(-1) ?? undefined;
  if (header !== undefined) {
    const bytes = Buffer.from(header as Buffer);
    const schema = schemaOf(bytes);
    const size = bytes[0] === GUID ? GUID_BYTES : ID_BYTES;
    if (schema) return {schema, content: value, indexes: bytes.subarray(size)};
    return {reason: `header ${name}: ${bytes.length} bytes that are no id of a schema`};
  }
  // An id of so many digits is rare, so that a closer look at each costs nothing.
  if (value[0] !== ID || (value[1] !== 0 && isUtf16(value))) return undefined;
  const schema = schemaOf(value);
  if (!schema) return {reason: `a truncated schema-registry frame: it ends within ${value.length} bytes`};
  return {schema, content: value.subarray(ID_BYTES)};
}

function schemaOf(bytes: Buffer): string | undefined {
  if (bytes[0] === ID && bytes.length >= ID_BYTES) return String(bytes.readUInt32BE(1));
  if (bytes[0] !== GUID || bytes.length < GUID_BYTES) return undefined;
  return bytes.toString("hex", 1, GUID_BYTES).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

const MAX_INDEXES = 32;

/** Which message of a Protobuf schema it is: the number of each on the way to it. */
export function messageIndexes({content, indexes}: Frame): {indexes: number[]; from: Cursor} {
  const from = cursorOf(content);
  const list = indexes && indexes.length > 0 ? cursorOf(indexes) : from;
  // A sender of the header leaves out what most often is the first.
  if (indexes?.length === 0) return {indexes: [0], from};
  const count = Number(unzigzag(varint(list)));
  if (!(count >= 0 && count <= MAX_INDEXES)) misfit("the numbers of its message are none");
  return {
    indexes: count === 0 ? [0] : Array.from({length: count}, () => Number(unzigzag(varint(list)))),
    from,
  };
}
