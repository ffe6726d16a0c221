import {pino} from "pino";
import {register} from "prom-client";
import {expect, test} from "vitest";
import {createReader} from "../../api/event/read.ts";
import {eventText} from "../telemetry.ts";
import {createPump} from "./pump.ts";

/** How often the time until a row is readable was noted. */
async function noted(): Promise<number> {
  const [{values}] = (await register.getMetricsAsJSON()).filter(
    ({name}) => name === "telemetry_ingester_latency_seconds",
  ) as unknown as [{values: {metricName: string; value: number}[]}];
  return values.find(({metricName}) => metricName.endsWith("_count"))?.value ?? 0;
}

test("an event counts as readable, and its offset as read, when its row is committed, not when it waits", async () => {
  const waiting: (() => void)[] = [];
  const committed: string[] = [];
  const store = {
    name: "lake" as const,
    write: async () => ({repeated: [], taken: []}),
    isRefusal: () => false,
    troubleOf: () => "other" as const,
    deferral: {
      hold: () => ({isHeld: () => true, settle: (_: object, __: string, then: () => void) => void waiting.push(then)}),
      isIdle: false,
      flush: async () => {},
      problem: undefined,
      onDropped() {},
    },
  };
  const broker = {
    send: async () => {},
    isTooLarge: () => false,
    arrived() {},
    commit: (_: object, next: string) => void committed.push(next),
  };
  const [log, {signal}] = [pino({level: "silent"}), new AbortController()];
  const pump = createPump({read: createReader(), store, broker, dlqTopic: "t.dlq", log, signal});
  const now = new Date();
  const figures = {latitude: 48, longitude: 11, speed: 1, temperature: 20, humidity: 50};
  const value = Buffer.from(eventText({vehicle_id: "v1", ts: now, ...figures}));
  const message = {key: null, value, offset: "0", timestamp: String(now.getTime())};
  await pump.take({topic: "t", partition: 0, messages: [message], next: "1"}, async () => {});
  expect([await noted(), committed]).toEqual([0, []]);
  for (const then of waiting) then();
  expect([await noted(), committed]).toEqual([1, ["1"]]);
});
