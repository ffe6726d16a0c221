import {existsSync, readdirSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {expect, test} from "vitest";
import {parts} from "../verify/parts.ts";
import {readRows, withRows} from "../verify/table.ts";

const root = join(import.meta.dirname, "../..");
const EMPTY = "before\n<!-- verify: written by `make verify` --><!-- /verify -->\nafter\n";

test("each file of test/verify is a part, and each part's file is there", () => {
  const files = readdirSync(join(root, "test/verify")).filter((file) => file.endsWith(".test.ts"));
  const named = Object.values(parts).flatMap(({command}) => command.filter((word) => word.endsWith(".test.ts")));
  expect(named.map((path) => path.replace("test/verify/", "")).sort()).toEqual(files.sort());
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test("a part's row is replaced by its next run, the others stay", () => {
  const first = withRows(EMPTY, [
    {part: "changes", commit: "aaa", seconds: 10, passed: true},
    {part: "soak", commit: "aaa", seconds: 20, passed: false},
  ]);
  const second = withRows(first, [{part: "soak", commit: "bbb", seconds: 30, passed: true}]);
  expect(readRows(second)).toEqual([
    {part: "changes", commit: "aaa", seconds: 10, passed: true},
    {part: "soak", commit: "bbb", seconds: 30, passed: true},
  ]);
  expect(second).toMatch(/^before\n/);
  expect(second).toMatch(/\nafter\n$/);
  expect(second).toMatch(/\| docs +\| .* \| never +\|/);
});

test("the page on maturity has a row for every part", () => {
  const page = readFileSync(join(root, "docs/maturity.md"), "utf8");
  expect(withRows(page, [])).toBe(page);
});
