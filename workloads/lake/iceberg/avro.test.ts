import avsc from "avsc";
import {expect, test} from "vitest";
import {AvroOutput, type AvroSchema, readAvro, writeAvro} from "./avro.ts";
import {readContainer, writeContainer} from "./container.ts";

const SCHEMA: AvroSchema = {
  type: "record",
  name: "all",
  fields: [
    {name: "small", type: "int", "field-id": 1},
    {name: "large", type: "long", "field-id": 2},
    {name: "real", type: "double"},
    {name: "short", type: "float"},
    {name: "truth", type: "boolean"},
    {name: "text", type: ["null", "string"], default: null},
    {name: "bytes", type: "bytes"},
    {
      name: "pairs",
      type: {
        type: "array",
        items: {
          type: "record",
          name: "pair",
          fields: [
            {name: "key", type: "int"},
            {name: "value", type: "long"},
          ],
        },
      },
    },
    {name: "again", type: ["null", "pair"]},
    {name: "named", type: {type: "map", values: "string"}},
  ],
};
const VALUE = {
  small: -7,
  large: -(2 ** 40),
  real: 1 / 3,
  short: 0.5,
  truth: true,
  text: "Zürich 🚚",
  bytes: Buffer.from([0, 255]),
  pairs: [
    {key: 1, value: 2 ** 52},
    {key: 2, value: -1},
  ],
  again: {key: 3, value: 0},
  named: {a: "1", b: ""},
};

const typed = avsc.Type.forSchema(SCHEMA as avsc.Schema, {wrapUnions: "never"});

test("another library reads what is written, and its own is read", () => {
  const output = new AvroOutput();
  writeAvro(output, SCHEMA, VALUE);
  const bytes = output.bytes();
  expect(typed.fromBuffer(bytes)).toEqual(VALUE);
  expect(readAvro({bytes: typed.toBuffer(VALUE), at: 0}, SCHEMA)).toEqual(VALUE);
});

test.each([
  0n,
  -1n,
  1n,
  127n,
  128n,
  -(2n ** 27n),
  2n ** 28n,
  2n ** 31n,
  2n ** 53n - 1n,
  2n ** 53n,
  2n ** 63n - 1n,
  -(2n ** 63n),
])("%s keeps its value", (value) => {
  const output = new AvroOutput();
  output.long(value);
  expect(BigInt(readAvro({bytes: output.bytes(), at: 0}, "long"))).toBe(value);
});

test("a file keeps its schema's attributes and what else its header says", () => {
  const file = writeContainer(SCHEMA, {content: "data"}, [VALUE, VALUE]);
  const {meta, values} = readContainer(file);
  expect(values).toEqual([VALUE, VALUE]);
  expect(JSON.parse(meta["avro.schema"]!)).toEqual(SCHEMA);
  expect(meta.content).toBe("data");
});

test("a file that ends too early, and what is no file of Avro, are refused", () => {
  const file = writeContainer(SCHEMA, {}, [VALUE]);
  expect(() => readContainer(file.subarray(0, file.length - 40))).toThrow();
  expect(() => readContainer(Buffer.from("PAR1 nonsense"))).toThrow("no file of Avro");
});
