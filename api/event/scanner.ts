const CODE = {quote: 34, dash: 45, point: 46, zero: 48, nine: 57, space: 32};
const SPACES = new Set([...` \t\n\r`].map((character) => character.charCodeAt(0)));

/** A whole number of so many digits is exact as a double, and so is a power of ten up to here: their quotient is the nearest double. */
const MOST_DIGITS = 15;
const POWERS = Array.from({length: MOST_DIGITS + 1}, (_, places) => 10 ** places);

/** Texts that are kept, by a hash of each: one that is read again needs no new one. */
const KEPT = 8_192;

/** Reads the parts of a JSON text straight from its bytes. Each read leaves `at` behind what it took. */
export class Scanner {
  at = 0;
  bytes: Buffer = Buffer.alloc(0);
  private readonly kept = new Array<string>(KEPT).fill("");

  /** Whether this character is next, white space before it aside. */
  takes(wanted: number): boolean {
    this.space();
    return this.bytes[this.at++] === wanted;
  }

  /** White space as JSON has it. */
  space(): void {
    const {bytes} = this;
    for (let code = bytes[this.at]!; code <= CODE.space && SPACES.has(code); ) code = bytes[++this.at]!;
  }

  /** Which of these comes next: most likely the one at `expected`. -1 if none does. */
  oneOf(texts: Uint8Array[], expected: number): number {
    for (let tried = 0; tried < texts.length; tried++) {
      const index = (expected + tried) % texts.length;
      if (!this.begins(texts[index]!)) continue;
      this.at += texts[index]!.length;
      return index;
    }
    return -1;
  }

  private begins(text: Uint8Array): boolean {
    const {bytes, at} = this;
    for (let index = 0; index < text.length; index++) if (bytes[at + index] !== text[index]) return false;
    return true;
  }

  /** A text in quotes of the ASCII characters that are 1 in a list by their codes; empty if it is none. */
  text(allowed: Uint8Array): string {
    const {bytes} = this;
    if (bytes[this.at++] !== CODE.quote) return "";
    const from = this.at;
    let hash = 0;
    for (let code = bytes[this.at]!; allowed[code] === 1; code = bytes[++this.at]!)
      hash = (Math.imul(hash, 31) + code) | 0;
    const length = this.at - from;
    if (bytes[this.at++] !== CODE.quote) return "";
    const place = hash & (KEPT - 1);
    const kept = this.kept[place]!;
    if (kept.length === length && this.isAt(from, kept)) return kept;
    const text = bytes.toString("latin1", from, from + length);
    this.kept[place] = text;
    return text;
  }

  private isAt(from: number, text: string): boolean {
    const {bytes} = this;
    for (let index = 0; index < text.length; index++) if (bytes[from + index] !== text.charCodeAt(index)) return false;
    return true;
  }

  /** Whether so many bytes in quotes are next; then it is behind them. */
  quoted(length: number): boolean {
    const {bytes, at} = this;
    this.at += length + 2;
    return bytes[at] === CODE.quote && bytes[at + 1 + length] === CODE.quote;
  }

  /** A number without an exponent, exactly; NaN if it is none, or has too many digits. */
  number(): number {
    const {bytes} = this;
    const negative = bytes[this.at] === CODE.dash;
    if (negative) this.at++;
    const from = this.at;
    let at = from;
    let digits = 0;
    let code = bytes[at]!;
    for (; code >= CODE.zero && code <= CODE.nine; code = bytes[++at]!) digits = digits * 10 + code - CODE.zero;
    const whole = at - from;
    if (whole === 0 || (whole > 1 && bytes[from] === CODE.zero)) return Number.NaN;
    let places = 0;
    if (code === CODE.point) {
      for (code = bytes[++at]!; code >= CODE.zero && code <= CODE.nine; code = bytes[++at]!) {
        digits = digits * 10 + code - CODE.zero;
        places++;
      }
      if (places === 0) return Number.NaN;
    }
    this.at = at;
    if (whole + places > MOST_DIGITS) return Number.NaN;
    const value = digits / POWERS[places]!;
    return negative ? -value : value;
  }
}
