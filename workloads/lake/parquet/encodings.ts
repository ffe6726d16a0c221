/** Parquet's encodings of values of one page. */
export const PLAIN = 0;
export const RLE = 3;
export const DELTA_BINARY_PACKED = 5;
export const RLE_DICTIONARY = 8;

/** Bytes that are written one after another. */
export class Output {
  bytes: Buffer;
  at = 0;

  constructor(capacity: number) {
    this.bytes = Buffer.allocUnsafe(capacity);
  }

  /** Makes room; callers write without looking. */
  reserve(more: number): void {
    if (this.at + more <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.at + more));
    this.bytes.copy(larger, 0, 0, this.at);
    this.bytes = larger;
  }

  varint(value: number): void {
    this.reserve(8);
    let rest = value;
    for (; rest > 0x7f; rest = Math.floor(rest / 128)) this.bytes[this.at++] = (rest % 128) | 0x80;
    this.bytes[this.at++] = rest;
  }

  written(): Buffer {
    return this.bytes.subarray(0, this.at);
  }
}

export const bitsFor = (most: number): number => 32 - Math.clz32(most);

const SHORTEST_RUN = 8;

/** Small numbers: runs of one value, and groups of eight of `width` bits each between them. */
export function writeHybrid(output: Output, values: Uint32Array, count: number, width: number): void {
  const valueBytes = Math.ceil(width / 8);
  let packed = 0;
  for (let at = 0; at < count; ) {
    const value = values[at]!;
    let end = at + 1;
    while (end < count && values[end] === value) end++;
    // A group that was begun takes what makes it whole.
    const lead = (8 - ((at - packed) & 7)) & 7;
    if (end - at < SHORTEST_RUN + lead) {
      at = end;
      continue;
    }
    pack(output, values, packed, at + lead, width);
    output.varint((end - at - lead) * 2);
    output.reserve(4);
    for (let byte = 0; byte < valueBytes; byte++) output.bytes[output.at++] = (value >>> (8 * byte)) & 0xff;
    at = end;
    packed = end;
  }
  pack(output, values, packed, count, width);
}

/** The last group is filled up with zeros. */
function pack(output: Output, values: Uint32Array, from: number, to: number, width: number): void {
  if (from === to) return;
  const groups = Math.ceil((to - from) / 8);
  output.varint(groups * 2 + 1);
  packBits(output, values, from, to, groups * 8, width);
}

/** The low bits of a number that a shift takes beside the seven that may be held. */
const PART = 24;

/** Numbers of `width` bits each, one after another, `count` with zeros behind the last. */
function packBits(
  output: Output,
  values: ArrayLike<number>,
  from: number,
  to: number,
  count: number,
  width: number,
): void {
  output.reserve(Math.ceil((count * width) / 8) + 8);
  const {bytes} = output;
  let {at: next} = output;
  let [held, bits] = [0, 0];
  for (let at = from; at < from + count; at++) {
    let value = at < to ? values[at]! : 0;
    for (let left = width; left > 0; left -= PART) {
      const part = left > PART ? value % 2 ** PART : value;
      if (left > PART) value = Math.floor(value / 2 ** PART);
      held |= part << bits;
      bits += Math.min(left, PART);
      for (; bits >= 8; bits -= 8) {
        bytes[next++] = held;
        held >>>= 8;
      }
    }
  }
  output.at = next;
}

const [BLOCK, MINIBLOCKS] = [128, 4];
const MINIBLOCK = BLOCK / MINIBLOCKS;

/** Whole numbers up to 2^53, of which one follows from the one before as times do: the differences, less the least of each block. */
export function writeDeltas(output: Output, values: Float64Array, count: number): void {
  output.varint(BLOCK);
  output.varint(MINIBLOCKS);
  output.varint(count);
  const zigzag = (value: number) => output.varint(value >= 0 ? value * 2 : -value * 2 - 1);
  zigzag(count > 0 ? values[0]! : 0);
  const deltas = new Float64Array(BLOCK);
  for (let from = 1; from < count; from += BLOCK) {
    const length = Math.min(BLOCK, count - from);
    let least = Number.POSITIVE_INFINITY;
    for (let at = 0; at < length; at++) {
      const delta = values[from + at]! - values[from + at - 1]!;
      deltas[at] = delta;
      if (delta < least) least = delta;
    }
    zigzag(least);
    for (let at = 0; at < length; at++) deltas[at]! -= least;
    deltas.fill(0, length);
    writeMiniblocks(output, deltas, length);
  }
}

function writeMiniblocks(output: Output, deltas: Float64Array, length: number): void {
  output.reserve(MINIBLOCKS);
  const widths = Array.from({length: MINIBLOCKS}, (_, part) => {
    let most = 0;
    for (let at = part * MINIBLOCK; at < (part + 1) * MINIBLOCK; at++) if (deltas[at]! > most) most = deltas[at]!;
    return most < 2 ** 32 ? bitsFor(most) : 32 + bitsFor(Math.floor(most / 2 ** 32));
  });
  for (const width of widths) output.bytes[output.at++] = width;
  for (let part = 0; part * MINIBLOCK < length; part++) {
    const from = part * MINIBLOCK;
    packBits(output, deltas, from, from + MINIBLOCK, MINIBLOCK, widths[part]!);
  }
}
