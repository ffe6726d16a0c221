import {
  bytesOf,
  type Cursor,
  countEntries,
  deeper,
  exact,
  finite,
  misfit,
  put,
  take,
  textOf,
  unzigzag,
  varint,
  within,
} from "./cursor.ts";
import {decimalOf, isoClock, isoDay, isoTime, uuidOf} from "./values.ts";

type Read = (from: Cursor) => unknown;

const long = (from: Cursor): number | bigint => unzigzag(varint(from));

const PRIMITIVES: Record<string, Read> = {
  null: () => null,
  boolean: (from) => from.bytes[take(from, 1)] !== 0,
  int: (from) => exact(long(from)),
  long: (from) => exact(long(from)),
  float: (from) => finite(from.bytes.readFloatLE(take(from, 4))),
  double: (from) => finite(from.bytes.readDoubleLE(take(from, 8))),
  bytes: (from) => bytesOf(from, long(from)).toString("base64"),
  string: (from) => textOf(from, long(from)),
};

/** What a logical type makes of its primitive; one that is not here is read as that. */
const LOGICAL: Record<string, Read> = {
  "long timestamp-millis": (from) => isoTime(long(from), 1, "Z"),
  "long timestamp-micros": (from) => isoTime(long(from), 1_000, "Z"),
  "long timestamp-nanos": (from) => isoTime(long(from), 1_000_000, "Z"),
  "long local-timestamp-millis": (from) => isoTime(long(from), 1, ""),
  "long local-timestamp-micros": (from) => isoTime(long(from), 1_000, ""),
  "long local-timestamp-nanos": (from) => isoTime(long(from), 1_000_000, ""),
  "int date": (from) => isoDay(long(from)),
  "int time-millis": (from) => isoClock(long(from), 1),
  "long time-micros": (from) => isoClock(long(from), 1_000),
};

/**
 * Makes a schema into functions, once. No text of the schema becomes code.
 *
 * @param references schemas with names that this one uses, those that others use first
 * @throws Error why it is no schema
 */
export function compileAvro(text: string, references: string[]): Read {
  const named = new Map<string, {read: Read}>();
  for (const one of references) compile(JSON.parse(one), "");
  return compile(JSON.parse(text), "");

  function compile(schema: any, namespace: string): Read {
    if (typeof schema === "string")
      return Object.hasOwn(PRIMITIVES, schema) ? PRIMITIVES[schema]! : reference(schema, namespace);
    if (Array.isArray(schema)) return union(schema.map((branch) => compile(branch, namespace)));
    const {type, logicalType} = schema ?? {};
    if (typeof type === "object") return compile(type, namespace);
    switch (type) {
      case "record":
      case "error":
        return record(schema, namespace);
      case "enum":
        return define(schema, namespace, enumOf(schema.symbols));
      case "fixed":
        return define(schema, namespace, fixedOf(schema));
      case "array":
        return listOf(compile(schema.items, namespace));
      case "map":
        return mapOf(compile(schema.values, namespace));
      case "bytes":
        if (logicalType === "decimal") return (from) => decimalOf(bytesOf(from, long(from)), schema.scale ?? 0);
    }
    const logical = LOGICAL[`${type} ${logicalType}`];
    return logical ?? compile(String(type), namespace);
  }

  function nameOf({name, namespace}: any, around: string): {full: string; namespace: string} {
    if (typeof name !== "string") throw new Error("a type has no name");
    const space = name.includes(".") ? name.slice(0, name.lastIndexOf(".")) : (namespace ?? around);
    const short = name.slice(name.lastIndexOf(".") + 1);
    return {full: space ? `${space}.${short}` : short, namespace: space};
  }

  function reference(name: string, namespace: string): Read {
    const found = named.get(nameOf({name}, namespace).full) ?? named.get(name);
    if (!found) throw new Error(`type ${name} is not defined, nor is it in a schema that this one refers to`);
    return (from) => found.read(from);
  }

  function define(schema: any, around: string, read: Read): Read {
    named.set(nameOf(schema, around).full, {read});
    return read;
  }

  /** Known by its name before its fields are: they may have it. */
  function record(schema: any, around: string): Read {
    const {full, namespace} = nameOf(schema, around);
    const known: {read: Read} = {read: () => misfit(`${full} contains itself`)};
    named.set(full, known);
    const names: string[] = schema.fields.map(({name}: any) => String(name));
    const reads: Read[] = schema.fields.map(({type}: any) => compile(type, namespace));
    known.read = (from) => {
      deeper(from);
      const record: Record<string, unknown> = {};
      let at = 0;
      try {
        for (; at < reads.length; at++) put(record, names[at]!, reads[at]!(from));
      } catch (error) {
        throw within(names[at]!, error);
      }
      from.depth--;
      return record;
    };
    return known.read;
  }
}

function union(branches: Read[]): Read {
  return (from) => {
    const branch = branches[Number(long(from))];
    return branch ? branch(from) : misfit(`has branch ${branches.length} or more of a union of ${branches.length}`);
  };
}

function enumOf(symbols: string[]): Read {
  if (!Array.isArray(symbols)) throw new Error("an enum has no symbols");
  return (from) => symbols[Number(long(from))] ?? misfit(`is none of the ${symbols.length} symbols`);
}

function fixedOf({size, logicalType, scale = 0}: any): Read {
  if (!Number.isSafeInteger(size)) throw new Error("a fixed has no size");
  if (logicalType === "decimal") return (from) => decimalOf(bytesOf(from, size), scale);
  if (logicalType === "uuid" && size === 16) return (from) => uuidOf(bytesOf(from, size));
  return (from) => bytesOf(from, size).toString("base64");
}

/** Blocks of entries, the last of them empty. One that is counted below 0 has its size in bytes behind the count. */
function blocks(from: Cursor, each: () => void): void {
  deeper(from);
  for (;;) {
    let count = Number(long(from));
    if (count === 0) break;
    if (count < 0) {
      long(from);
      count = -count;
    }
    countEntries(from, count);
    for (let at = 0; at < count; at++) each();
  }
  from.depth--;
}

function listOf(read: Read): Read {
  return (from) => {
    const list: unknown[] = [];
    blocks(from, () => list.push(read(from)));
    return list;
  };
}

function mapOf(read: Read): Read {
  return (from) => {
    const map: Record<string, unknown> = {};
    blocks(from, () => put(map, textOf(from, long(from)), read(from)));
    return map;
  };
}
