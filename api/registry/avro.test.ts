import avsc from "avsc";
import {expect, test} from "vitest";
import {compileAvro} from "./avro.ts";
import {cursorOf} from "./cursor.ts";

const record = (...fields: object[]) => ({type: "record", name: "Event", namespace: "fleet", fields});
const field = (type: unknown) => record({name: "x", type});
const plain = (schema: object | string) => avsc.Type.forSchema(schema as avsc.Schema, {wrapUnions: true});
const read = (schema: object | string, bytes: Buffer, references: object[] = []) =>
  compileAvro(
    JSON.stringify(schema),
    references.map((one) => JSON.stringify(one)),
  )(cursorOf(bytes)) as any;
/** What is read of a value that the field x has by another implementation. */
const through = (type: unknown, value: unknown) => read(field(type), plain(field(type)).toBuffer({x: value})).x;
const long = (digits: string) => {
  let value = BigInt(digits);
  value = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
  const bytes: number[] = [];
  for (; value > 127n; value >>= 7n) bytes.push(Number(value & 127n) | 128);
  return Buffer.from([...bytes, Number(value)]);
};

test.each<[string, unknown, unknown, unknown]>([
  ["a text", "string", "Zoë 🚚", "Zoë 🚚"],
  ["a number", "double", 48.05, 48.05],
  ["a float", "float", 0.5, 0.5],
  ["NaN, which JSON does not have", "double", Number.NaN, "NaN"],
  ["a negative number", "int", -2_147_483_648, -2_147_483_648],
  ["a large number", "long", 1_764_000_266_752_123, 1_764_000_266_752_123],
  ["a boolean", "boolean", true, true],
  ["nothing", "null", null, null],
  ["bytes, as base64", "bytes", Buffer.from([1, 2, 255]), "AQL/"],
  ["a list", {type: "array", items: "int"}, [1, 2, 3], [1, 2, 3]],
  ["a map", {type: "map", values: "int"}, {a: 1, b: 2}, {a: 1, b: 2}],
  ["an enum", {type: "enum", name: "Door", symbols: ["OPEN", "SHUT"]}, "SHUT", "SHUT"],
  ["a fixed", {type: "fixed", name: "Mac", size: 2}, Buffer.from([1, 2]), "AQI="],
  ["an optional that is there", ["null", "string"], {string: "a"}, "a"],
  ["an optional that is not", ["null", "string"], null, null],
  ["a union of numbers", ["int", "double", "string"], {double: 1.5}, 1.5],
  [
    "a record in a union",
    ["null", {...record({name: "y", type: "int"}), name: "Inner"}],
    {"fleet.Inner": {y: 1}},
    {y: 1},
  ],
])("%s", (_, type, value, expected) => {
  expect(through(type, value)).toEqual(expected);
});

test.each<[string, unknown, Buffer, unknown]>([
  ["milliseconds", {type: "long", logicalType: "timestamp-millis"}, long("1764000266752"), "2025-11-24T16:04:26.752Z"],
  [
    "microseconds",
    {type: "long", logicalType: "timestamp-micros"},
    long("1764000266752123"),
    "2025-11-24T16:04:26.752123Z",
  ],
  [
    "whole milliseconds in microseconds",
    {type: "long", logicalType: "timestamp-micros"},
    long("1764000266752000"),
    "2025-11-24T16:04:26.752Z",
  ],
  [
    "nanoseconds",
    {type: "long", logicalType: "timestamp-nanos"},
    long("1764000266752123456"),
    "2025-11-24T16:04:26.752123456Z",
  ],
  ["before 1970", {type: "long", logicalType: "timestamp-micros"}, long("-1"), "1969-12-31T23:59:59.999999Z"],
  [
    "a local time, without a zone",
    {type: "long", logicalType: "local-timestamp-millis"},
    long("1764000266752"),
    "2025-11-24T16:04:26.752",
  ],
  ["a day", {type: "int", logicalType: "date"}, long("20416"), "2025-11-24"],
  ["a time of day", {type: "int", logicalType: "time-millis"}, long("57866752"), "16:04:26.752"],
  ["a time beyond all calendars", {type: "long", logicalType: "timestamp-millis"}, long("9000000000000000"), 9e15],
  ["a decimal", {type: "bytes", logicalType: "decimal", precision: 9, scale: 2}, Buffer.from([4, 0x04, 0xd2]), 12.34],
  [
    "a negative decimal",
    {type: "bytes", logicalType: "decimal", precision: 9, scale: 3},
    Buffer.from([2, 0xff]),
    -0.001,
  ],
  ["a whole decimal", {type: "bytes", logicalType: "decimal", precision: 9}, Buffer.from([2, 100]), 100],
  [
    "zeros of the scale",
    {type: "bytes", logicalType: "decimal", precision: 9, scale: 2},
    Buffer.from([4, 0x04, 0xe2]),
    12.5,
  ],
  ["a uuid in a text", {type: "string", logicalType: "uuid"}, Buffer.from("\x04ab"), "ab"],
  [
    "a uuid in bytes",
    {type: "fixed", name: "Id", size: 16, logicalType: "uuid"},
    Buffer.from("0123456789abcdef0123456789abcdef", "hex"),
    "01234567-89ab-cdef-0123-456789abcdef",
  ],
  ["a logical type that nobody knows", {type: "int", logicalType: "dog-years"}, long("7"), 7],
])("logical type: %s", (_, type, bytes, expected) => {
  expect(read(field(type), bytes).x).toEqual(expected);
});

