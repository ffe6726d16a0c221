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

test("a range that says only its end is the 15 minutes before it", () => {
  const until = new Date("2026-01-01T00:00:00Z");
  expect(rangeOf(undefined, "2026-01-01T00:00:00Z", now)).toEqual({since: new Date(until.getTime() - 900_000), until});
});

test("a whole range has no bound on the side that is not named", () => {
  const time = "2026-01-01T00:00:00Z";
  const future = new Date("2100-01-01T00:00:00Z");
  const before = rangeOf(undefined, time, now, true);
  expect(before).toEqual({since: new Date(0), until: new Date(time)});
  const after = rangeOf(time, undefined, now, true);
  expect(after.since).toEqual(new Date(time));
  expect(after.until > future).toBe(true);
});

test.each([
  ["soon", undefined, /--since: "soon" is no time/],
  [undefined, "later", /--until: "later" is no time/],
  ["1h", "2h", /--since must be before --until/],
])("%s to %s is refused", (since, until, message) => {
  expect(() => rangeOf(since, until, now)).toThrow(message);
});
