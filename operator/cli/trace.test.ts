import {expect, test} from "vitest";
import {describeTrace, type StoreTrace} from "./trace.ts";

const ID = "v1@2026-01-01T00:00:00.000Z";
const row = {vehicle_id: "v1"};
const topic = [{topic: "telemetry", partition: 3, name: "3", offset: 12, appended: "2026-01-01T00:00:00.087Z"}];
const timescaledb: StoreTrace = {store: "timescaledb", committed: {3: 13}, row, written: null, topic, deadLetters: []};
const cassandra: StoreTrace = {
  store: "cassandra",
  committed: {3: 13},
  row,
  written: "2026-01-01T00:00:00.204Z",
};
const lines = (traces: StoreTrace[]) =>
  describeTrace(ID, traces)
    .text.split("\n")
    .map((line) => line.split(/ {2,}/));

test("an event that is in both stores: where and how long after it was sent", () => {
  expect(describeTrace(ID, [timescaledb, cassandra]).ok).toBe(true);
  expect(lines([timescaledb, cassandra])).toEqual([
    ["STAGE", "WHERE", "WHEN", "AFTER"],
    ["topic", "partition 3, offset 12", "2026-01-01T00:00:00.087Z", "+0.087 s"],
    ["timescaledb", "a row", "time not recorded"],
    ["cassandra", "a row", "2026-01-01T00:00:00.204Z", "+0.204 s"],
  ]);
});

test("an event that the ingester has not come to yet", () => {
  const waits = {...cassandra, row: null, written: null, committed: {3: 2}};
  const found = describeTrace(ID, [timescaledb, waits]);
  expect(found.ok).toBe(false);
  expect(found.text).toContain("no row yet: 10 events before it");
});

test("an event that a store refused is accounted for, with the reason", () => {
  const deadLetters = [{store: "timescaledb", reason: "timescaledb: check", time: "2026-01-01T00:00:01.000Z"}];
  const refused = {...timescaledb, row: null, deadLetters};
  expect(describeTrace(ID, [refused, cassandra]).ok).toBe(true);
  expect(lines([refused, cassandra]).slice(2)).toEqual([
    ["timescaledb", "a dead letter"],
    ["cassandra", "a row", "2026-01-01T00:00:00.204Z", "+0.204 s"],
    ["dead letter", "timescaledb: timescaledb: check", "2026-01-01T00:00:01.000Z", "+1.000 s"],
  ]);
});

test("an event that nobody knows", () => {
  const found = describeTrace(ID, [{...timescaledb, row: null, topic: []}]);
  expect(found.ok).toBe(false);
  expect(found.text).toMatch(/topic +not found\ntimescaledb +no row/);
});

test("for programs all of it is data", () => {
  expect(describeTrace(ID, [timescaledb, cassandra]).data).toMatchObject({
    id: ID,
    topic,
    stores: [
      {store: "timescaledb", row},
      {store: "cassandra", written: cassandra.written},
    ],
  });
});
