import {expect, test} from "vitest";
import type {EventColumn} from "../../api/event/columns.ts";
import {csvSelection, recordsOf, settled} from "./csv.ts";

const FIELDS: EventColumn[] = [
  {name: "odometer", type: "bigint", min: 0},
  {name: "note", type: "string"},
];

test("a value that an older row has among its additional fields comes in the column; what is none of its type stays", () => {
  const settle = settled(FIELDS);
  expect(settle('v1,t,,,,,,,,,"{""odometer"": 9007199254740993, ""note"": ""a, \\""b\\"""", ""x"": 1}"')).toBe(
    'v1,t,,,,,,9007199254740993,"a, ""b""",,"{""x"":1}"',
  );
  expect(settle('v1,t,,,,,,,,,"{""odometer"": -1}"')).toBe('v1,t,,,,,,,,,"{""odometer"":-1}"');
  expect(settle('v1,t,,,,,,,"",,"{""note"": ""n""}"')).toBe('v1,t,,,,,,,"",,"{""note"":""n""}"');
  expect(settle('v1,t,,,,,,,,,"{""note"": ""n""}"')).toBe("v1,t,,,,,,,n,,");
  const untouched = ['v1,t,,,,,,5,"say ""odometer""",,', 'v1,t,,,,,,5,,,"{""x"": ""odometer""}"'];
  expect(untouched.map(settle)).toEqual([untouched[0], 'v1,t,,,,,,5,,,"{""x"":""odometer""}"']);
});

test("records with line breaks in them stay whole, wherever the stream is cut", async () => {
  const text = 'a,"1\n\n2"\nb,"ü""\n"\nc,3\n';
  const bytes = Buffer.from(text);
  for (const size of [1, 3, bytes.length]) {
    const chunks = Array.from({length: Math.ceil(bytes.length / size)}, (_, at) =>
      bytes.subarray(at * size, (at + 1) * size),
    );
    const stream = (async function* () {
      yield* chunks;
    })();
    const records: string[] = [];
    for await (const some of recordsOf(stream)) records.push(...some);
    expect(records).toEqual(['a,"1\n\n2"', 'b,"ü""\n"', "c,3"]);
  }
});

test("a column that is not there yet is empty, and one whose field is gone is among the additional fields", () => {
  const selection = csvSelection(FIELDS, [
    {name: "note", type: "string"},
    {name: "gone", type: "int"},
  ]);
  expect(selection).toMatch(/humidity, NULL, "note", nullif\(concat_ws\(.*, nullif\(CASE WHEN "gone" IS NULL/);
});
