import {expect, test} from "vitest";
import {isZone, zoneOf} from "./zone.ts";

/** The UTC time of one that clocks in the zone show. */
const utc = (zone: string, shown: string) => {
  const ms = Date.parse(`${shown}Z`);
  return new Date(ms - zoneOf(zone)(ms)).toISOString().slice(0, 16);
};

test.each([
  ["Europe/Berlin", "2026-07-01T12:00", "2026-07-01T10:00"],
  ["Europe/Berlin", "2026-11-24T17:04", "2026-11-24T16:04"],
  ["America/New_York", "2026-11-24T12:00", "2026-11-24T17:00"],
  ["Asia/Kolkata", "2026-01-01T05:30", "2026-01-01T00:00"],
  ["Pacific/Apia", "2012-01-01T00:00", "2011-12-31T10:00"],
  ["UTC", "2026-07-01T12:00", "2026-07-01T12:00"],
  ["-03:30", "2026-07-01T12:00", "2026-07-01T15:30"],
])("%s: %s", (zone, shown, is) => {
  expect(utc(zone, shown)).toBe(is);
});

test.each([
  // Clocks in Berlin went from 03:00 back to 02:00.
  ["the last minute before the hour that comes twice", "Europe/Berlin", "2026-10-25T01:59", "2026-10-24T23:59"],
  ["an hour that comes twice is the first", "Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30"],
  ["the first minute behind it", "Europe/Berlin", "2026-10-25T03:00", "2026-10-25T02:00"],
  // And from 02:00 to 03:00.
  ["the last minute before the gap", "Europe/Berlin", "2026-03-29T01:59", "2026-03-29T00:59"],
  ["a time in the gap is later by the leap, 03:30", "Europe/Berlin", "2026-03-29T02:30", "2026-03-29T01:30"],
  ["the first minute behind the gap", "Europe/Berlin", "2026-03-29T03:00", "2026-03-29T01:00"],
  ["half an hour that comes twice", "Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45"],
  ["before it", "Australia/Lord_Howe", "2026-04-05T01:15", "2026-04-04T14:15"],
  ["behind it", "Australia/Lord_Howe", "2026-04-05T02:00", "2026-04-04T15:30"],
])("%s", (_, zone, shown, is) => {
  expect(utc(zone, shown)).toBe(is);
});

test("a zone gives every hour of two years the time that clocks there show", () => {
  for (const name of ["Europe/London", "America/Sao_Paulo", "Africa/Casablanca", "Asia/Tehran", "Australia/Adelaide"]) {
    const zone = zoneOf(name);
    const clock = new Intl.DateTimeFormat("sv-SE", {timeZone: name, dateStyle: "short", timeStyle: "medium"});
    for (let ms = Date.UTC(2025, 0); ms < Date.UTC(2027, 0); ms += 3_600_000) {
      const shown = Date.parse(`${clock.format(ms).replace(" ", "T")}Z`);
      const back = shown - zone(shown);
      // An hour that comes twice is read as its first.
      expect([ms, ms - 3_600_000], `${name} ${new Date(ms).toISOString()}`).toContain(back);
    }
  }
});

test("names and offsets are zones, and nothing else is", () => {
  for (const name of ["Europe/Berlin", "America/Argentina/Buenos_Aires", "UTC", "CET", "+05:45", "-03:30"])
    expect([name, isZone(name)]).toEqual([name, true]);
  for (const name of ["Europe/Berlinn", "Mars/Olympus", "", "+5"]) expect([name, isZone(name)]).toEqual([name, false]);
});
