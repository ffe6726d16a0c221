import {promisify} from "node:util";
import {constants, zstdCompress} from "node:zlib";
import type {NewFile} from "../iceberg/types.ts";
import {decodeValue} from "../iceberg/values.ts";
import {type Chunk, type ColumnData, encodeColumn} from "./column.ts";
import {PLAIN, RLE} from "./encodings.ts";
import {type ThriftField, writeThrift} from "./thrift.ts";

/** A column of a file: of the table, by its id there. */
export interface FileColumn {
  id: number;
  name: string;
  /** Iceberg's. */
  type: string;
  data: ColumnData;
}

const MAGIC = Buffer.from("PAR1");
const ZSTD = 6;
const OPTIONAL = 1;
const DATA_PAGE = 0;
const DICTIONARY_PAGE = 2;
/** As many rows as one encodes at a time, and as readers skip together. */
export const GROUP_ROWS = 131_072;

const compress = promisify(zstdCompress);
const LEVEL = {params: {[constants.ZSTD_c_compressionLevel]: 3}};

const PHYSICAL: Record<string, number> = {
  boolean: 0,
  int: 1,
  long: 2,
  timestamptz: 2,
  float: 4,
  double: 5,
  string: 6,
  binary: 6,
};
const UTF8: ThriftField[] = [[1, "struct", []]];
const MICROS_UTC: ThriftField[] = [
  [
    8,
    "struct",
    [
      [1, "bool", true],
      [2, "struct", [[2, "struct", []]]],
    ],
  ],
];
/** How readers are told what a physical type stands for: in the old way and in the new one. */
const MEANING: Record<string, ThriftField[]> = {string: [[6, "i32", 0]], timestamptz: [[6, "i32", 10]]};
const LOGICAL: Record<string, ThriftField[]> = {string: UTF8, timestamptz: MICROS_UTC};

/** A chunk as it is in the file. */
interface Placed extends Chunk {
  column: FileColumn;
  at: number;
  dataAt: number;
  bytes: number;
  rawBytes: number;
}

/** A Parquet file of the rows `order`, in that order, without its place: what a table needs to know of it comes with it. */
export async function writeParquet(
  columns: FileColumn[],
  order: Uint32Array,
): Promise<{bytes: Buffer; facts: Omit<NewFile, "path" | "partition">}> {
  const parts: Buffer[] = [MAGIC];
  let size = MAGIC.length;
  const groups: {rows: number; chunks: Placed[]}[] = [];
  const append = (...more: Buffer[]) => {
    for (const part of more) {
      parts.push(part);
      size += part.length;
    }
  };
  for (let from = 0; from < order.length; from += GROUP_ROWS) {
    const to = Math.min(order.length, from + GROUP_ROWS);
    const encoded = columns.map((column) => ({column, chunk: encodeColumn(column.data, order, from, to)}));
    const pages = await Promise.all(encoded.map(({chunk}) => pagesOf(chunk)));
    const chunks = encoded.map(({column, chunk}, index): Placed => {
      const {dictionary, data, rawBytes} = pages[index]!;
      const at = size;
      append(...dictionary);
      const dataAt = size;
      append(...data);
      return {...chunk, body: MAGIC, column, at, dataAt, bytes: size - at, rawBytes};
    });
    groups.push({rows: to - from, chunks});
  }
  const footer = footerOf(columns, order.length, groups);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(footer.length);
  append(footer, length, MAGIC);
  const splits = groups.map(({chunks}) => chunks[0]!.at);
  return {
    bytes: Buffer.concat(parts, size),
    facts: {rows: order.length, bytes: size, ...factsOf(columns, groups), splits},
  };
}

async function pagesOf({dictionary, body, rows, encoding}: Chunk) {
  const page = async (type: number, raw: Buffer, header: ThriftField) => {
    const content = await compress(raw, LEVEL);
    const head = writeThrift([[1, "i32", type], [2, "i32", raw.length], [3, "i32", content.length], header]);
    return {parts: [head, content], rawBytes: head.length + raw.length};
  };
  const [first, second] = await Promise.all([
    dictionary &&
      page(DICTIONARY_PAGE, dictionary.bytes, [
        7,
        "struct",
        [
          [1, "i32", dictionary.count],
          [2, "i32", PLAIN],
        ],
      ]),
    page(DATA_PAGE, body, [
      5,
      "struct",
      [
        [1, "i32", rows],
        [2, "i32", encoding],
        [3, "i32", RLE],
        [4, "i32", RLE],
      ],
    ]),
  ]);
  return {dictionary: first?.parts ?? [], data: second.parts, rawBytes: (first?.rawBytes ?? 0) + second.rawBytes};
}

