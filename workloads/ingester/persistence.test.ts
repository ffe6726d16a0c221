import {pino} from "pino";
import {expect, test} from "vitest";
import type {Row} from "../telemetry.ts";
import type {Habit} from "./habit.ts";
import {createPersistence} from "./persistence.ts";
import type {Entry} from "./write.ts";

const entries = (from: number, to: number): Entry[] =>
  Array.from({length: to - from}, (_, at) => ({
    row: {vehicle_id: "v", ts: new Date(from + at)} as Row,
    message: {key: null, value: null, offset: String(from + at), timestamp: "0"},
  }));

/** A store in memory that notes with which habit each of its writes came. */
function open() {
  const habits: (Habit | undefined)[] = [];
  const answers: (Error | undefined)[] = [];
  const store = {
    name: "timescaledb" as const,
    async write(_: Row[], habit?: Habit) {
      habits.push(habit);
      const error = answers.shift();
      if (error) throw error;
      return {repeated: [], taken: []};
    },
    isRefusal: (error: unknown) => (error as Error).message === "refused",
    troubleOf: () => "unreachable" as const,
  };
  const {signal} = new AbortController();
  const {write} = createPersistence({store, log: pino({level: "silent"}), signal});
  return {
    habits,
    answers,
    take: (partition: number, of: Entry[]) => write({topic: "t", partition}, of, async () => {}),
  };
}

test("a partition keeps its habit for as long as its events go on, also past some that are none of ours", async () => {
  const {habits, take} = open();
  await take(0, entries(0, 10));
  await take(1, entries(10, 20));
  await take(0, entries(10, 20));
  await take(0, entries(25, 30));
  const [first, other, second, third] = habits;
  expect([second === first, third === first, other === first]).toEqual([true, true, false]);
});

test("events that come again have a habit of their own, which asks: another member, or this one, may have written them", async () => {
  const {habits, take} = open();
  await take(0, entries(0, 10));
  habits[0]!.found(0);
  await take(0, entries(5, 10));
  expect([habits[0]!.asks, habits[1]!.asks, habits[1] === habits[0]]).toEqual([false, true, false]);
});

test("a write that is tried again, in parts or whole, has no habit: what it would tell is not of the partition", async () => {
  const {habits, answers, take} = open();
  answers.push(new Error("connection lost"), undefined, new Error("refused"));
  await take(0, entries(0, 10));
  await take(0, entries(10, 20));
  expect(habits.slice(0, 4).map((habit) => habit !== undefined)).toEqual([true, false, true, false]);
  expect(habits.slice(3).every((habit) => habit === undefined)).toBe(true);
});
