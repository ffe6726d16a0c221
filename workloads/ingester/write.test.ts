import {expect, test} from "vitest";
import {TAKEN} from "../../api/event/identity.ts";
import type {Row} from "../telemetry.ts";
import {createWriter, type Entry, Undecided} from "./write.ts";

const entryOf = (speed: number, ts = speed): Entry =>
  ({row: {vehicle_id: "v", ts: new Date(ts), speed}, message: {offset: `${speed}`}}) as unknown as Entry;
const entries = Array.from({length: 100}, (_, index) => entryOf(index));

/** One whose place another event has. */
const TWIN = 1_000;

/** A store that refuses some rows, for as long as `refuses` says so. */
function open(refuses: (speed: number) => boolean) {
  const store = {
    name: "timescaledb" as const,
    refuses,
    asked: 0,
    held: [] as number[],
    isRefusal: (error: unknown) => (error as Error).message === "by a trigger",
    async write(rows: Row[]) {
      store.asked++;
      const speeds = rows.map(({speed}) => speed!);
      if (speeds.some((speed) => store.refuses(speed))) throw new Error("by a trigger");
      for (const speed of speeds) if (!store.held.includes(speed)) store.held.push(speed);
      return {repeated: [], taken: rows.filter(({speed}) => speed === TWIN).map((row) => ({row}))};
    },
  };
  const writer = createWriter(store);
  return {store, writer, write: (...given: Parameters<typeof writer>) => writer(...given).then(({dead}) => dead)};
}

const letter = (speed: number) => ({message: {offset: `${speed}`}, reason: "timescaledb: by a trigger"});
const undecided = (work: Promise<unknown>): Promise<Undecided> =>
  work.then(
    () => expect.fail("it is decided"),
    (error) => {
      expect(error).toBeInstanceOf(Undecided);
      return error;
    },
  );

test.each([[[]], [[0]], [[99]], [[3, 4, 77]], [Array.from({length: 90}, (_, index) => index)]])(
  "bad rows %j are told apart, and all others are written",
  async (bad) => {
    const {store, write} = open((speed) => bad.includes(speed));
    expect(await write(entries)).toEqual(bad.map(letter));
    expect([...store.held, ...bad].sort((a, b) => a - b)).toEqual(entries.map((_, index) => index));
  },
);

test("what says nothing of the rows is thrown after one question: the store is tried again", async () => {
  const {store} = open(() => false);
  let asked = 0;
  const write = createWriter({
    ...store,
    write: () => {
      asked++;
      return Promise.reject(new Error("connection lost"));
    },
  });
  await expect(write(entries)).rejects.toThrow("connection lost");
  expect(asked).toBe(1);
});

test("a store that refuses all rows makes no dead letters, and is not asked row by row", async () => {
  const {store, write} = open(() => true);
  const many = Array.from({length: 4_000}, (_, index) => entryOf(index));
  let {refused} = await undecided(write(many));
  expect(store.asked).toBeLessThan(40);
  // The one that it takes now is found all the same.
  store.refuses = (speed) => speed !== 2_222;
  let dead: unknown[] = [];
  while (dead.length === 0)
    dead = await write(many, refused).catch((error) => {
      ({refused} = error);
      return [];
    });
  expect(dead.length).toBe(3_999);
});

test("one that begins to refuse all rows meanwhile makes no dead letters either", async () => {
  const {store, write} = open((speed) => speed === 50);
  const bad = store.refuses;
  store.refuses = (speed) => bad(speed) || store.asked > 8;
  await undecided(write(entries));
});

test("of a row alone nothing is known, until one that was written later is taken beside it", async () => {
  const {write} = open((speed) => speed === 7);
  const {refused} = await undecided(write([entryOf(7)]));
  expect(await write([entryOf(7), entryOf(8)], refused)).toEqual([letter(7)]);
});

test("or one of another partition is, if it was written later", async () => {
  const {write} = open((speed) => speed === 7);
  await write([entryOf(1)]);
  let {refused} = await undecided(write([entryOf(7)]));
  ({refused} = await undecided(write([entryOf(7)], refused)));
  await write([entryOf(2)]);
  expect(await write([entryOf(7)], refused)).toEqual([letter(7)]);
});

test("a refusal that does not repeat itself is the row's no more than its neighbours'", async () => {
  const {store, write} = open(() => false);
  store.refuses = (speed) => speed === 7 && store.asked < 12;
  expect(await write(entries)).toEqual([]);
  expect(store.held).toHaveLength(100);
});

test("rows of one key are written in their order", async () => {
  const {store, write} = open((speed) => speed === 2);
  const same = [entryOf(5, 1), entryOf(6, 1), entryOf(2, 2), entryOf(3, 3)];
  await write(same);
  expect(store.held.indexOf(5)).toBeLessThan(store.held.indexOf(6));
});

test("a row whose place another event has is a dead letter beside those that are refused", async () => {
  const {store, writer} = open((speed) => speed === 50);
  const {dead, taken} = await writer([...entries, entryOf(TWIN)]);
  expect(dead).toEqual([letter(50), {message: {offset: `${TWIN}`}, reason: TAKEN}]);
  expect([taken, store.held.includes(50)]).toEqual([1, false]);
});
