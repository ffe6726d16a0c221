const MORE = 128;
const BITS = 127;
/** Further bits would not fit beside the sign. */
const INTEGER_BITS = 28;

/** Reads numbers of Kafka's variable length, the sign in the lowest bit, one behind the other. */
export class Varints {
  at: number;
  private readonly bytes: Buffer;

  constructor(bytes: Buffer, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  next(): number {
    const {bytes} = this;
    let byte = bytes[this.at++]!;
    let value = byte & BITS;
    let shift = 7;
    for (; byte >= MORE && shift < INTEGER_BITS; shift += 7) {
      byte = bytes[this.at++]!;
      value |= (byte & BITS) << shift;
    }
    if (!(byte >= MORE)) return (value >>> 1) ^ -(value & 1);
    for (let factor = 2 ** INTEGER_BITS; byte >= MORE; factor *= MORE) {
      byte = bytes[this.at++]!;
      value += (byte & BITS) * factor;
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** The bytes that follow; null for a length below 0. */
  take(length: number): Buffer | null {
    if (length < 0) return null;
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
}