function footerOf(columns: FileColumn[], rows: number, groups: {rows: number; chunks: Placed[]}[]): Buffer {
  const schema: ThriftField[][] = [
    [
      [4, "binary", "table"],
      [5, "i32", columns.length],
    ],
    ...columns.map(({id, name, type}): ThriftField[] => [
      [1, "i32", PHYSICAL[type]!],
      [3, "i32", OPTIONAL],
      [4, "binary", name],
      ...(MEANING[type] ?? []),
      [9, "i32", id],
      ...(LOGICAL[type] ? [[10, "struct", LOGICAL[type]] as ThriftField] : []),
    ]),
  ];
  const groupsOf = groups.map(({rows, chunks}): ThriftField[] => [
    [
      1,
      "structs",
      chunks.map((chunk): ThriftField[] => [
        [2, "i64", chunk.at],
        [3, "struct", metadataOf(chunk)],
      ]),
    ],
    [2, "i64", chunks.reduce((sum, {rawBytes}) => sum + rawBytes, 0)],
    [3, "i64", rows],
    [5, "i64", chunks[0]!.at],
    [6, "i64", chunks.reduce((sum, {bytes}) => sum + bytes, 0)],
  ]);
  return writeThrift([
    [1, "i32", 2],
    [2, "structs", schema],
    [3, "i64", rows],
    [4, "structs", groupsOf],
    [6, "binary", "telemetry-operator"],
    // By which minimum and maximum are to be understood: the type's own order.
    [7, "structs", columns.map((): ThriftField[] => [[1, "struct", []]])],
  ]);
}

function metadataOf(chunk: Placed): ThriftField[] {
  const {column, encoding, dictionary, rows, rawBytes, bytes, dataAt, at, nulls, lower, upper} = chunk;
  const statistics: ThriftField[] = [
    [3, "i64", nulls],
    ...(upper ? [[5, "binary", upper] as ThriftField] : []),
    ...(lower ? [[6, "binary", lower] as ThriftField] : []),
  ];
  return [
    [1, "i32", PHYSICAL[column.type]!],
    [2, "i32s", [RLE, encoding, ...(dictionary ? [PLAIN] : [])]],
    [3, "binaries", [column.name]],
    [4, "i32", ZSTD],
    [5, "i64", rows],
    [6, "i64", rawBytes],
    [7, "i64", bytes],
    [9, "i64", dataAt],
    ...(dictionary ? [[11, "i64", at] as ThriftField] : []),
    [12, "struct", statistics],
  ];
}

/** Per column of the whole file. */
function factsOf(columns: FileColumn[], groups: {chunks: Placed[]}[]) {
  const facts = {
    columnSizes: new Map<number, number>(),
    valueCounts: new Map<number, number>(),
    nullCounts: new Map<number, number>(),
    lower: new Map<number, Buffer>(),
    upper: new Map<number, Buffer>(),
  };
  for (const [index, {id, type}] of columns.entries()) {
    const chunks = groups.map(({chunks}) => chunks[index]!);
    const total = (of: (chunk: Placed) => number) => chunks.reduce((sum, chunk) => sum + of(chunk), 0);
    facts.columnSizes.set(
      id,
      total(({bytes}) => bytes),
    );
    facts.valueCounts.set(
      id,
      total(({rows}) => rows),
    );
    facts.nullCounts.set(
      id,
      total(({nulls}) => nulls),
    );
    // One group without a bound, though with values, leaves the file without one.
    const known = chunks.filter(({rows, nulls}) => nulls < rows);
    const lowers = known.flatMap(({lower}) => lower ?? []);
    const uppers = known.flatMap(({upper}) => upper ?? []);
    if (lowers.length > 0 && lowers.length === known.length) facts.lower.set(id, extreme(type, lowers, -1));
    if (uppers.length > 0 && uppers.length === known.length) facts.upper.set(id, extreme(type, uppers, 1));
  }
  return facts;
}

function extreme(type: string, bounds: Buffer[], sign: 1 | -1): Buffer {
  return bounds.reduce((best, one) => (sign * compareBounds(type, one, best) > 0 ? one : best));
}

/** Texts are compared by their bytes, all else by what it is. */
export function compareBounds(type: string, a: Buffer, b: Buffer): number {
  if (type === "string" || type === "binary") return Buffer.compare(a, b);
  const [first, second] = [decodeValue(type, a), decodeValue(type, b)];
  return first < second ? -1 : first > second ? 1 : 0;
}
