import {afterEach, expect, test, vi} from "vitest";
import {isOlder, retentionOf} from "./retention.ts";

afterEach(() => void vi.unstubAllEnvs());

test.each([
  ["2592000", "30d"],
  ["5400", "90m"],
  ["90", "90s"],
])("of %s seconds the reason says %s", (seconds, shown) => {
  vi.stubEnv("CASSANDRA_RETENTION_SECONDS", seconds);
  expect(retentionOf("cassandra")).toEqual({
    ms: Number(seconds) * 1_000,
    reason: `timestamp: is older than the retention of cassandra (${shown})`,
  });
});

test("a store whose retention nobody says keeps everything", () => {
  expect(retentionOf("timescaledb")).toBeUndefined();
  expect(isOlder(new Date(0), undefined)).toBe(false);
});

test("an event is older from the first millisecond past the retention", () => {
  const retention = {ms: 1_000, reason: ""};
  expect(isOlder(new Date(4_000), retention, 5_000)).toBe(false);
  expect(isOlder(new Date(3_999), retention, 5_000)).toBe(true);
});
