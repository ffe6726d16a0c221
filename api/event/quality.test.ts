import {expect, test} from "vitest";
import {createJudge, FLAG_NAMES, FLAGS, flagsOf, type Quality, wordsOfFlags} from "./quality.ts";
import type {Row} from "./row.ts";

const NOW = Date.UTC(2026, 0, 1);
const row = (latitude: number | null, longitude: number | null, seconds = 0): Row => ({
  vehicle_id: "v",
  ts: new Date(NOW + seconds * 1_000),
  latitude,
  longitude,
  speed: null,
  temperature: null,
  humidity: null,
  extra: null,
});
const flags = (judged: Row, quality?: Quality) => flagsOf(createJudge(quality)(judged, NOW));

test.each([
  ["an ordinary event", row(48, 11), []],
  ["0/0", row(0, 0), ["NullIsland"]],
  ["near 0/0, as receivers round", row(0.0004, -0.0004), ["NullIsland"]],
  ["a ship on the equator", row(0, 9.4), []],
  ["a pole", row(-90, 0), ["ImpossiblePosition"]],
  ["no fix", row(null, null), []],
  ["a clock that is a minute ahead", row(48, 11, 60), []],
  ["a clock that is more than a minute ahead", row(48, 11, 60.001), ["ClockAhead"]],
  ["an event that is a day late", row(48, 11, -86_400), []],
  ["an event that is more than a day late", row(48, 11, -86_401), ["ClockBehind"]],
  ["both at once", row(0, 0, 3_600), ["NullIsland", "ClockAhead"]],
])("%s", (_, judged, expected) => {
  expect(flags(judged)).toEqual(expected);
});

test("rules are moved, or left out, by spec.event.quality", () => {
  const quality: Quality = {ignore: ["NullIsland"], clockAhead: "2h", clockBehind: "5m"};
  expect(flags(row(0, 0, 3_600), quality)).toEqual([]);
  expect(flags(row(0, 0, -301), quality)).toEqual(["ClockBehind"]);
});

test("each flag has a bit of its own, of those that a smallint holds", () => {
  const bits = FLAG_NAMES.map((name) => FLAGS[name].bit);
  expect(new Set(bits).size).toBe(bits.length);
  expect(bits.every((bit) => Number.isInteger(Math.log2(bit)) && bit < 2 ** 15)).toBe(true);
});

test("counts are words, the most frequent first", () => {
  expect(wordsOfFlags({NullIsland: 2, ClockAhead: 30})).toBe("30 ClockAhead, 2 NullIsland");
  expect(wordsOfFlags()).toBe("");
});
