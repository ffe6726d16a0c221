import {expect, test} from "vitest";
import type {StoreName} from "../../api/stores.ts";
import type {Row} from "../telemetry.ts";
import {type Figures, findingsOf, hourBefore, tally} from "./hour.ts";

const START = Date.parse("2026-11-30T12:00:00Z");
const LIMITS = {doubtfulPercent: 5};

const row = (vehicle_id: string, second: number, more: Partial<Row> = {}): Row => ({
  vehicle_id,
  ts: new Date(START + second * 1_000),
  latitude: 48,
  longitude: 11,
  speed: 50,
  temperature: null,
  humidity: null,
  extra: null,
  ...more,
});

async function* of(rows: Row[]): AsyncIterable<Row> {
  yield* rows;
}

const figures = (store: StoreName, rows: Row[]): Promise<Figures> => tally(store, of(rows));
const steady = (skipped: (minute: number) => boolean = () => false) =>
  Array.from({length: 3_600}, (_, second) => row("v1", second)).filter(({ts}) => !skipped(ts.getUTCMinutes()));

test.each([
  ["2026-11-30T13:41:00Z", "2026-11-30T12:00:00.000Z"],
  ["2026-11-30T13:30:00Z", "2026-11-30T12:00:00.000Z"],
  // Half an hour has not passed since the end of the hour.
  ["2026-11-30T13:29:59Z", "2026-11-30T11:00:00.000Z"],
  ["2026-12-01T00:41:00Z", "2026-11-30T23:00:00.000Z"],
])("a run that ends at %s checks the hour from %s on", (end, since) => {
  expect(hourBefore(new Date(end)).since.toISOString()).toBe(since);
});

test("stores with the same events in any order have no finding", async () => {
  const rows = steady();
  const both = [await figures("timescaledb", rows), await figures("lake", rows.toReversed())];
  expect(both[1]).toMatchObject({events: 3_600, minutes: 60, doubtful: 0});
  expect(findingsOf(both, LIMITS)).toEqual([]);
});

test("a lost, a doubled and an altered event are found, with the vehicle", async () => {
  const rows = ["v1", "v2", "v3"].flatMap((id) => [1, 2, 3].map((second) => row(id, second)));
  const others = [
    ...rows.slice(0, 2),
    ...rows.slice(3, 6),
    row("v2", 3),
    ...rows.slice(6, 8),
    row("v3", 3, {speed: 51}),
  ];
  const [finding] = findingsOf([await figures("timescaledb", rows), await figures("lake", others)], LIMITS);
  expect(finding).toContain("timescaledb and lake do not have the same events of 3 vehicles");
  expect(finding).toContain("v1 (3 and 2), v2 (3 and 4), v3 (3, other readings)");
});

test("a store without a single event differs from one that has some", async () => {
  const [finding] = findingsOf([await figures("timescaledb", [row("v1", 1)]), await figures("cassandra", [])], LIMITS);
  expect(finding).toContain("v1 (1 and 0)");
  expect(findingsOf([await figures("timescaledb", [])], LIMITS)).toEqual([]);
});

test("minutes without any event are a gap of a fleet that sends all the time, and none of a small one", async () => {
  const gap = await figures(
    "timescaledb",
    steady((minute) => minute === 7 || minute === 8),
  );
  expect(findingsOf([gap], LIMITS)).toEqual([
    "timescaledb: no event of any vehicle in 2 minutes of the hour: the fleet, or what collects, was away",
  ]);
  expect(findingsOf([await figures("timescaledb", [row("v1", 1), row("v1", 600)])], LIMITS)).toEqual([]);
});

test("many doubtful positions are a finding, a few are none", async () => {
  const doubtful = (count: number) =>
    figures(
      "timescaledb",
      Array.from({length: 100}, (_, second) => row("v1", second, second < count ? {quality_flags: 1} : {})),
    );
  expect(findingsOf([await doubtful(5)], LIMITS)).toEqual([]);
  expect(findingsOf([await doubtful(6)], LIMITS)[0]).toContain("6 of 100 events have a doubtful position");
});
