const MAGIC = 0x184d2204;
/** By the number in the frame's header. */
const BLOCK_BYTES: Record<number, number> = {4: 65_536, 5: 262_144, 6: 1_048_576, 7: 4_194_304};
const PLAIN = 0x80000000;

/**
 * The content of an LZ4 frame, its blocks apart or linked. Checksums are not looked at: Kafka has its own for each batch.
 *
 * @throws Error if it is none, is cut off, or holds more than `most` bytes
 */
export function readLz4(frame: Buffer, most: number): Buffer {
  const [flags = 0, descriptor = 0] = frame.subarray(4, 6);
  const blockBytes = BLOCK_BYTES[(descriptor >> 4) & 7];
  if (frame.length < 7 || frame.readUInt32LE() !== MAGIC || blockBytes === undefined) throw new Error("no LZ4 frame");
  const [checked, sized, dictionary] = [flags & 0x10, flags & 0x08, flags & 0x01];
  if (dictionary) throw new Error("an LZ4 frame with a dictionary, which Kafka does not know");
  let output: Buffer = Buffer.allocUnsafe(blockBytes);
  let written = 0;
  for (let at = sized ? 15 : 7; ; at += checked ? 4 : 0) {
    const header = frame.readUInt32LE(at);
    if (header === 0) return output.subarray(0, written);
    const length = header & ~PLAIN;
    const block = frame.subarray(at + 4, at + 4 + length);
    if (block.length < length) throw new Error("an LZ4 frame that is cut off");
    at += 4 + length;
    if (written + blockBytes > output.length) output = grown(output, written + blockBytes, most);
    written = header & PLAIN ? written + block.copy(output, written) : unpack(block, output, written);
  }
}

function grown(bytes: Buffer, needed: number, most: number): Buffer {
  if (needed > most) throw new Error(`more than ${most} bytes when it is unpacked`);
  const larger = Buffer.allocUnsafe(Math.max(needed, bytes.length * 2));
  bytes.copy(larger);
  return larger;
}

/** Writes what a block holds behind what is in `output` up to `to`, and returns up to where it is now. */
function unpack(block: Buffer, output: Buffer, to: number): number {
  let at = 0;
  /** A length of 15 goes on in further bytes, until one is not 255. */
  const length = (nibble: number): number => {
    let sum = nibble;
    for (let byte = nibble === 15 ? 255 : 0; byte === 255; sum += byte) byte = block[at++] ?? Number.NaN;
    return sum;
  };
  while (at < block.length) {
    const token = block[at++]!;
    const literals = length(token >> 4);
    if (!(at + literals <= block.length && to + literals <= output.length)) throw new Error("a broken LZ4 block");
    block.copy(output, to, at, at + literals);
    at += literals;
    to += literals;
    // The last sequence has literals only.
    if (at === block.length) break;
    const distance = (block[at++] ?? 0) | ((block[at++] ?? 0) << 8);
    const matched = length(token & 15) + 4;
    if (distance === 0 || distance > to || !(to + matched <= output.length)) throw new Error("a broken LZ4 block");
    // The source may overlap the bytes just written: byte by byte then.
    if (distance >= matched) output.copyWithin(to, to - distance, to - distance + matched);
    else for (let next = to; next < to + matched; next++) output[next] = output[next - distance]!;
    to += matched;
  }
  return to;
}
