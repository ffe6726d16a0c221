import {expect, test} from "vitest";
import {covers} from "./apply.ts";

test.each([
  ["equal objects", {a: 1, b: {c: "x"}}, {a: 1, b: {c: "x"}}, true],
  ["more in the live object", {a: 1, b: 2}, {a: 1}, true],
  ["a wanted field that is missing", {a: 1}, {a: 1, b: 2}, false],
  ["another value", {a: {b: 1}}, {a: {b: 2}}, false],
  ["a longer live list", {list: [1, 2]}, {list: [1]}, false],
  ["another order", {list: [1, 2]}, {list: [2, 1]}, false],
  ["defaults inside list items", {list: [{name: "x", protocol: "TCP"}]}, {list: [{name: "x"}]}, true],
  ["an empty object that the server left out", {}, {labels: {}}, true],
  ["nothing live", undefined, {a: 1}, false],
])("%s", (_, live, desired, covered) => {
  expect(covers(live, desired)).toBe(covered);
});
