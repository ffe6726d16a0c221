import {zstdDecompressSync} from "node:zlib";
import {parquetMetadata, parquetReadObjects} from "hyparquet";
import {expect, test} from "vitest";
import {random} from "../../simulator/random.ts";
import {decodeValue} from "../iceberg/values.ts";
import {type FileColumn, writeParquet} from "./writer.ts";

const compressors = {ZSTD: (bytes: Uint8Array) => new Uint8Array(zstdDecompressSync(bytes))};

async function readBack(bytes: Buffer) {
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
  return parquetReadObjects({file, compressors});
}

const ids = Array.from({length: 40}, (_, at) => `vehicle-${at}`);

/** Rows of every kind of column, nulls among them. */
function columnsOf(rows: number, seed: number): FileColumn[] {
  const chance = random(seed);
  const sometimes = <T>(none: T, make: () => T): T => (chance() < 0.2 ? none : make());
  const numbers = (make: (at: number) => number) =>
    Float64Array.from({length: rows}, (_, at) => sometimes(Number.NaN, () => make(at)));
  const nulls = Uint8Array.from({length: rows}, () => (chance() < 0.2 ? 1 : 0));
  return [
    {
      id: 1,
      name: "vehicle_id",
      type: "string",
      data: {
        kind: "coded",
        codes: Uint32Array.from({length: rows}, (_, at) => Math.floor(at / 7) % ids.length),
        texts: ids,
      },
    },
    {
      id: 2,
      name: "timestamp",
      type: "timestamptz",
      data: {
        kind: "steps",
        values: Float64Array.from({length: rows}, (_, at) => 1.8e15 + at * 1e6 + Math.floor(chance() * 1e9)),
      },
    },
    {
      id: 3,
      name: "jumps",
      type: "long",
      data: {kind: "steps", values: numbers(() => Math.floor((chance() - 0.5) * 2 ** 52))},
    },
    {id: 4, name: "latitude", type: "double", data: {kind: "double", values: numbers(() => chance() * 180 - 90)}},
    {
      id: 5,
      name: "speed",
      type: "double",
      data: {kind: "double", values: numbers(() => Math.floor(chance() * 100) / 2 + 1)},
    },
    {id: 6, name: "short", type: "float", data: {kind: "float", values: numbers(() => Math.fround(chance()))}},
    {id: 7, name: "flags", type: "int", data: {kind: "int", values: numbers(() => Math.floor(chance() * 5) - 7)}},
    {
      id: 8,
      name: "wide",
      type: "int",
      data: {kind: "int", values: numbers(() => Math.floor((chance() - 0.5) * 2 ** 32))},
    },
    {
      id: 9,
      name: "large",
      type: "long",
      data: {
        kind: "long",
        values: BigInt64Array.from({length: rows}, () => BigInt(Math.floor(chance() * 2 ** 50)) * -4096n),
        nulls,
      },
    },
    {
      id: 10,
      name: "door",
      type: "boolean",
      data: {kind: "boolean", values: Uint8Array.from({length: rows}, () => Math.floor(chance() * 3))},
    },
    {
      id: 11,
      name: "extra",
      type: "string",
      data: {
        kind: "text",
        values: Array.from({length: rows}, (_, at) => sometimes<string | null>(null, () => `{"at":${at},"ü":"🚚"}`)),
      },
    },
    {
      id: 12,
      name: "state",
      type: "string",
      data: {
        kind: "text",
        values: Array.from({length: rows}, () => ["on", "off", "", null][Math.floor(chance() * 4)]!),
      },
    },
    {id: 13, name: "never", type: "double", data: {kind: "double", values: new Float64Array(rows).fill(Number.NaN)}},
    {
      id: 14,
      name: "raw",
      type: "binary",
      data: {
        kind: "bytes",
        values: Array.from({length: rows}, (_, at) =>
          sometimes<Uint8Array | null>(null, () => Buffer.from([at % 256, 0, 255])),
        ),
      },
    },
  ];
}

