import {expect, test} from "vitest";
import type {Freshness} from "../../api/status.ts";
import {figuresOf, settle, summary} from "./freshness.ts";

const NOW = Date.parse("2026-01-01T00:10:00Z");
const answer = (secondsAgo: number | null, more: object = {}) => ({
  newest: secondsAgo === null ? null : new Date(NOW - secondsAgo * 1_000).toISOString(),
  rows: 5,
  ...more,
});
const figures = (...args: Parameters<typeof answer>) => figuresOf("cassandra", answer(...args), 120, NOW);

test.each([
  [0, "Fresh"],
  [120, "Fresh"],
  [121, "Stale"],
  // The ingester's clock is a little ahead.
  [-3, "Fresh"],
  [null, "None"],
])("a store whose newest event came %j seconds ago is %s", (seconds, age) => {
  expect(figures(seconds)).toEqual({store: "cassandra", age});
});

test("the status says why, and the autoscaler hears only of events that can be read", () => {
  const held = "held back by an open transaction: partition 1 at offset 7";
  expect(figures(1, {lag: 1_000, heldBack: 900, behind: 2, held, lost: "3 events expired", expired: 3})).toEqual({
    store: "cassandra",
    age: "Fresh",
    held,
    lost: "3 events expired",
    load: {lag: 100, behind: 2},
  });
});

test("an ingester of an older version says less", () => {
  expect(figures(1, {lag: 40})).toMatchObject({age: "Fresh", load: {lag: 40, behind: Number.POSITIVE_INFINITY}});
});

const shown = (more: Partial<Freshness> = {}): Freshness[] => [{store: "cassandra", age: "Fresh", ...more}];
test.each<[string, Partial<Freshness>, Partial<Freshness>, "before" | "now"]>([
  ["what is the same stays", {}, {}, "before"],
  ["another class of age is shown", {}, {age: "Stale"}, "now"],
  ["a problem of the same kind keeps its words", {problem: "other: 10.0.0.1"}, {problem: "other: 10.0.0.2"}, "before"],
  ["a problem of another kind is shown", {problem: "other: a"}, {problem: "credentials: a"}, "now"],
  ["another partition that is held back is shown", {held: "partition 1"}, {held: "partition 2"}, "now"],
  ["more that was lost is shown", {lost: "3 events"}, {lost: "4 events"}, "now"],
])("%s", (_, before, now, expected) => {
  expect(settle(shown(before), shown(now))).toEqual(shown(expected === "now" ? now : before));
});

test("the summary names each store with its class of age, a dash while none is known", () => {
  expect(summary([{store: "timescaledb", age: "Stale"}, {store: "cassandra"}])).toBe("timescaledb Stale, cassandra -");
});
