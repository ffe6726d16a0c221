import {expect, test} from "vitest";
import type {Row} from "../telemetry.ts";
import {createHabit} from "./habit.ts";

const row = (vehicle_id: string, ms: number) => ({vehicle_id, ts: new Date(ms)}) as Row;

/** Takes statements that have a duplicate or not; says which asked first, and which was written twice. */
function taken(duplicates: boolean[]) {
  const habit = createHabit();
  return duplicates.map((duplicate) => {
    const asked = habit.asks;
    if (!asked && !duplicate) habit.took();
    else {
      if (!asked) habit.collided();
      habit.found(duplicate ? 7 : 0);
    }
    return asked ? "asks" : duplicate ? "twice" : "copies";
  });
}

const count = (of: string[], what: string) => of.filter((one) => one === what).length;

test("the first statement of a partition asks, and without duplicates no other does", () => {
  expect(taken(Array(5).fill(false))).toEqual(["asks", "copies", "copies", "copies", "copies"]);
});

test("a replay asks to its end, and nothing of it is written twice", () => {
  const replay = taken([...Array(50).fill(true), ...Array(10).fill(false)]);
  expect(count(replay, "twice")).toBe(0);
  expect(replay.slice(50)).toEqual(["asks", ...Array(9).fill("copies")]);
});

test("where every third statement has a duplicate, hardly one is written twice; after the last one copies again", () => {
  const third = Array.from({length: 300}, (_, at) => at % 3 === 0);
  const written = taken([...third, ...Array(600).fill(false)]);
  expect(count(written, "twice")).toBeLessThan(5);
  expect(count(written.slice(-300), "copies")).toBe(300);
});

test("where one in twenty has a duplicate, which costs less than to ask each time, most copy", () => {
  const written = taken(Array.from({length: 1_000}, (_, at) => at % 20 === 0));
  expect(count(written, "copies")).toBeGreaterThan(800);
});

test("rows are older that are no later than one of their vehicle that was written, whatever came of others and in which order", () => {
  const habit = createHabit();
  const rows = [row("a", 2), row("a", 3), row("a", 4), row("b", 1)];
  expect(habit.older(rows)).toEqual([]);
  habit.wrote([row("a", 3), row("a", 1), row("c", 9)]);
  expect(habit.older(rows)).toEqual(rows.slice(0, 2));
});

test("of very many vehicles the first are forgotten, and their rows count as new", () => {
  const habit = createHabit();
  habit.wrote(Array.from({length: 20_001}, (_, at) => row(`v${at}`, 5)));
  expect(habit.older([row("v0", 1), row("v1", 1), row("v20000", 1)]).map(({vehicle_id}) => vehicle_id)).toEqual([
    "v1",
    "v20000",
  ]);
});
