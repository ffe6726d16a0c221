import {expect, test} from "vitest";
import type {Position} from "../lib/offsets.ts";
import {beatsOf} from "./beats.ts";

const NOW = 1_000_000;
const position = (partition: number, more: Partial<Position> = {}): Position => ({
  topic: "t",
  partition,
  name: String(partition),
  low: 0,
  committed: 10,
  note: {arrived: NOW - 60_000},
  stable: 10,
  high: 10,
  ...more,
});
const told = (...positions: Position[]) => {
  const mine = new Map(positions.filter(({partition}) => partition < 100).map(({name}) => [name, 0]));
  return beatsOf(positions, mine, NOW).map(({partition}) => partition);
};

test("a partition that has all and is silent is told the time, also one that never had an event", () => {
  expect(told(position(0), position(1, {committed: undefined, note: {}, stable: 0, high: 0}))).toEqual([0, 1]);
  expect(beatsOf([position(0)], new Map([["0", 0]]), NOW)).toEqual([
    {partition: 0, value: "{}", timestamp: String(NOW)},
  ]);
});

test("a partition is told nothing while events of it are still to be read, also behind an open transaction", () => {
  expect(
    told(position(0, {high: 11, stable: 11}), position(1, {high: 11}), position(2, {committed: undefined})),
  ).toEqual([]);
});

test("nor is one that has just had events, or that is another member's", () => {
  expect(told(position(0, {note: {arrived: NOW - 1_000}}), position(100))).toEqual([]);
});
