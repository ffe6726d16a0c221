import {expect, test} from "vitest";
import {settle, summary} from "./freshness.ts";

const age = (seconds?: number) => [{store: "cassandra", ...(seconds === undefined ? {} : {seconds})}];

test.each([
  ["a small move keeps the shown figure", age(2), age(6), age(2)],
  ["a move by more than five seconds and a half is shown", age(2), age(9), age(9)],
  ["a large figure needs a large move", age(100), age(140), age(100)],
  ["falling silent is shown", age(2), age(), age()],
  ["coming back is shown", age(), age(3), age(3)],
  ["the first figure is shown", undefined, age(3), age(3)],
])("%s", (_, before, now, shown) => {
  expect(settle(before, now)).toEqual(shown);
});

test("a problem is shown anew when its kind changes, not its words", () => {
  const problem = (text: string) => [{store: "cassandra", problem: text}];
  const before = problem("unreachable: no host at 10.0.0.1");
  expect(settle(before, problem("unreachable: no host at 10.0.0.2"))).toEqual(before);
  expect(settle(before, problem("credentials: bad password"))).toEqual(problem("credentials: bad password"));
  expect(settle(before, age(1))).toEqual(age(1));
});

test("the summary names each store, a dash for one without a row", () => {
  expect(summary([{store: "timescaledb", seconds: 3}, {store: "cassandra"}])).toBe("timescaledb 3s, cassandra -");
});
