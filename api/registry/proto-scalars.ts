import {bytesOf, type Cursor, exact, finite, take, textOf, unzigzag, varint} from "./cursor.ts";

interface Scalar {
  /** Wire type of its fields. */
  wire: number;
  /** The value of a field that was not sent, and has to have one. */
  initial: unknown;
  read(from: Cursor): unknown;
}

const [VARINT, EIGHT, LENGTH, FOUR] = [0, 1, 2, 5];

const number = (wire: number, read: Scalar["read"]): Scalar => ({wire, initial: 0, read});
const signed = (bits: number, value: number | bigint) => exact(BigInt.asIntN(bits, BigInt(value)));
/** Nearly all are plain; only those below 0 have more bits. */
const int = (bits: number, from: Cursor): unknown => {
  const value = varint(from);
  return typeof value === "number" && (bits === 64 || value < 2 ** 31) ? value : signed(bits, value);
};

/** The types of fields that have one value. */
export const SCALARS: Record<string, Scalar> = {
  double: number(EIGHT, (from) => finite(from.bytes.readDoubleLE(take(from, 8)))),
  float: number(FOUR, (from) => finite(from.bytes.readFloatLE(take(from, 4)))),
  int32: number(VARINT, (from) => int(32, from)),
  int64: number(VARINT, (from) => int(64, from)),
  uint32: number(VARINT, (from) => Number(BigInt.asUintN(32, BigInt(varint(from))))),
  uint64: number(VARINT, (from) => exact(varint(from))),
  sint32: number(VARINT, (from) => exact(unzigzag(varint(from)))),
  sint64: number(VARINT, (from) => exact(unzigzag(varint(from)))),
  fixed32: number(FOUR, (from) => from.bytes.readUInt32LE(take(from, 4))),
  fixed64: number(EIGHT, (from) => exact(from.bytes.readBigUInt64LE(take(from, 8)))),
  sfixed32: number(FOUR, (from) => from.bytes.readInt32LE(take(from, 4))),
  sfixed64: number(EIGHT, (from) => exact(from.bytes.readBigInt64LE(take(from, 8)))),
  bool: {wire: VARINT, initial: false, read: (from) => Number(varint(from)) !== 0},
  string: {wire: LENGTH, initial: "", read: (from) => textOf(from, varint(from))},
  bytes: {wire: LENGTH, initial: "", read: (from) => bytesOf(from, varint(from)).toString("base64")},
};
