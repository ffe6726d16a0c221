const POLYNOMIAL = 0x82f63b78;
const STEP = 8;

/** A table of 256 for each place in a step, one behind another: what a byte comes to when none, one, two … more bytes follow it. */
const tables = new Int32Array(STEP * 256);
for (let byte = 0; byte < 256; byte++) {
  let sum = byte;
  for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? POLYNOMIAL : 0);
  tables[byte] = sum;
}
for (let at = 256; at < tables.length; at++) tables[at] = (tables[at - 256]! >>> 8) ^ tables[tables[at - 256]! & 255]!;

/** Castagnoli's checksum, which Kafka puts into each batch; Node has another one only. */
export function crc32c(bytes: Buffer): number {
  let sum = -1;
  let at = 0;
  for (const steps = bytes.length - (bytes.length % STEP); at < steps; at += STEP) {
    sum ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    sum =
      tables[1_792 + (sum & 255)]! ^
      tables[1_536 + ((sum >>> 8) & 255)]! ^
      tables[1_280 + ((sum >>> 16) & 255)]! ^
      tables[1_024 + (sum >>> 24)]! ^
      tables[768 + bytes[at + 4]!]! ^
      tables[512 + bytes[at + 5]!]! ^
      tables[256 + bytes[at + 6]!]! ^
      tables[bytes[at + 7]!]!;
  }
  for (; at < bytes.length; at++) sum = (sum >>> 8) ^ tables[(sum ^ bytes[at]!) & 255]!;
  return ~sum >>> 0;
}
