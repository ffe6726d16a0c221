/**
 * Makes JSON texts that are much alike small: what a text shares with an example is a reference to it. Objects of one kind differ
 * in a few names, so that a tenth of them is left. zlib with a dictionary leaves more, takes three times the CPU, and native memory
 * that lives until the next full collection.
 */
export interface Packer {
  /** `own`: words by which the text differs from its like. */
  pack(text: string, own?: string[]): string;
  /** What this packer packed, with the same words. */
  unpack(packed: string, own?: string[]): string;
}

/** Shorter likenesses are not worth a reference. Of more than 12 characters, V8 would keep each seed's whole text. */
const SEED = 12;
/** Every so many characters of the examples begin something that can be found. */
const STEP = 4;
/** The longest likeness, and where the last one may begin: each is told in two characters of eight bits. */
const LIMIT = 0xffff;
/** A text that shrinks to less than this part of it has its like among the examples. */
const WELL = 1 / 5;
/** Begins a reference. JSON has no control characters. */
const MARK = "\u0001";
/** Stands for a word of the text's own. A short one would be found in others. */
const standIn = (at: number): string => String.fromCharCode(2 + at);
const SHORTEST = 4;

export function createPacker(): Packer {
  /** Texts that had no like when they came, end to end; it only grows. */
  let examples = "";
  const seeds = new Map<string, number>();

  function learn(text: string) {
    const from = examples.length;
    examples += text;
    for (let at = from; at + SEED <= examples.length; at += STEP) {
      const seed = examples.slice(at, at + SEED);
      if (!seeds.has(seed)) seeds.set(seed, at);
    }
  }

  /** How many characters from there on are the same in the text and in the examples. */
  function alike(text: string, at: number, from: number): number {
    const most = Math.min(LIMIT, text.length - at, examples.length - from);
    let length = SEED;
    while (length < most && text.charCodeAt(at + length) === examples.charCodeAt(from + length)) length++;
    return length;
  }

  function shrink(text: string): string {
    const parts: string[] = [];
    let begun = 0;
    for (let at = 0; at + SEED <= text.length; ) {
      const from = seeds.get(text.slice(at, at + SEED));
      if (from === undefined) {
        at++;
        continue;
      }
      const length = alike(text, at, from);
      parts.push(text.slice(begun, at), MARK, two(from), two(length));
      at += length;
      begun = at;
    }
    parts.push(text.slice(begun));
    return parts.join("");
  }

  return {
    pack(whole, own = []) {
      let text = whole;
      for (const [at, word] of own.entries()) if (word.length >= SHORTEST) text = text.replaceAll(word, standIn(at));
      const packed = shrink(text);
      if (packed.length < text.length * WELL || examples.length + text.length > LIMIT) return packed;
      learn(text);
      return shrink(text);
    },
    unpack(packed, own = []) {
      const parts: string[] = [];
      let begun = 0;
      for (let at = packed.indexOf(MARK); at >= 0; at = packed.indexOf(MARK, begun)) {
        const from = number(packed, at + 1);
        parts.push(packed.slice(begun, at), examples.slice(from, from + number(packed, at + 3)));
        begun = at + 5;
      }
      parts.push(packed.slice(begun));
      let text = parts.join("");
      for (const [at, word] of [...own.entries()].reverse()) text = text.replaceAll(standIn(at), () => word);
      return text;
    },
  };
}

const two = (value: number): string => String.fromCharCode(value >> 8, value & 255);
const number = (text: string, at: number): number => (text.charCodeAt(at) << 8) + text.charCodeAt(at + 1);