test.each([["9223372036854775807"], ["-9223372036854775808"], ["9007199254740993"]])("every digit of %s", (digits) => {
  expect(JSON.stringify(read(field("long"), long(digits)))).toBe(`{"x":${digits}}`);
});

test("a decimal that no double holds keeps its digits", () => {
  const type = {type: "bytes", logicalType: "decimal", precision: 30, scale: 2};
  const value = Buffer.from("0de0b6b3a7640001", "hex");
  expect(JSON.stringify(read(field(type), Buffer.concat([Buffer.from([16]), value])))).toBe(
    '{"x":10000000000000000.01}',
  );
});

test("names: of a type in its own namespace, in another, and of one that has itself as a part", () => {
  const schema = record(
    {name: "a", type: {type: "record", name: "other.Point", fields: [{name: "x", type: "int"}]}},
    {name: "b", type: "other.Point"},
    {name: "c", type: {type: "record", name: "Node", fields: [{name: "next", type: ["null", "Node"]}]}},
    {name: "d", type: ["null", "fleet.Node"]},
  );
  const value = {a: {x: 1}, b: {x: 2}, c: {next: {"fleet.Node": {next: null}}}, d: {"fleet.Node": {next: null}}};
  expect(read(schema, plain(schema).toBuffer(value))).toEqual({
    a: {x: 1},
    b: {x: 2},
    c: {next: {next: null}},
    d: {next: null},
  });
});

test("types of other schemas, which refer to others in turn", () => {
  const point = {type: "record", name: "fleet.Point", fields: [{name: "lat", type: "double"}]};
  const fix = {type: "record", name: "fleet.Fix", fields: [{name: "point", type: "fleet.Point"}]};
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(48.05);
  expect(read(field("Fix"), bytes, [point, fix])).toEqual({x: {point: {lat: 48.05}}});
});

test("a type in a type", () => {
  expect(read(field({type: {type: "int"}}), long("7"))).toEqual({x: 7});
});

test("a block that has its size before it", () => {
  const bytes = Buffer.from([3, 4, 2, 4, 0]);
  expect(read(field({type: "array", items: "int"}), bytes).x).toEqual([1, 2]);
});

test("a field named __proto__ is a field", () => {
  const value = read(record({name: "__proto__", type: "int"}), long("7"));
  expect(Object.hasOwn(value, "__proto__")).toBe(true);
});

test.each<[string, unknown, Buffer, string]>([
  ["a text that ends early", "string", Buffer.from([10, 65]), "x: ends early"],
  ["a text of negative length", "string", long("-5"), "x: ends early"],
  ["a number without an end", "long", Buffer.alloc(11, 255), "x: has a number of more than ten bytes"],
  ["a number that is not there", "double", Buffer.alloc(3), "x: ends early"],
  ["a branch that is not there", ["null", "int"], long("7"), "x: has branch 2 or more of a union of 2"],
  ["a symbol that is not there", {type: "enum", name: "E", symbols: ["A"]}, long("1"), "x: is none of the 1 symbols"],
  ["text that is no UTF-8", "string", Buffer.from([2, 0xff]), "x: is no UTF-8"],
  ["a list without an end", {type: "array", items: "null"}, long("9000000000000"), "x: has more than 1000000 entries"],
  ["a field of a field", {...record({name: "lat", type: "double"}), name: "Gps"}, Buffer.alloc(2), "x.lat: ends early"],
])("bytes that do not fit: %s", (_, type, bytes, words) => {
  expect(() => read(field(type), bytes)).toThrow(words);
});

test("a record that has itself as a part without an end is refused, not followed", () => {
  const schema = record({name: "next", type: ["null", "Event"]});
  expect(() => read(schema, Buffer.alloc(1_000, 2))).toThrow("is nested deeper than 64");
});

test.each<[string, unknown, string]>([
  ["a type that is not defined", field("Point"), "type Point is not defined"],
  ["no schema", 7, "undefined is not defined"],
  ["a record without a name", {type: "record", fields: []}, "a type has no name"],
])("no schema: %s", (_, schema, words) => {
  expect(() => compileAvro(JSON.stringify(schema), [])).toThrow(words);
});