function valueAt({type, data}: FileColumn, row: number): unknown {
  const number = (value: number) => (Number.isNaN(value) ? null : value);
  switch (data.kind) {
    case "coded":
      return data.texts[data.codes[row]!];
    case "steps": {
      const value = data.values[row]!;
      if (Number.isNaN(value)) return null;
      return type === "timestamptz" ? new Date(value / 1_000).getTime() : BigInt(value);
    }
    case "long":
      return data.nulls[row] ? null : data.values[row];
    case "boolean":
      return data.values[row] === 2 ? null : data.values[row] === 1;
    case "text":
      return data.values[row];
    case "bytes":
      return data.values[row] && [...data.values[row]];
    default:
      return number(data.values[row]!);
  }
}

const plain = (value: unknown) =>
  value instanceof Date ? value.getTime() : value instanceof Uint8Array ? [...value] : (value ?? null);

test.each([
  [0, 1],
  [1, 2],
  [7, 3],
  [1_000, 4],
])("%i rows are read back by another library, in their order", async (rows, seed) => {
  const columns = columnsOf(rows, seed);
  const order = Uint32Array.from({length: rows}, (_, at) => (at * 7_919) % Math.max(1, rows));
  const {bytes, facts} = await writeParquet(columns, order);
  expect(facts).toMatchObject({rows, bytes: bytes.length});
  const found = await readBack(bytes);
  expect(found.length).toBe(rows);
  for (const [at, row] of found.entries())
    for (const column of columns) {
      // Bytes without a meaning come as text from this reader.
      if (column.type === "binary") continue;
      const [is, was] = [plain(row[column.name]), valueAt(column, order[at]!)];
      if (is !== was) expect(`${column.name} of row ${at}: ${is}`).toBe(`${column.name} of row ${at}: ${was}`);
    }
});

test("a number comes back with its sign, be it a zero that many rows have", async () => {
  const values = Float64Array.from({length: 100}, (_, at) => [0, -0, -1.5][at % 3]!);
  const column: FileColumn = {id: 1, name: "speed", type: "double", data: {kind: "double", values}};
  const {bytes} = await writeParquet([column], Uint32Array.from(values.keys()));
  expect((await readBack(bytes)).map(({speed}) => speed)).toEqual([...values]);
});

test("more rows than one group has are read back too", async () => {
  const rows = 131_079;
  const columns = columnsOf(rows, 5).filter(({id}) => id === 1 || id === 3);
  const {bytes, facts} = await writeParquet(
    columns,
    Uint32Array.from({length: rows}, (_, at) => rows - 1 - at),
  );
  expect(facts.splits!.length).toBe(2);
  const found = await readBack(bytes);
  for (const at of [0, 131_071, 131_072, rows - 1])
    for (const column of columns) expect(plain(found[at]![column.name])).toBe(valueAt(column, rows - 1 - at));
});

test("a table hears of each column's nulls and bounds, and finds columns by their ids", async () => {
  const columns = columnsOf(5_000, 6);
  const {bytes, facts} = await writeParquet(
    columns,
    Uint32Array.from({length: 5_000}, (_, at) => at),
  );
  const {schema} = parquetMetadata(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer,
  );
  expect(schema.slice(1).map(({name, field_id}) => [field_id, name])).toEqual(columns.map(({id, name}) => [id, name]));
  for (const column of columns) {
    const values = Array.from({length: 5_000}, (_, row) => valueAt(column, row));
    const known = values.filter((value) => value !== null) as any[];
    expect([column.name, facts.nullCounts.get(column.id)]).toEqual([column.name, values.length - known.length]);
    if (!["double", "float", "int"].includes(column.type) || known.length === 0) continue;
    expect(decodeValue(column.type, facts.lower.get(column.id)!)).toBe(known.reduce((a, b) => Math.min(a, b)));
    expect(decodeValue(column.type, facts.upper.get(column.id)!)).toBe(known.reduce((a, b) => Math.max(a, b)));
  }
  expect(facts.lower.has(13)).toBe(false);
  expect(facts.lower.get(1)!.toString()).toBe("vehicle-0");
  expect(facts.upper.get(1)!.toString()).toBe("vehicle-9");
});
