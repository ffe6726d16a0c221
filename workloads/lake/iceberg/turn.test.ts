import {expect, test} from "vitest";
import {createTurn} from "./turn.ts";

/** The properties of a table of which somebody has asked for a turn. */
const asked = (by: ReturnType<typeof createTurn>) => ({properties: by.ask().updates as Record<string, string>});

test("the others wait for whoever has asked for a turn; the owner does not, and gives it back", () => {
  const [mine, other] = [createTurn(), createTurn()];
  const table = asked(mine);
  expect(mine.waitMs(table)).toBe(0);
  expect(other.waitMs(table)).toBeGreaterThan(0);
  expect(mine.giveBack(table)).toEqual([{action: "remove-properties", removals: Object.keys(table.properties)}]);
  expect(other.giveBack(table)).toEqual([]);
  expect(other.waitMs({})).toBe(0);
});

test.each([
  ["is over", 11_000],
  ["was asked for by a clock that is far ahead", -60_000],
])("a turn that %s holds nobody up", (_, laterMs) => {
  const table = asked(createTurn());
  expect(createTurn(() => Date.now() + laterMs).waitMs(table)).toBe(0);
});
