import protobuf from "protobufjs";
import {type Cursor, countEntries, cursorOf, misfit, put, varint} from "./cursor.ts";
import {SCALARS} from "./proto-scalars.ts";
import {plainOf} from "./proto-well-known.ts";

export type Fields = Record<string, unknown>;
/** Reads a message up to the end of the cursor; `into` has what came of it before. */
export type ReadMessage = (from: Cursor, into?: Fields) => Fields;
/** The reader of a message, which may be a part of itself. */
export type ReaderOf = (type: protobuf.Type) => ReadMessage;

/** Reads one field, whose tag has this wire type, into the message. */
type ReadField = (message: Fields, from: Cursor, wire: number) => void;

const [LENGTH, GROUP] = [2, 3];

export function fieldReader(field: protobuf.Field, readerOf: ReaderOf): ReadField {
  if (field instanceof protobuf.MapField) return mapReader(field, readerOf);
  const {resolvedType: type} = field;
  if (type instanceof protobuf.Type) return messageReader(field, type, readerOf);
  return field.repeated ? listReader(field) : singleReader(field);
}

function singleReader({name, type, resolvedType}: protobuf.Field): ReadField {
  const {wire: own, read} = scalarOf(type, resolvedType);
  return (message, from, wire) => {
    if (wire !== own) mismatch(wire, own);
    put(message, name, read(from));
  };
}

/** Packed or not: senders may do either. */
function listReader({name, type, resolvedType}: protobuf.Field): ReadField {
  const {wire: own, read} = scalarOf(type, resolvedType);
  return (message, from, wire) => {
    const list = message[name] as unknown[];
    if (wire === own) list.push(read(from));
    else if (wire !== LENGTH) mismatch(wire, own);
    else
      inside(from, () => {
        while (from.at < from.end) list.push(read(from));
      });
  };
}

function messageReader({name, repeated}: protobuf.Field, type: protobuf.Type, readerOf: ReaderOf): ReadField {
  const read = readerOf(type);
  const plain = plainOf(type.fullName);
  return (message, from, wire) => {
    if (wire !== LENGTH && wire !== GROUP) mismatch(wire, LENGTH);
    // One that comes in parts is put together; those that stand for a plain value come whole.
    const before = repeated || plain ? undefined : (message[name] as Fields | undefined);
    const found = wire === GROUP ? read(from, before) : inside(from, () => read(from, before));
    const value = plain ? plain(found) : found;
    if (repeated) (message[name] as unknown[]).push(value);
    else put(message, name, value);
  };
}

function mapReader(field: protobuf.MapField, readerOf: ReaderOf): ReadField {
  const key = scalarOf(field.keyType, null);
  const {resolvedType: type} = field;
  const value = type instanceof protobuf.Type ? messageValue(type, readerOf) : scalarOf(field.type, type);
  return (into, from, wire) => {
    if (wire !== LENGTH) mismatch(wire, LENGTH);
    countEntries(from, 1);
    inside(from, () => {
      let name = key.initial;
      let content: unknown;
      while (from.at < from.end) {
        const tag = Number(varint(from));
        if (tag === 8 + key.wire) name = key.read(from);
        else if (tag === 16 + value.wire) content = value.read(from);
        else misfit("has an entry that is none of a map");
      }
      put(into[field.name] as Fields, String(name), content === undefined ? value.initial : content);
    });
  };
}

function messageValue(type: protobuf.Type, readerOf: ReaderOf) {
  const read = valueReader(type, readerOf);
  return {
    wire: LENGTH,
    /** As if it had been sent without a field. */
    get initial() {
      return read(cursorOf(Buffer.alloc(0)));
    },
    read: (from: Cursor) => inside(from, () => read(from)),
  };
}

/** A message, or the plain value that it stands for. */
export function valueReader(type: protobuf.Type, readerOf: ReaderOf): (from: Cursor) => unknown {
  const read = readerOf(type);
  const plain = plainOf(type.fullName);
  return plain ? (from) => plain(read(from)) : (from) => read(from);
}

/** A number, a text or bytes; of an enum the name, or a number without one. */
export function scalarOf(type: string, of: protobuf.ReflectionObject | null) {
  if (!(of instanceof protobuf.Enum)) {
    const scalar = Object.hasOwn(SCALARS, type) ? SCALARS[type] : undefined;
    if (!scalar) throw new Error(`has no type ${type}`);
    return scalar;
  }
  const nameOf = (number: unknown) => of.valuesById[Number(number)] ?? number;
  const {wire, read} = SCALARS.int32!;
  return {wire, initial: nameOf(0), read: (from: Cursor) => nameOf(read(from))};
}

const mismatch = (wire: number, own: number) => misfit(`has wire type ${wire}, where ${own} is expected`);

/** Reads what has its length before it, to its end. */
function inside<T>(from: Cursor, read: () => T): T {
  const size = varint(from);
  const {end} = from;
  if (size > end - from.at) misfit("ends early");
  from.end = from.at + Number(size);
  const value = read();
  if (from.at !== from.end) misfit("ends early");
  from.end = end;
  return value;
}
