import {expect, test} from "vitest";
import {eventId, isEvent} from "./event-id.ts";

const TIME = "2026-01-01T00:00:00.000Z";
const id = eventId(`v1@${TIME}`);

test.each(["v1", "v1@soon", `@${TIME}`])("%s is refused with what is expected", (text) => {
  expect(() => eventId(text)).toThrow("write vehicle_id@timestamp");
});

test.each<[string, boolean, string | null]>([
  ["the event", true, `{"vehicle_id":"v1","timestamp":"${TIME}","speed":1}`],
  ["the same time written otherwise", true, `{"timestamp":"2026-01-01T00:00:00Z","vehicle_id":"v1"}`],
  [
    "one of several",
    true,
    `[{"vehicle_id":"v2"},{"vehicle_id":"v1","timestamp":"${TIME}","latitude":1,"longitude":2}]`,
  ],
  ["one that was cut off", true, `{"vehicle_id":"v1","timestamp":"${TIME}","spe`],
  ["a longer name", false, `{"vehicle_id":"v11","timestamp":"${TIME}"}`],
  ["the vehicle in another field", false, `{"vehicle_id":"v2","note":{"vehicle_id":"v1"},"timestamp":"${TIME}"}`],
  ["another time", false, `{"vehicle_id":"v1","timestamp":"2026-01-01T00:00:01.000Z"}`],
  ["null", false, "null /* v1 */"],
  ["nothing", false, null],
])("%s: %s", async (_, is, value) => {
  expect(await isEvent(id, {key: null, value: value === null ? null : Buffer.from(value)}, "telemetry")).toBe(is);
});
