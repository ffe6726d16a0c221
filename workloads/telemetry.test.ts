import {expect, test} from "vitest";
import {dayOf, type Row} from "./telemetry.ts";

test("the partition day is the day in UTC", () => {
  expect(dayOf({ts: new Date("2026-01-02T23:59:59.999Z")} as Row)).toBe("2026-01-02");
});
