import {snappyUncompress} from "hyparquet/src/snappy.js";

/** Java's clients cut what they send into blocks, each behind its length, and begin with this and two version numbers. */
const JAVA = Buffer.from("\x82SNAPPY\0", "latin1");
const JAVA_HEADER_BYTES = 16;

/**
 * The content of snappy blocks as Java's clients write them, or of one bare block, as others do.
 *
 * @throws Error if it is none, is cut off, or holds more than `most` bytes
 */
export function readSnappy(bytes: Buffer, most: number): Buffer {
  if (!bytes.subarray(0, JAVA.length).equals(JAVA)) return unpack(bytes, most);
  const blocks: Buffer[] = [];
  for (let at = JAVA_HEADER_BYTES, left = most; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const block = unpack(bytes.subarray(at + 4, at + 4 + length), left);
    blocks.push(block);
    left -= block.length;
    at += 4 + length;
  }
  return Buffer.concat(blocks);
}

function unpack(block: Buffer, most: number): Buffer {
  const length = unpackedLength(block);
  if (!(length <= most)) throw new Error(`more than ${most} bytes when it is unpacked`);
  const output = Buffer.alloc(length);
  snappyUncompress(block, output);
  return output;
}

/** A block begins with it: seven bits a byte, the lowest first. */
function unpackedLength(block: Buffer): number {
  let length = 0;
  for (const [index, byte] of block.subarray(0, 5).entries()) {
    length += (byte & 127) * 128 ** index;
    if (byte < 128) return length;
  }
  throw new Error("no snappy block");
}
