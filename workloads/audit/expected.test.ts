import {expect, test} from "vitest";
import {Expected} from "./expected.ts";

function expected(kept: "first" | "last" = "first", keptMs = Number.POSITIVE_INFINITY) {
  const all = new Expected(keptMs);
  for (let time = 100; time > 0; time--) all.add("a", time * 1_000, `a ${time}`);
  all.add("b", 5, "one");
  all.add("b", 5, "two");
  all.add("b", 5, "three");
  all.seal(kept);
  return all;
}

test("rows are judged by what Kafka has, in any order, and what no row was there for is missing", () => {
  const all = expected();
  expect([all.events, all.unseen(0)]).toEqual([101, {missing: 101, older: 0}]);
  expect(all.judge("a", 50_000, "a 50")).toBe("same");
  expect(all.judge("a", 7_000, "a 8")).toBe("altered");
  expect(all.judge("a", 7_001, "a 7")).toBe("unknown");
  expect(all.judge("a", 0, "before all")).toBe("unknown");
  expect(all.judge("a", 100_001, "later")).toBe("newer");
  expect(all.judge("c", 1, "of a vehicle that came since")).toBe("newer");
  expect(all.unseen(0).missing).toBe(99);
  all.begin();
  expect(all.unseen(0).missing).toBe(101);
});

test("of several events of one vehicle and time the first counts, or the last", () => {
  expect(expected("first").judge("b", 5, "one")).toBe("same");
  expect(expected("last").judge("b", 5, "three")).toBe("same");
  expect(expected("last").judge("b", 5, "one")).toBe("altered");
});

test("an event that is past what the store keeps is older, whether or not its row is still there, and never missing", () => {
  const all = expected("first", 60_000);
  // 100 events of "a" at 1 s to 100 s, and one of "b" at 5 ms.
  expect(all.unseen(110_000)).toEqual({missing: 51, older: 50});
  expect(all.judge("a", 1_000, "a 1")).toBe("same");
  expect(all.unseen(110_000)).toEqual({missing: 51, older: 49});
});

test("an event of a clock that was ahead may be dropped as much sooner", () => {
  const all = new Expected(60_000);
  all.add("a", 100_000, "ahead", 29_500);
  all.seal("last");
  expect(all.unseen(130_000)).toEqual({missing: 1, older: 0});
  expect(all.unseen(131_000)).toEqual({missing: 0, older: 1});
});
