import {expect, test} from "vitest";
import {Expected} from "./expected.ts";

function expected(keptMs = Number.POSITIVE_INFINITY) {
  const all = new Expected(keptMs);
  for (let time = 100; time > 0; time--) all.add("a", time * 1_000, `a ${time}`);
  all.add("b", 5, "one");
  all.add("b", 5, "two");
  all.add("b", 5, "three");
  all.seal();
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

test("of several events of one vehicle and time the first counts", () => {
  expect(expected().judge("b", 5, "one")).toBe("same");
  expect(expected().judge("b", 5, "three")).toBe("altered");
});

test("where each event of one vehicle and time is kept, there is a row for each, in any order", () => {
  const all = new Expected(undefined, true);
  for (const content of ["one", "two", "one"]) all.add("a", 1, content);
  all.seal();
  expect(all.events).toBe(3);
  expect(["two", "one", "one", "one"].map((content) => all.judge("a", 1, content))).toEqual([
    "same",
    "same",
    "same",
    "unknown",
  ]);
  all.begin();
  expect([all.judge("a", 1, "three"), all.unseen(0).missing]).toEqual(["altered", 2]);
});

test("a row whose flags are other ones is told apart from one that was altered", () => {
  const all = new Expected();
  all.add("a", 1, "one", {flags: 5});
  all.seal();
  const judged = (content: string, flags: number) => {
    all.begin();
    return all.judge("a", 1, content, flags);
  };
  expect([judged("one", 5), judged("one", 0), judged("two", 5)]).toEqual(["same", "reflagged", "altered"]);
});

test("an event that is past what the store keeps is older, whether or not its row is still there, and never missing", () => {
  const all = expected(60_000);
  // 100 events of "a" at 1 s to 100 s, and one of "b" at 5 ms.
  expect(all.unseen(110_000)).toEqual({missing: 51, older: 50});
  expect(all.judge("a", 1_000, "a 1")).toBe("same");
  expect(all.unseen(110_000)).toEqual({missing: 51, older: 49});
});

test("an event of a clock that was ahead may be dropped as much sooner", () => {
  const all = new Expected(60_000);
  all.add("a", 100_000, "ahead", {aheadMs: 29_500});
  all.seal();
  expect(all.unseen(130_000)).toEqual({missing: 1, older: 0});
  expect(all.unseen(131_000)).toEqual({missing: 0, older: 1});
});

test("an altered row is explained by its content, once, and no other row is", () => {
  const all = expected();
  expect(all.explains("a", 7_000, "a 7")).toBe(false);
  expect(all.judge("a", 7_000, "a 8")).toBe("altered");
  expect(all.judge("a", 8_000, "a 8")).toBe("same");
  expect([all.explains("a", 7_000, "a 9"), all.explains("a", 8_000, "a 8"), all.explains("c", 1, "")]).toEqual([
    false,
    false,
    false,
  ]);
  expect([all.explains("a", 7_000, "a 8"), all.explains("a", 7_000, "a 8")]).toEqual([true, false]);
});
