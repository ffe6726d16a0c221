import {pino} from "pino";
import {expect, test} from "vitest";
import {contentOf} from "../../api/event/identity.ts";
import {createReader} from "../../api/event/read.ts";
import {createEarlier} from "./earlier.ts";
import type {Trouble} from "./store.ts";
import type {Entry} from "./write.ts";

const FIRST = {mapping: {}, fields: []};
const KNOTS = {
  mapping: {vehicle: {path: "@topic"}, fields: [{name: "speed" as const, unit: "Knots" as const}]},
  fields: [{name: "odometer", type: "bigint" as const, path: "km"}],
};
const message = (more: object) => ({
  key: null,
  offset: "0",
  timestamp: "0",
  value: Buffer.from(
    JSON.stringify({vehicle_id: "t", timestamp: "2026-01-01T00:00:00Z", latitude: 48, longitude: 11, ...more}),
  ),
});
const entryOf = ({mapping, fields}: typeof FIRST | typeof KNOTS, more: object): Entry => ({
  message: message(more),
  row: createReader(mapping, fields)(message(more), "t").rows[0]!,
});

/** A store in memory, whose table answers as `trouble` says. */
function open(spec: typeof FIRST | typeof KNOTS, texts: string[], trouble?: Trouble) {
  const lists: number[] = [];
  const specs = {
    async note(text: string) {
      if (trouble) throw new Error(trouble);
      texts.unshift(...(texts.includes(text) ? [] : [text]));
    },
    async list() {
      lists.push(texts.length);
      if (trouble) throw new Error(trouble);
      return [...texts];
    },
  };
  const store = {specs, troubleOf: () => trouble!};
  return {lists, earlier: createEarlier({spec, store, log: pino({level: "silent"})})};
}

const sent = {speed: 10, km: 7};
const there = contentOf([], entryOf(FIRST, sent).row);

test("a row that an earlier spec made of an event is the same event; a row of another event is not", async () => {
  const texts: string[] = [];
  await open(FIRST, texts).earlier.note();
  const {earlier} = open(KNOTS, texts);
  await earlier.note();
  expect(texts).toHaveLength(2);
  expect(await earlier.made(entryOf(KNOTS, sent), "t", there)).toBe(true);
  expect(await earlier.made(entryOf(KNOTS, {...sent, km: 8}), "t", there)).toBe(false);
  // Whatever a later spec makes of it, when an earlier one is set again.
  const later = contentOf(KNOTS.fields, entryOf(KNOTS, sent).row);
  expect(await open(FIRST, texts).earlier.made(entryOf(FIRST, sent), "t", later)).toBe(true);
  expect(await open(FIRST, texts).earlier.made(entryOf(FIRST, sent), "another-topic", later)).toBe(false);
});

test("specs are asked for once, and anew when others may have written", async () => {
  const texts: string[] = [];
  const {earlier, lists} = open(KNOTS, texts);
  for (let at = 0; at < 3; at++) expect(await earlier.made(entryOf(KNOTS, sent), "t", there)).toBe(false);
  expect(lists).toHaveLength(1);
  await open(FIRST, texts).earlier.note();
  earlier.forget();
  expect(await earlier.made(entryOf(KNOTS, sent), "t", there)).toBe(true);
});

test.each(["schema", "credentials"] as const)(
  "a table that is not ours to use (%s) holds nothing up",
  async (trouble) => {
    const {earlier} = open(KNOTS, [], trouble);
    await earlier.note();
    expect(await earlier.made(entryOf(KNOTS, sent), "t", there)).toBe(false);
  },
);

test("a store that is away is asked again", async () => {
  const {earlier, lists} = open(KNOTS, [], "unreachable");
  await expect(earlier.note()).rejects.toThrow("unreachable");
  for (let at = 0; at < 2; at++) await expect(earlier.made(entryOf(KNOTS, sent), "t", there)).rejects.toThrow();
  expect(lists).toHaveLength(2);
});
