import {expect, test} from "vitest";
import type {FieldInfo} from "../wire.ts";
import {createFields, receiveFields, seriesOf, toggle, valueText} from "./fields.ts";
import {tick} from "./format.ts";

const info = (name: string, number = true): FieldInfo => ({name, type: number ? "double" : "string", number});
const INFOS = [info("a"), info("text", false), info("b"), info("c"), info("d")];

test("the charts of the first three numbers are open until the user chooses", () => {
  const fields = createFields();
  const keys = () => seriesOf(fields).map(({field}) => field);
  expect(receiveFields(fields, {vehicle: "v", fields: INFOS, values: {a: [1, 0]}})).toBe(true);
  expect(keys()).toEqual(["a", "b", "c"]);
  toggle(fields, INFOS[4]!);
  toggle(fields, INFOS[0]!);
  expect(keys()).toEqual(["b", "c", "d"]);
  fields.search = "D";
  expect(keys()).toEqual(["d"]);
});

test("the same fields again are no other ones; values are added to those that are there", () => {
  const fields = createFields();
  receiveFields(fields, {vehicle: "v", fields: INFOS, values: {a: [1, 0], b: [2, 0]}});
  expect(receiveFields(fields, {vehicle: "v", values: {b: [3, 9]}})).toBe(false);
  expect(Object.fromEntries(fields.values)).toEqual({a: [1, 0], b: [3, 9]});
  expect(receiveFields(fields, {vehicle: "v", fields: INFOS, values: {}})).toBe(false);
  expect(fields.values.size).toBe(0);
});

test.each([
  ["double", 12_345.678_9, "12,345.7"],
  ["double", 0.000_123_456_7, "0.000123457"],
  ["int", 123_456_789, "123,456,789"],
  ["bigint", "9007199254740993", "9,007,199,254,740,993"],
  ["boolean", false, "false"],
  ["json", '{"a":1}', '{"a":1}'],
])("a %s of %s is shown as %s", (type, value, text) => {
  expect(valueText({type}, value)).toBe(text);
});

test.each([
  [0.25, "0.25"],
  [9_000, "9,000"],
  [12_345_678, "12.35M"],
  [9_007_199_254_740_000, "9e15"],
])("%s fits beside an axis as %s", (value, text) => {
  expect(tick(value)).toBe(text);
});
