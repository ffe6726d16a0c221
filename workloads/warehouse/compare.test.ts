import {expect, test} from "vitest";
import {differences, enter, type Figures} from "./compare.ts";

const at = (second: number, more: object = {}) => ({
  vehicle_id: "a",
  timestamp: `2026-11-30T10:00:0${second}.000Z`,
  latitude: 1.5,
  longitude: 2.5,
  speed: 10,
  ...more,
});
const sentOf = (...events: object[]) => {
  const all = new Map<string, Figures>();
  for (const event of events) enter(all, event);
  return all;
};
/** As Druid answers: sums of long numbers as text, null where no event has a reading. */
const TIME = String(2 * Date.parse("2026-11-30T10:00:00Z") + 3_000);
const FOUND = {events: 2, time: TIME, latitude: 3, longitude: 5, speed: 20, temperature: null};
const sent = sentOf(at(1), at(2));

test("the same events are the same", () => {
  expect(differences(sent, new Map([["a", FOUND]]))).toEqual({missing: 0, extra: 0, altered: 0});
});

test.each([
  ["one is missing", [["a", {...FOUND, events: 1}]], {missing: 1, extra: 0, altered: 0}],
  ["one is there twice", [["a", {...FOUND, events: 3}]], {missing: 0, extra: 1, altered: 0}],
  ["a reading is another", [["a", {...FOUND, speed: 21}]], {missing: 0, extra: 0, altered: 1}],
  [
    "a time is another by a millisecond",
    [["a", {...FOUND, time: String(BigInt(TIME) + 1n)}]],
    {missing: 0, extra: 0, altered: 1},
  ],
  ["a vehicle is missing", [], {missing: 2, extra: 0, altered: 0}],
  [
    "a vehicle was never there",
    [
      ["a", FOUND],
      ["b", FOUND],
    ],
    {missing: 0, extra: 2, altered: 0},
  ],
] as [string, [string, Figures][], object][])("%s", (_, found, expected) => {
  expect(differences(sent, new Map(found))).toEqual(expected);
});
