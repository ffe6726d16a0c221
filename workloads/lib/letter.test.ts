import {expect, test} from "vitest";
import {eventOf, type Headers, headerBytes, letterOf, shortened} from "./letter.ts";

const NOW = Date.UTC(2026, 10, 4);
const origin = {
  reason: "speed: too fast",
  store: "cassandra",
  "source-topic": "t",
  "source-partition": "3",
  "source-offset": "17",
};
const event = (headers: Headers, timestamp = NOW - 1_000) => ({
  key: Buffer.from("k"),
  value: Buffer.from("v"),
  timestamp: String(timestamp),
  headers,
});

test.each<Headers>([
  {},
  {traceparent: Buffer.from("00-ab-cd-01"), bytes: Buffer.from([0, 255])},
  {twice: [Buffer.from("a"), Buffer.from("b")]},
  {
    reason: Buffer.from("mine"),
    store: Buffer.from("mine"),
    "own:reason": Buffer.from("mine"),
    "own:": Buffer.from("x"),
  },
  {["__proto__"]: Buffer.from("p"), "": Buffer.from("no name")},
])("an event with the headers %j comes back as it was", (headers) => {
  const letter = letterOf(event(headers), origin, NOW);
  expect(letter.headers).toMatchObject(origin);
  expect(letter.timestamp).toBe(String(NOW - 1_000));
  expect(eventOf(letter)).toEqual(event(headers));
});

test("a header without a value, which the client cannot write, comes back empty", () => {
  const none = {a: null, b: [null, Buffer.from("c")]} as unknown as Headers;
  expect(eventOf(letterOf(event(none), origin, NOW)).headers).toEqual({a: "", b: ["", Buffer.from("c")]});
});

test.each([
  ["a week ago", NOW - 7 * 86_400_000],
  ["in an hour", NOW + 3_600_000],
  ["1970", 0],
])("a time of %s is no time for the dead-letter topic's retention, and comes back all the same", (_, time) => {
  const letter = letterOf(event({}, time), origin, NOW);
  expect(letter.timestamp).toBeUndefined();
  expect(eventOf(letter).timestamp).toBe(String(time));
});

test("a message without a time, and a letter of before this version, have none to give back", () => {
  expect(eventOf(letterOf(event({}, -1), origin, NOW))).not.toHaveProperty("timestamp");
  expect(eventOf({key: null, value: null, headers: {...origin}})).toEqual({key: null, value: null, headers: {}});
});

test("a letter is shortened where it is long: value, own headers, or neither", () => {
  const letter = letterOf(event({trace: "t"}), origin, NOW);
  expect(shortened(letter)).toBe(letter);
  const long = shortened({...letter, value: Buffer.alloc(60_000)});
  expect(long.value).toHaveLength(16_384);
  expect(long.headers).toMatchObject({trace: "t", "original-bytes": "60000", ...origin});
  const {headers} = shortened(letterOf(event({trace: "t".repeat(5_000)}), origin, NOW));
  expect(headers).toEqual({...origin, "source-timestamp": String(NOW - 1_000), "original-header-bytes": "5005"});
});

test("headers have their size", () => {
  expect(headerBytes({ab: "cde", f: [Buffer.from("g"), "h"]})).toBe(9);
});
