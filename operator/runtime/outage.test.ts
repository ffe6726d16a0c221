import {expect, test} from "vitest";
import type {Logger} from "./logger.ts";
import {reportOutage} from "./outage.ts";

/** The log lines after a row of answers, each with the second at which it comes. */
function told(answers: [second: number, code: number | "error"][]): string[] {
  const lines: string[] = [];
  let now = 0;
  const say = (_: unknown, message: string) => void lines.push(`${now / 1_000}: ${message}`);
  const report = reportOutage({info: say, warn: say} as unknown as Logger, "https://api", () => now);
  for (const [second, code] of answers) {
    now = second * 1_000;
    report("GET", code, "/", code === "error" ? new Error("connect ECONNREFUSED") : undefined);
  }
  return lines;
}

const away = "the API server does not answer: connect ECONNREFUSED; trying until it does";

test("a server that was never there is said at once, and once", () => {
  expect(told(Array.from({length: 100}, (_, second) => [second, "error"]))).toEqual([`0: ${away}`]);
});

test("an outage is said when it lasts, and its end is said once", () => {
  expect(
    told([
      [0, 200],
      [1, "error"],
      [4, "error"],
      [6, "error"],
      [9, "error"],
      [12, 200],
      [13, 404],
    ]),
  ).toEqual([`6: ${away}`, "12: the API server answers again"]);
});

test("a single connection that fails among answers is nothing to tell", () => {
  expect(
    told([
      [0, 200],
      [1, "error"],
      [2, 200],
      [3, 500],
      [4, "error"],
      [5, 409],
    ]),
  ).toEqual([]);
});

test("credentials that are refused are said as such", () => {
  expect(
    told([
      [0, 401],
      [1, 401],
    ]),
  ).toEqual(["0: the API server refuses our credentials: 401; trying until it does"]);
});
