import {parquetWriteBuffer} from "hyparquet-writer";
import {expect, test} from "vitest";
import type {TableMetadata} from "../iceberg/types.ts";
import {decodeValue} from "../iceberg/values.ts";
import {factsOfFile} from "./facts.ts";
import {writeParquet} from "./writer.ts";

const fields = [
  {id: 1, name: "vehicle_id", required: false, type: "string"},
  {id: 2, name: "timestamp", required: false, type: "timestamptz"},
  {id: 5, name: "speed", required: false, type: "double"},
  {id: 9, name: "odometer", required: false, type: "long"},
];
const metadata = {"current-schema-id": 0, schemas: [{type: "struct", fields}]} as unknown as TableMetadata;

const objectsOf = (bytes: Buffer) => ({
  size: async () => bytes.length,
  readPart: async (_: string, from: number, to: number) => bytes.subarray(from, to),
});

test("a file of ours says of itself what its writer said", async () => {
  const rows = 1_000;
  const columns = [
    {
      id: 1,
      name: "vehicle_id",
      type: "string",
      data: {
        kind: "coded" as const,
        codes: Uint32Array.from({length: rows}, (_, at) => at % 3),
        texts: ["a-vehicle-with-a-long-name-1", "b", "ü"],
      },
    },
    {
      id: 2,
      name: "timestamp",
      type: "timestamptz",
      data: {kind: "steps" as const, values: Float64Array.from({length: rows}, (_, at) => 1.7e15 + at * 1e6)},
    },
    {
      id: 5,
      name: "speed",
      type: "double",
      data: {
        kind: "double" as const,
        values: Float64Array.from({length: rows}, (_, at) => (at % 5 ? at / 2 : Number.NaN)),
      },
    },
    {
      id: 9,
      name: "odometer",
      type: "long",
      data: {kind: "long" as const, values: new BigInt64Array(rows).fill(2n ** 60n), nulls: new Uint8Array(rows)},
    },
  ];
  const {bytes, facts} = await writeParquet(
    columns,
    Uint32Array.from({length: rows}, (_, at) => at),
  );
  const {path, ...found} = await factsOfFile(objectsOf(bytes), "s3://bucket/one", metadata);
  expect(path).toBe("s3://bucket/one");
  expect({...found, splits: []}).toEqual({...facts, splits: []});
});

test("the bounds of another library's file are found by the names of columns", async () => {
  const file = parquetWriteBuffer({
    columnData: [
      {name: "vehicle_id", data: ["v2", "v1", "v3"], type: "STRING"},
      {name: "timestamp", data: [3, 1, 2].map((ms) => new Date(ms)), type: "TIMESTAMP"},
      {name: "speed", data: [null, 2.5, -1], type: "DOUBLE"},
      {name: "unknown", data: [1, 2, 3], type: "INT32"},
    ],
  });
  const facts = await factsOfFile(objectsOf(Buffer.from(file)), "s3://bucket/one", metadata);
  expect(facts).toMatchObject({rows: 3, bytes: file.byteLength});
  const bounds = fields
    .slice(0, 3)
    .map(({id, type}) => [facts.lower, facts.upper].map((map) => decodeValue(type, map.get(id)!)));
  expect(bounds).toEqual([
    ["v1", "v3"],
    [1_000, 3_000],
    [-1, 2.5],
  ]);
  expect(facts.nullCounts.get(5)).toBe(1);
  expect([...facts.valueCounts.keys()]).toEqual([1, 2, 5]);
});
