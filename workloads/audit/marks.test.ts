import {expect, test} from "vitest";
import type {RawMessage} from "../lib/kafkajs-fetch.ts";
import {sortByMarks} from "./marks.ts";

let offset = 0;
const message = (producer: number | undefined, mark?: "abort" | "commit"): RawMessage => ({
  offset: String(offset++),
  key: null,
  isControlRecord: false,
  ...(mark && {mark}),
  ...(producer !== undefined && {
    batchContext: {firstOffset: "0", lastOffsetDelta: 0, producerId: `${producer}`, inTransaction: true},
  }),
});
const offsets = (messages: RawMessage[]) => messages.map((one) => Number(one.offset));

test("what is committed comes in the order of its offsets once all before it is decided, what is aborted never", () => {
  offset = 0;
  const sorter = sortByMarks();
  expect(offsets(sorter.take([message(undefined), message(1), message(2), message(undefined)]))).toEqual([0]);
  expect(sorter.undecided()).toBe(1);
  expect(offsets(sorter.take([message(2, "commit"), message(1)]))).toEqual([]);
  expect(offsets(sorter.take([message(1, "abort"), message(1)]))).toEqual([2, 3]);
  expect(sorter.undecided()).toBe(7);
  expect(offsets(sorter.take([message(1, "commit")]))).toEqual([7]);
  expect(sorter.undecided()).toBe(Number.POSITIVE_INFINITY);
});

test("the offsets that compaction left empty are nobody's", () => {
  offset = 0;
  expect(sortByMarks().take([{...message(undefined), isControlRecord: true}])).toEqual([]);
});
