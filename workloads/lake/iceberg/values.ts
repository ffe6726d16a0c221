/** Iceberg's binary form of single values, in which bounds of columns and partitions are kept. */
type Codec = {encode(value: any): Buffer; decode(bytes: Buffer): any};

const int: Codec = {
  encode(value: number) {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32LE(value);
    return bytes;
  },
  decode: (bytes) => bytes.readInt32LE(),
};

const long: Codec = {
  encode(value: number | bigint) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(value));
    return bytes;
  },
  // A column that was made wider keeps the bounds of its files.
  decode: (bytes) => (bytes.length === 4 ? bytes.readInt32LE() : Number(bytes.readBigInt64LE())),
};

const double: Codec = {
  encode(value: number) {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(value);
    return bytes;
  },
  decode: (bytes) => (bytes.length === 4 ? bytes.readFloatLE() : bytes.readDoubleLE()),
};

const CODECS: Record<string, Codec> = {
  boolean: {encode: (value: boolean) => Buffer.of(value ? 1 : 0), decode: (bytes) => bytes[0] === 1},
  int,
  date: int,
  long,
  timestamp: long,
  timestamptz: long,
  float: {
    encode(value: number) {
      const bytes = Buffer.alloc(4);
      bytes.writeFloatLE(value);
      return bytes;
    },
    decode: (bytes) => bytes.readFloatLE(),
  },
  double,
  string: {encode: (value: string) => Buffer.from(value), decode: (bytes) => bytes.toString()},
  binary: {encode: (value: Uint8Array) => Buffer.from(value), decode: (bytes) => bytes},
};

/** Whether bounds of this type can be read. */
export const isSingle = (type: unknown): type is string => typeof type === "string" && Object.hasOwn(CODECS, type);

export const encodeValue = (type: string, value: unknown): Buffer => codecOf(type).encode(value);

/** Times are microseconds since 1970, days are days. */
export const decodeValue = (type: string, bytes: Buffer): any => codecOf(type).decode(bytes);

function codecOf(type: string): Codec {
  const codec = CODECS[type];
  if (!codec) throw new Error(`there are no bounds of type ${type} here`);
  return codec;
}

/** Readers compare so much of a text: longer bounds would fill the manifests. */
const MOST_CHARACTERS = 16;

/** At most the text, and no more than needed to tell files apart. */
export const lowerText = (value: string): string => [...value].slice(0, MOST_CHARACTERS).join("");

/** At least the text: what is cut off is made up for by the last character's successor. Undefined if there is none. */
export function upperText(value: string): string | undefined {
  const characters = [...value];
  if (characters.length <= MOST_CHARACTERS) return value;
  for (let at = MOST_CHARACTERS - 1; at >= 0; at--) {
    const next = characters[at]!.codePointAt(0)! + 1;
    const isCharacter = next <= 0x10_ff_ff && (next < 0xd8_00 || next > 0xdf_ff);
    if (isCharacter) return characters.slice(0, at).join("") + String.fromCodePoint(next);
  }
  return undefined;
}
