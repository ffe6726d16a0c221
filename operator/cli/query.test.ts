import {expect, test} from "vitest";
import {vehicleMessage} from "./query.ts";

const TIME = "2026-01-01T00:00:00.000Z";

test("a vehicle that no store has ever had an event of is unknown", () => {
  const answers = [
    {store: "timescaledb", newest: null},
    {store: "cassandra", newest: null},
  ] as const;
  expect(vehicleMessage("v1", answers)).toBe("vehicle v1 is unknown: no event of it in timescaledb or cassandra");
});

test("of a vehicle with events outside the range the newest is named", () => {
  const answers = [
    {store: "timescaledb", newest: TIME},
    {store: "cassandra", newest: null},
  ] as const;
  expect(vehicleMessage("v1", answers)).toBe(`the newest event of vehicle v1 is from ${TIME} (timescaledb)`);
});

test("a store that gave no answer is named, since the vehicle may be in it", () => {
  const answers = [
    {store: "timescaledb", newest: null},
    {store: "cassandra", problem: "no pod is ready"},
  ] as const;
  expect(vehicleMessage("v1", answers)).toBe(
    "vehicle v1 is unknown: no event of it in timescaledb\ncassandra gave no answer: no pod is ready",
  );
  expect(vehicleMessage("v1", answers.slice(1))).toBe("cassandra gave no answer: no pod is ready");
});
