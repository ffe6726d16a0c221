import {expect, test} from "vitest";
import {rangeOf} from "./range.ts";

const now = Date.UTC(2026, 0, 2);

test("ages and times make a range; without any it is the last 15 minutes", () => {
  expect(rangeOf(undefined, undefined, now)).toEqual({since: new Date(now - 900_000), until: new Date(now)});
  expect(rangeOf("2026-01-01T00:00:00Z", "12h", now)).toEqual({
    since: new Date("2026-01-01T00:00:00Z"),
    until: new Date(now - 43_200_000),
  });
});

test.each([
  ["soon", undefined, /--since: "soon" is no time/],
  [undefined, "later", /--until: "later" is no time/],
  ["1h", "2h", /--since must be before --until/],
])("%s to %s is refused", (since, until, message) => {
  expect(() => rangeOf(since, until, now)).toThrow(message);
});
