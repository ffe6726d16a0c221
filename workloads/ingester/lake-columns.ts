import type {ColumnData} from "../lake/parquet/column.ts";

/** For so many rows columns have room at first. */
export const FIRST_ROWS = 16_384;

/** Rows that wait, in columns as they go into files. */
export interface Columns<R> {
  readonly rows: number;
  /** What they take of memory, more or less. */
  readonly bytes: number;
  add(row: R): void;
  columns(): {name: string; type: string; data: ColumnData}[];
  /** The rows of each day, in the order of the table. */
  days(): Map<number, Uint32Array>;
}

/** A column that grows row by row. */
export interface Growing {
  name: string;
  /** Iceberg's. */
  type: string;
  put(row: number, value: any): void;
  grow(rows: number): void;
  data(): ColumnData;
  /** What a row has there. */
  at(row: number): unknown;
}

/** A value as a column keeps it, and as a row has it. */
const same = {to: (value: any) => value, from: (value: any) => value};

/** NaN stands for null. */
export function numbers(
  name: string,
  type: string,
  kind: "double" | "float" | "int" | "steps",
  {to, from}: typeof same = same,
): Growing {
  let values = new Float64Array(FIRST_ROWS);
  return {
    name,
    type,
    put(row, value) {
      values[row] = value === null || value === undefined ? Number.NaN : to(value);
    },
    grow(rows) {
      values = larger(values, new Float64Array(rows));
    },
    data: () => ({kind, values}),
    at: (row) => (Number.isNaN(values[row]!) ? null : from(values[row]!)),
  };
}

export function coded(name: string): Growing & {codes(): Uint32Array; texts: string[]} {
  let codes = new Uint32Array(FIRST_ROWS);
  const texts: string[] = [];
  const places = new Map<string, number>();
  let last: {value: string; code: number} | undefined;
  return {
    name,
    type: "string",
    put(row, value) {
      // Many rows come with the text of the one before.
      if (value !== last?.value) {
        let code = places.get(value);
        if (code === undefined) {
          code = texts.push(value) - 1;
          places.set(value, code);
        }
        last = {value, code};
      }
      codes[row] = last!.code;
    },
    grow(rows) {
      codes = larger(codes, new Uint32Array(rows));
    },
    data: () => ({kind: "coded", codes, texts}),
    at: (row) => texts[codes[row]!],
    codes: () => codes,
    texts,
  };
}

export function longs(name: string, type: string, {to, from}: typeof same = same): Growing {
  let values = new BigInt64Array(FIRST_ROWS);
  let nulls = new Uint8Array(FIRST_ROWS);
  return {
    name,
    type,
    put(row, value) {
      const isNull = value === null || value === undefined;
      nulls[row] = isNull ? 1 : 0;
      if (!isNull) values[row] = to(value);
    },
    grow(rows) {
      values = larger(values, new BigInt64Array(rows));
      nulls = larger(nulls, new Uint8Array(rows));
    },
    data: () => ({kind: "long", values, nulls}),
    at: (row) => (nulls[row] ? null : from(values[row]!)),
  };
}

export function booleans(name: string): Growing {
  let values = new Uint8Array(FIRST_ROWS);
  return {
    name,
    type: "boolean",
    put(row, value) {
      values[row] = value === null || value === undefined ? 2 : value ? 1 : 0;
    },
    grow(rows) {
      values = larger(values, new Uint8Array(rows));
    },
    data: () => ({kind: "boolean", values}),
    at: (row) => (values[row] === 2 ? null : values[row] === 1),
  };
}

export function texts(name: string): Growing {
  const values: (string | null)[] = [];
  return {
    name,
    type: "string",
    put(row, value) {
      values[row] = value ?? null;
    },
    grow() {},
    data: () => ({kind: "text", values}),
    at: (row) => values[row] ?? null,
  };
}

export function blobs(name: string): Growing {
  const values: (Buffer | null)[] = [];
  return {
    name,
    type: "binary",
    put(row, value) {
      values[row] = value ?? null;
    },
    grow() {},
    data: () => ({kind: "bytes", values}),
    at: (row) => values[row] ?? null,
  };
}

export function larger<T extends Float64Array | Uint32Array | BigInt64Array | Uint8Array>(from: T, to: T): T {
  (to as Float64Array).set(from as Float64Array);
  return to;
}
