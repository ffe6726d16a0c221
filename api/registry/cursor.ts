import {isUtf8} from "node:buffer";
import {rawJSON} from "../exact-json.ts";

/** A place in the bytes of a value that is being decoded. */
export interface Cursor {
  bytes: Buffer;
  at: number;
  /** Where the part in hand ends. */
  end: number;
  depth: number;
  /** Entries that lists and maps may still have: some take no byte, and a length that is wrong would be followed to its end. */
  entries: number;
}

const MAX_ENTRIES = 1_000_000;
/** The event itself may be nested 32 deep, somewhere within this. */
const MAX_DEPTH = 64;

export const cursorOf = (bytes: Buffer): Cursor => ({
  bytes,
  at: 0,
  end: bytes.length,
  depth: 0,
  entries: MAX_ENTRIES,
});

/** Bytes that are not what their schema says. */
export class Misfit extends Error {
  override name = "Misfit";
}

export function misfit(words: string): never {
  throw new Misfit(words);
}

/** The same misfit, with the field that it is in before it. */
export function within(field: string, error: unknown): unknown {
  if (!(error instanceof Misfit)) return error;
  const isPath = /^[\w.]+: /.test(error.message);
  return new Misfit(`${field}${isPath ? "." : ": "}${error.message}`);
}

export function deeper(from: Cursor): void {
  if (++from.depth > MAX_DEPTH) misfit(`is nested deeper than ${MAX_DEPTH}`);
}

export function countEntries(from: Cursor, count: number): void {
  from.entries -= count;
  if (!(from.entries >= 0)) misfit(`has more than ${MAX_ENTRIES} entries`);
}

const MAX_VARINT_BYTES = 10;

/** An unsigned number of up to 64 bits, seven a byte. */
export function varint(from: Cursor): number | bigint {
  const {bytes, at: start, end} = from;
  let [value, factor] = [0, 1];
  for (let at = start; at < end && at < start + MAX_VARINT_BYTES; ) {
    const byte = bytes[at++]!;
    value += (byte & 127) * factor;
    if (byte < 128) {
      from.at = at;
      return value <= Number.MAX_SAFE_INTEGER ? value : exactVarint(bytes, start, at);
    }
    factor *= 128;
  }
  return misfit(end - start < MAX_VARINT_BYTES ? "ends early" : "has a number of more than ten bytes");
}

function exactVarint(bytes: Buffer, start: number, end: number): bigint {
  let value = 0n;
  for (let at = end - 1; at >= start; at--) value = (value << 7n) | BigInt(bytes[at]! & 127);
  return BigInt.asUintN(64, value);
}

/** A signed number from one that has its sign in the last bit. */
export function unzigzag(value: number | bigint): number | bigint {
  if (typeof value === "bigint") return (value >> 1n) ^ -(value & 1n);
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

/** A whole number that JSON can have: as its digits where a double does not hold it. */
export function exact(value: number | bigint): unknown {
  if (typeof value === "number") return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : rawJSON(String(value));
}

/** JSON has no NaN and no infinity: their names stand for them. */
export const finite = (value: number): number | string => (Number.isFinite(value) ? value : String(value));

/** Where so many bytes begin, which are passed over. */
export function take(from: Cursor, size: number | bigint): number {
  const start = from.at;
  if (!(size >= 0 && size <= from.end - start)) misfit("ends early");
  from.at = start + Number(size);
  return start;
}

const REPLACEMENT = "\ufffd";

export function textOf(from: Cursor, size: number | bigint): string {
  const start = take(from, size);
  const text = from.bytes.toString("utf8", start, from.at);
  if (text.includes(REPLACEMENT) && !isUtf8(from.bytes.subarray(start, from.at))) misfit("is no UTF-8");
  return text;
}

export function bytesOf(from: Cursor, size: number | bigint): Buffer {
  const start = take(from, size);
  return from.bytes.subarray(start, from.at);
}

/** Sets a field; by assignment `__proto__` would be the prototype. */
export function put(object: Record<string, unknown>, name: string, value: unknown): void {
  if (name === "__proto__")
    Object.defineProperty(object, name, {value, enumerable: true, writable: true, configurable: true});
  else object[name] = value;
}
