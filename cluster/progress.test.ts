import {expect, test} from "vitest";
import {cut, statusLine} from "./progress.ts";

const steps = [
  {title: "Kubernetes", seconds: 210.4},
  {title: "image flink", seconds: 39.9},
];

test("the status names what runs, how much is left and about how long that takes", () => {
  expect(statusLine(steps, {left: 3, of: 14, seconds: 230})).toBe(
    "3 of 14 left: Kubernetes (210 s), image flink (40 s); about 4 min",
  );
  expect(statusLine(steps, {left: 1, of: 14, seconds: 0})).toMatch(/; about a minute$/);
});

test("steps outside of a list of tasks are named alone", () => {
  expect(statusLine(steps.slice(0, 1))).toBe("Kubernetes (210 s)");
});

test("a line that is written over fits the terminal", () => {
  expect(cut("abcdef", 80)).toBe("abcdef");
  expect(cut("abcdef", 5)).toBe("abc…");
});
