import {expect, test} from "vitest";
import {type Entry, writeApart} from "./write.ts";

const entries = Array.from({length: 100}, (_, index) => ({
  row: {speed: index},
  message: {offset: `${index}`},
})) as unknown as Entry[];

/** A store with a check on speed. */
function checked(bad: number[]) {
  const held: number[] = [];
  return {
    held,
    name: "timescaledb" as const,
    refusesRow: (error: unknown) => (error as Error).message === "check",
    async write(rows: {speed: number}[]) {
      if (rows.some(({speed}) => bad.includes(speed))) throw new Error("check");
      held.push(...rows.map(({speed}) => speed));
    },
  };
}

test.each([[[]], [[0]], [[99]], [[3, 4, 77]]])(
  "bad rows %j are told apart and all others are written once",
  async (bad) => {
    const store = checked(bad);
    const dead = await writeApart(store, entries);
    expect(dead).toEqual(bad.map((index) => ({message: {offset: `${index}`}, reason: "timescaledb: check"})));
    expect([...store.held, ...bad].sort((a, b) => a - b)).toEqual(entries.map((_, index) => index));
  },
);

test("what is not a row's fault is thrown: the store is tried again", async () => {
  const store = {...checked([]), write: () => Promise.reject(new Error("connection lost"))};
  await expect(writeApart(store, entries)).rejects.toThrow("connection lost");
});
