import {expect, test} from "vitest";
import {Expected} from "./expected.ts";

function expected(kept: "first" | "last" = "first") {
  const all = new Expected();
  for (let time = 100; time > 0; time--) all.add("a", time * 1_000, `a ${time}`);
  all.add("b", 5, "one");
  all.add("b", 5, "two");
  all.add("b", 5, "three");
  all.seal(kept);
  return all;
}

test("rows are judged by what Kafka has, in any order, and what no row was there for is missing", () => {
  const all = expected();
  expect([all.events, all.missing]).toEqual([101, 101]);
  expect(all.judge("a", 50_000, "a 50")).toBe("same");
  expect(all.judge("a", 7_000, "a 8")).toBe("altered");
  expect(all.judge("a", 7_001, "a 7")).toBe("unknown");
  expect(all.judge("a", 0, "before all")).toBe("unknown");
  expect(all.judge("a", 100_001, "later")).toBe("newer");
  expect(all.judge("c", 1, "of a vehicle that came since")).toBe("newer");
  expect(all.missing).toBe(99);
  all.begin();
  expect(all.missing).toBe(101);
});

test("of several events of one vehicle and time the first counts, or the last", () => {
  expect(expected("first").judge("b", 5, "one")).toBe("same");
  expect(expected("last").judge("b", 5, "three")).toBe("same");
  expect(expected("last").judge("b", 5, "one")).toBe("altered");
});
