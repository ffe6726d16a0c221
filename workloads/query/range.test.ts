import {expect, test} from "vitest";
import {emptyMessage, oldestKept, rangeOf} from "./range.ts";

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

test.each([
  [undefined, undefined, "no events"],
  ["2026-01-01T00:00:00Z", undefined, "no events since 2026-01-01T00:00:00.000Z"],
  [undefined, "2026-01-01T00:00:00Z", "no events before 2026-01-01T00:00:00.000Z"],
  ["1h", "30m", "no events between 2026-01-01T23:00:00.000Z and 2026-01-01T23:30:00.000Z"],
])("an empty range from %s to %s is named", (since, until, message) => {
  expect(emptyMessage(rangeOf(since, until, now, true))).toBe(message);
});

test("an empty range of a vehicle names it", () => {
  expect(emptyMessage({...rangeOf("1h", undefined, now), vehicle: "v1"})).toMatch(/^no events of vehicle v1 between /);
});

test("a vehicle is looked for as far back as its store keeps events, or ten years", () => {
  expect(oldestKept({ms: 86_400_000, reason: ""}, now)).toEqual(new Date(now - 86_400_000));
  expect(oldestKept(undefined, now)).toEqual(new Date("2016-01-02T00:00:00.000Z"));
});
