/** PostgreSQL's binary form of one-dimensional arrays: the server takes their elements as they are, without parsing. */

const HEADER_BYTES = 20;
const TEXT = 25;
const FLOAT8 = 701;
const TIMESTAMPTZ = 1_184;
/** PostgreSQL counts from 2000. */
const EPOCH_MS = Date.UTC(2000, 0, 1);
const TWO_TO_32 = 2 ** 32;

function arrayOf(elementType: number, length: number, bytes: number): {buffer: Buffer; view: DataView} {
  const buffer = Buffer.allocUnsafe(HEADER_BYTES + bytes);
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
  const [dimensions, anyNull, lowerBound] = [1, 1, 1];
  for (const [at, field] of [dimensions, anyNull, elementType, length, lowerBound].entries())
    view.setInt32(at * 4, field);
  return {buffer, view};
}

export function float8Array(values: (number | null)[]): Buffer {
  const {buffer, view} = arrayOf(FLOAT8, values.length, values.length * 12);
  let at = HEADER_BYTES;
  for (const value of values) {
    view.setInt32(at, value === null ? -1 : 8);
    if (value !== null) view.setFloat64(at + 4, value);
    at += value === null ? 4 : 12;
  }
  return buffer.subarray(0, at);
}

export function timestamptzArray(values: Date[]): Buffer {
  const {buffer, view} = arrayOf(TIMESTAMPTZ, values.length, values.length * 12);
  for (let index = 0, at = HEADER_BYTES; index < values.length; index++, at += 12) {
    view.setInt32(at, 8);
    setMicroseconds(view, at + 4, values[index]!);
  }
  return buffer;
}

/** Writes a time as PostgreSQL keeps it. Faster than a BigInt; exact, for it is below 2^53. */
export function setMicroseconds(view: DataView, at: number, time: Date): void {
  const microseconds = (time.getTime() - EPOCH_MS) * 1_000;
  const high = Math.floor(microseconds / TWO_TO_32);
  view.setInt32(at, high);
  view.setUint32(at + 4, microseconds - high * TWO_TO_32);
}

export function textArray(values: (string | null)[]): Buffer {
  const bytes = values.reduce((sum, value) => sum + 4 + (value === null ? 0 : Buffer.byteLength(value)), 0);
  const {buffer} = arrayOf(TEXT, values.length, bytes);
  let at = HEADER_BYTES;
  for (const value of values) {
    const length = value === null ? -1 : buffer.write(value, at + 4);
    at = buffer.writeInt32BE(length, at) + Math.max(0, length);
  }
  return buffer;
}
