import {expect, test} from "vitest";
import {failuresIn, type Report, tally} from "../failures.ts";

const report: Report = {
  testResults: [
    {
      name: "/repository/test/a.test.ts",
      status: "failed",
      message: "",
      assertionResults: [
        {fullName: "one passes", status: "passed", failureMessages: []},
        {fullName: "one fails", status: "failed", failureMessages: ["Error: too late\n    at a.test.ts:3"]},
        {fullName: "one is left out", status: "skipped", failureMessages: []},
      ],
    },
    {name: "/repository/test/b.test.ts", status: "failed", message: "Error: no server\n    at b", assertionResults: []},
    {name: "/repository/test/c.test.ts", status: "passed", message: "", assertionResults: []},
  ],
};

test("a failed test is named with its file and the first line of its error, a file that failed as a whole too", () => {
  expect(failuresIn(report, "/repository")).toEqual([
    {test: "test/a.test.ts > one fails", error: "Error: too late"},
    {test: "test/b.test.ts", error: "Error: no server"},
  ]);
});

test("failures of many runs are counted by test, the most frequent first", () => {
  const failures = [
    {test: "a", error: "first"},
    {test: "b", error: "other"},
    {test: "b", error: "another"},
  ];
  expect(tally(failures, 5)).toEqual(["2 of 5: b", "    other", "1 of 5: a", "    first"]);
  expect(tally([], 5)).toEqual([]);
});
