import {expect, test} from "vitest";
import {parseExact} from "../exact-json.ts";
import {canonical} from "./canonical.ts";

test.each([
  ['{"b":1,"a":{"d":2,"c":[3]}}', '{"a": {"c": [3], "d": 2}, "b": 1}'],
  ["[100, 0.0012, -25e-1, 0, 1]", "[1e2, 1.2E-3, -2.50, -0.0, 1.000]"],
  ['{"id":18446744073709551615}', '{"id":18446744073709551615.0}'],
])("%s means the same as %s", (one, other) => {
  expect(canonical(one)).toBe(canonical(other));
});

test.each([
  ["[9007199254740993]", "[9007199254740992]"],
  ["[1e400]", "[null]"],
  ["[1e400]", "[1e401]"],
  ["[12]", '["12"]'],
  ["[1, 2]", "[2, 1]"],
])("%s is not %s", (one, other) => {
  expect(canonical(one)).not.toBe(canonical(other));
});

test("what was read exactly is written as it was", () => {
  const text = '{"id":18446744073709551615,"of":{"list":[1.10,1e400,-0,2]},"text":"1.10"}';
  expect(JSON.stringify(parseExact(text))).toBe(text);
});
