import {expect, test} from "vitest";
import {momentOf, plainTime} from "./time.ts";
import {zoneOf} from "./zone.ts";

const AUTO = {format: "Auto", zone: undefined} as const;
const moment = (value: unknown) => momentOf(value, AUTO);
const MS = Date.parse("2026-11-24T16:04:26.752Z");

test.each([
  "2026-11-24T16:04:26.752Z",
  "2026-11-24t16:04:26.752z",
  "2026-11-24T16:04:26.752+00:00",
  "2026-11-24T16:04:26.752000Z",
  "2026-11-24T16:04:26.752000000Z",
  "2026-11-24T18:04:26.752+02:00",
  "2026-11-24T18:04:26.752+0200",
  "2026-11-24T21:34:26,752+05:30",
  "2026-11-24T12:34:26.752-03:30",
  "2026-11-24 16:04:26.752+00",
  "2026-11-24 16:04:26.752 +0000 UTC",
  "2026-11-24 16:04:26.752 +0000 UTC m=+0.000012345",
  "2026-11-24 16:04:26.752 UTC",
  "20261124T160426.752Z",
  "2026-11-24T17:04:26.752+01:00[Europe/Berlin]",
  MS,
  String(MS),
  MS / 1_000,
  String(MS / 1_000),
  MS * 1_000,
  `${MS}000000`,
  ` ${MS} `,
  `/Date(${MS})/`,
  `/Date(${MS}+0100)/`,
  "2026/11/24 16:04:26.752Z",
])("%s is this time", (value) => {
  expect(moment(value)).toEqual({ms: MS, finer: false});
});

test.each([
  "2026-11-24T16:04:26.752123Z",
  "2026-11-24T16:04:26.752999999Z",
  "2026-11-24T18:04:26.7521234+02:00",
  1764000266.752123 - MS / 1e6 + MS / 1e6,
  MS * 1_000 + 999,
  `${MS}999999`,
  MS + 0.5,
])("%s is cut to the millisecond before it", (value) => {
  const cut = moment(value) as {ms: number; finer: boolean};
  expect([cut.ms % 1_000, cut.finer]).toEqual([752, true]);
});

test.each([
  ["2026-11-24T16:04Z", "2026-11-24T16:04:00Z"],
  ["2026-11-24T16:04:26Z", "2026-11-24T16:04:26Z"],
  ["2026-11-24T16:04:26.7Z", "2026-11-24T16:04:26.700Z"],
  ["Tue, 24 Nov 2026 16:04:26 GMT", "2026-11-24T16:04:26Z"],
  ["Tue, 24 Nov 2026 17:04:26 +0100", "2026-11-24T16:04:26Z"],
  ["Tue Nov 24 2026 18:04:26 GMT+0200 (Central European Summer Time)", "2026-11-24T16:04:26Z"],
  ["Tue Nov 24 16:04:26 UTC 2026", "2026-11-24T16:04:26Z"],
  ["2024-02-29T23:59:59.999Z", "2024-02-29T23:59:59.999Z"],
  ["2026-01-01T00:30:00+01:00", "2025-12-31T23:30:00Z"],
  ["1.7640002e9", "2025-11-24T16:03:20Z"],
])("%s is %s", (value, time) => {
  expect(moment(value)).toEqual({ms: Date.parse(time), finer: false});
});

test.each<[unknown, RegExp]>([
  [undefined, /^is missing$/],
  [null, /^is null$/],
  [{seconds: 1}, /^a text or a number is expected$/],
  ["", /^an ISO 8601 time/],
  ["yesterday", /^an ISO 8601 time/],
  ["24.11.2026 16:04:26", /^an ISO 8601 time.*: whether day or month comes first is not certain$/],
  ["11/12/2026 16:04", /^an ISO 8601 time.*: whether day or month comes first is not certain$/],
  ["20261124160426", /^has no time zone/],
  ["20261324160426", /^has no time zone/],
  ["/Date(12)/", /is before the year 2000/],
  ["2026-11-24", /^an ISO 8601 time/],
  ["Tue Nov 24 16:04:26 CET 2026", /^an ISO 8601 time/],
  [
    "2026-11-24T16:04:26.752",
    /^has no time zone: end it with Z or an offset, or set spec\.event\.mapping\.time\.zone$/,
  ],
  ["2026-11-24 16:04:26 CET", /^has no time zone/],
  ["2026-13-02T03:04:05Z", /^is no time that exists$/],
  ["2026-02-30T03:04:05Z", /^is no time that exists$/],
  ["2026-02-03T24:00:00Z", /^is no time that exists$/],
  ["2026-02-03T23:59:60Z", /^is no time that exists$/],
  ["2026-11-24T16:04:26+25:00", /^is no time that exists$/],
  ["1999-12-31T23:59:59.999Z", /^is before the year 2000$/],
  ["2999-01-02T03:04:05Z", /^is more than 24 h ahead$/],
  [Date.UTC(2099, 0), /^is more than 24 h ahead$/],
  [0, /^0 is no time since 2000/],
  [-5, /is no time since 2000/],
  [1e300, /is no time since 2000/],
  [Number.NaN, /is no time since 2000/],
  ["1".repeat(29), /is no time since 2000/],
])("%s is refused: %s", (value, reason) => {
  expect(moment(value)).toEqual({reason: expect.stringMatching(reason)});
});

test.each(["20261124160426", 20261124160426, "2026/11/24 16:04:26"])("%s is a time of the mapping's zone", (value) => {
  const time = Date.parse("2026-11-24T16:04:26Z");
  expect(momentOf(value, {format: "Auto", zone: zoneOf("UTC")})).toEqual({ms: time, finer: false});
});

test("a zone that the mapping names is that of times without one, and of these only", () => {
  const local = (text: string) => momentOf(text, {format: "Auto", zone: zoneOf("+02:00")});
  expect(local("2026-11-24 18:04:26.752")).toEqual({ms: MS, finer: false});
  expect(local("2026-11-24T16:04:26.752Z")).toEqual({ms: MS, finer: false});
});

test("a unit that the mapping names is not guessed", () => {
  const millis = (value: unknown) => momentOf(value, {format: "Milliseconds", zone: undefined});
  expect(millis(MS)).toEqual({ms: MS, finer: false});
  expect(millis(1_764_000_266)).toEqual({reason: "is before the year 2000"});
});

test("a thousand times of these years are read back from every way to write them", () => {
  const span = Date.now() - Date.UTC(2000, 0, 1);
  for (let index = 0; index < 1_000; index++) {
    const ms = Date.UTC(2000, 0, 1) + Math.floor((span * ((index * 7_919) % 1_000)) / 1_000) + index;
    const iso = new Date(ms).toISOString();
    const ahead = (index % 29) - 14;
    const offset = `${ahead < 0 ? "-" : "+"}${String(Math.abs(ahead)).padStart(2, "0")}:30`;
    const shifted = new Date(ms + (ahead * 60 + (ahead < 0 ? -30 : 30)) * 60_000).toISOString().replace("Z", offset);
    const ways = [iso, iso.replace("T", " "), shifted, ms, String(ms), ms / 1_000, `${ms}000`, `${ms}000000`];
    expect([ms, ...ways.map(moment)]).toEqual([ms, ...ways.map(() => ({ms, finer: false}))]);
    expect([plainTime(iso), plainTime(shifted)]).toEqual([ms, Number.NaN]);
  }
});
