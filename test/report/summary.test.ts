import {expect, test} from "vitest";
import {fitting} from "./budget.ts";
import {failureLines, timeTables, totals} from "./summary.ts";

const file = (project: string, name: string, from: number, to: number, seconds: number[]) => ({
  project,
  file: name,
  from,
  to,
  tests: seconds.map((value, at) => ({name: `test ${at}`, seconds: value})),
});

test("files that ran beside one another count once in the time of their project, the slowest first", () => {
  const text = timeTables([
    file("data", "a.test.ts", 10, 40, [30]),
    file("data", "b.test.ts", 20, 70, [20, 25]),
    file("e2e", "c.test.ts", 70, 75, [5]),
    file("e2e", "d.test.ts", 71, 71.4, [0, 0]),
    file("e2e", "e.test.ts", 71, 71.4, [0]),
  ]);
  expect(
    text
      .split("\n\n")[0]!
      .split("\n")
      .map((line) => line.split("|").map((cell) => cell.trim())),
  ).toEqual([
    ["", "project", "file", "seconds", "tests", ""],
    ["", "-------", "-----------------------------", "-------", "-----", ""],
    ["", "data", "", "60", "3", ""],
    ["", "", "b.test.ts", "50", "2", ""],
    ["", "", "a.test.ts", "30", "1", ""],
    ["", "e2e", "", "5", "4", ""],
    ["", "", "c.test.ts", "5", "1", ""],
    ["", "", "2 files of less than a second", "0", "3", ""],
  ]);
  const slowest = text.split("\n\n")[1]!.split("\n").slice(2);
  expect(slowest.map((line) => line.split("|")[3]!.trim())).toEqual(["30", "25", "20", "5", "0", "0", "0"]);
});

test("twenty tests are listed, and a name cannot break the table", () => {
  const many = Array.from({length: 30}, (_, at) => at + 1);
  const lines = timeTables([file("unit", "a|b.test.ts", 0, 1, many)])
    .split("\n\n")[1]!
    .split("\n");
  expect(lines).toHaveLength(22);
  expect(lines[2]).toContain("a\\|b.test.ts");
  expect(new Set(lines.map(({length}) => length)).size).toBe(1);
});

test("each failure is named with the first line of its error, the cluster's state follows as far as there is room", () => {
  const lines = failureLines([
    {name: "one", error: "not ready\n  at somewhere", diagnosis: "x".repeat(9_000)},
    {name: "two", error: "expected 1", diagnosis: "y".repeat(9_000)},
    {name: "three", error: "", diagnosis: "z"},
  ]);
  expect(lines.slice(0, 3)).toEqual(["FAIL one\n     not ready", "FAIL two\n     expected 1", "FAIL three\n     "]);
  expect(lines.slice(3).map((text) => text.split("\n")[1]!.length)).toEqual([9_000, 3_000]);
});

test("the closing line counts what ran, and what did not only when there is something", () => {
  expect(totals({passed: 3, failed: 1, skipped: 0})).toBe("3 passed, 1 failed");
  expect(totals({passed: 3, failed: 0, skipped: 2})).toBe("3 passed, 0 failed, 2 skipped");
});

test("files are chosen by what they took last, the quickest first, as many as fit", () => {
  expect(fitting(["slow", "new", "quick"], {slow: 60, quick: 5}, 30)).toEqual({
    chosen: ["quick", "new"],
    left: ["slow"],
  });
  expect(fitting(["slow", "quick"], {slow: 60, quick: 5}, 65)).toEqual({chosen: ["quick", "slow"], left: []});
});
