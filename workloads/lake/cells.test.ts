import {
  DuckDBDecimalValue,
  DuckDBTimestampTZValue,
  type DuckDBValue,
  listValue,
  mapValue,
  structValue,
} from "@duckdb/node-api";
import {expect, test} from "vitest";
import {jsonOf} from "./cells.ts";

test.each<[DuckDBValue, string]>([
  [null, "null"],
  [true, "true"],
  [9_007_199_254_740_993n, "9007199254740993"],
  [0.1, "0.1"],
  [Number.NaN, '"NaN"'],
  ['a "b"\n', '"a \\"b\\"\\n"'],
  [new DuckDBDecimalValue(12_345n, 8, 2), "123.45"],
  [new DuckDBTimestampTZValue(1_767_225_600_000_000n), '"2026-01-01T00:00:00.000Z"'],
  [new DuckDBTimestampTZValue(1_767_225_600_000_001n), '"2026-01-01T00:00:00.000001Z"'],
  [new DuckDBTimestampTZValue(-1n), '"1969-12-31T23:59:59.999999Z"'],
  [listValue([1n, null]), "[1,null]"],
  [structValue({a: 1, "b c": "x"}), '{"a":1,"b c":"x"}'],
  [mapValue([{key: "k", value: 2n}]), '[{"key":"k","value":2}]'],
])("%s is %s", (value, text) => {
  expect(jsonOf(value)).toBe(text);
});
