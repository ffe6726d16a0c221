import {setTimeout as sleep} from "node:timers/promises";
import {vehicleId} from "../../workloads/simulator/vehicle.ts";
import type {Contender} from "./measure.ts";
import {start} from "./process.ts";
import {quantile} from "./report.ts";
import type {Store} from "./stores.ts";
import {makeTopics, simulate} from "./topic.ts";

/** 1,000 events a second, ten of each vehicle. */
export const FLEET = {vehicles: 100, rate: 10};
const SECONDS = 35;
/** Until the consumer has joined and is warm; not counted. */
const WARM_MS = 10_000;
const WATCHED = Array.from({length: 10}, (_, index) => vehicleId(index * 10));
const LOOK_MS = 10;

/** ms from an event's own time until its row can be read back; a look every 10 ms adds up to that much. */
export async function latency(contender: Contender, store: Store): Promise<{p50: number; p99: number; max: number}> {
  const topic = `live-${store.name}`;
  await store.empty();
  await makeTopics([topic]);
  const running = contender.programs(topic, topic).map(start);
  const began = Date.now();
  let sending = true;
  const sent = simulate(topic, {...FLEET, seed: 5, seconds: SECONDS}).finally(() => {
    sending = false;
  });
  const seen = new Map(WATCHED.map((id) => [id, began]));
  const delays: number[] = [];
  try {
    while (sending) {
      const from = new Date(Math.min(...seen.values()));
      const rows = await store.rows(WATCHED, from, new Date(Date.now() + 1_000));
      const now = Date.now();
      for (const {id, ts} of rows) {
        const time = ts.getTime();
        if (time <= seen.get(id)!) continue;
        seen.set(id, time);
        if (now - began > WARM_MS) delays.push(now - time);
      }
      for (const program of running) program.check();
      await sleep(LOOK_MS);
    }
    await sent;
  } finally {
    await Promise.all(running.map((program) => program.stop()));
  }
  if (delays.length < 1_000) throw new Error(`only ${delays.length} events were seen to arrive`);
  return {p50: quantile(delays, 0.5), p99: quantile(delays, 0.99), max: Math.max(...delays)};
}
