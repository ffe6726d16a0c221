import {parquetReadObjects} from "hyparquet";
import {expect, test} from "vitest";
import {bufferOf, compressors} from "../../lake/parquet/read.ts";
import {writeParquet} from "../../lake/parquet/writer.ts";
import type {Cell} from "../source.ts";
import {createBuffer} from "./buffer.ts";

test("predictions of a day come into a file by vehicle and time, as they are, however many", async () => {
  const day = 20_000;
  const buffer = createBuffer(day);
  const micros = (row: number) => day * 86_400_000_000 + row * 1_000;
  const rows = Array.from({length: 20_000}, (_, row): Cell[] => [
    ...[`v-${row % 7}`, micros(row), row % 2 ? "a" : "b", row % 3, 120, row / 8, "none"],
    row % 5 ? null : "breach",
  ]);
  for (const row of rows) buffer.add(row);
  expect(buffer.rows).toBe(rows.length);
  const [[only, order]] = [...buffer.days()] as [[number, Uint32Array]];
  const columns = buffer.columns().map((column, at) => ({id: at + 1, ...column}));
  const {bytes} = await writeParquet(columns, order);
  const file = bufferOf({readPart: async (_, from, to) => bytes.subarray(from, to)}, "", bytes.length);
  const read = await parquetReadObjects({file, compressors});
  const expected = rows.toSorted((a, b) => (a[0]! < b[0]! ? -1 : a[0] === b[0] ? 0 : 1));
  expect(only).toBe(day);
  const found = read.map(({vehicle_id, timestamp, ...row}) => [
    vehicle_id,
    timestamp.getTime() * 1_000,
    ...Object.values(row),
  ]);
  // As text, since comparing so many lists takes seconds.
  expect(JSON.stringify(found)).toBe(JSON.stringify(expected));
});
