import {expect, test} from "vitest";
import {heldBackOf, lagOf, noteOf} from "../lib/offsets.ts";
import {largestOf} from "./clock.ts";
import {figuresOf} from "./figures.ts";
import type {Standing} from "./lag.ts";

const NOW = Date.UTC(2026, 0, 2);
const none: ReadonlyMap<string, number> = new Map();
const at = (partition: number, more: Partial<Standing> = {}): Standing => ({
  topic: "t",
  partition,
  name: String(partition),
  low: 0,
  committed: 100,
  note: {},
  stable: 100,
  high: 100,
  held: false,
  ...more,
});

test.each<[string, Partial<Standing>, number, number]>([
  ["all is read", {}, 0, 0],
  ["events wait", {stable: 140, high: 140}, 40, 0],
  ["an open transaction hides none of them", {stable: 120, high: 140}, 40, 20],
  ["the end was read before what was committed since", {committed: 121, high: 100}, 0, 0],
  ["the end of what can be read was read last", {stable: 130, high: 120}, 30, 0],
  ["nothing is committed: what is still there waits", {low: 60, committed: undefined}, 40, 0],
  ["what has expired waits no longer", {low: 130, stable: 140, high: 140}, 10, 0],
])("%s", (_, position, lag, heldBack) => {
  expect([lagOf(at(0, position)), heldBackOf(at(0, position))]).toEqual([lag, heldBack]);
});

test("partitions with events that can be read are counted, for no more ingesters would have work", () => {
  const standing = [at(0), at(1, {stable: 120, high: 140}), at(2, {high: 140})];
  expect(figuresOf(standing, none, NOW)).toMatchObject({lag: 80, heldBack: 60, behind: 1});
});

test("a transaction that is open for long is named by its place", () => {
  expect(figuresOf([at(0), at(3, {stable: 120, high: 140, held: true})], none, NOW).held).toBe(
    "held back by an open transaction: partition 3 at offset 120",
  );
});

test("the newest arrival counts; one that a sender dates in the future came now", () => {
  const arrived = (ms: number) => at(0, {note: {arrived: ms}});
  expect(figuresOf([arrived(NOW - 5_000), arrived(NOW - 1_000), at(1)], none, NOW).arrived).toBe(NOW - 1_000);
  expect(figuresOf([arrived(NOW + 82_800_000)], none, NOW).arrived).toBe(NOW);
  expect(figuresOf([at(0)], none, NOW).arrived).toBeUndefined();
});

test("what expired is counted before anybody passes over it, what is in hand is no loss, and the words end after a day", () => {
  const expiring = at(0, {low: 160, high: 200, stable: 200, note: {expired: 390, expiredAt: NOW - 1_000}});
  expect(figuresOf([expiring], none, NOW)).toMatchObject({
    expired: 450,
    lost: "450 events expired in Kafka before they were read: 450 of partition 0",
  });
  expect(figuresOf([expiring], new Map([["0", 170]]), NOW).expired).toBe(390);
  const [now, later] = [NOW, NOW + 86_400_000];
  const passed = [at(0, {note: {expired: 390, expiredAt: NOW - 1_000}}), at(1)];
  expect([now, later].map((time) => figuresOf(passed, none, time).lost)).toEqual([
    "390 events expired in Kafka before they were read: 390 of partition 0",
    undefined,
  ]);
  expect(figuresOf(passed, none, later).expired).toBe(390);
});

test.each([
  ['{"arrived":5,"expired":2,"expiredAt":4}', {arrived: 5, expired: 2, expiredAt: 4}],
  ["", {}],
  [null, {}],
  ["of another program", {}],
  ['{"expired":"many","more":1}', {}],
])("the note of a commit whose metadata is %j", (metadata, note) => {
  expect(noteOf(metadata)).toEqual(note);
});

test("the largest of the last minutes ends with them", () => {
  const largest = largestOf(5);
  largest.see(40, NOW);
  largest.see(7, NOW + 60_000);
  expect([0, 60_000, 299_000, 300_000, 400_000].map((after) => largest.of(NOW + after))).toEqual([40, 40, 40, 7, 0]);
});
