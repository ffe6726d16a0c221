import {setTimeout as sleep} from "node:timers/promises";
import {vehicleId} from "../../workloads/simulator/vehicle.ts";
import {cpuSeconds, type Program, peakMiB, start} from "./process.ts";
import type {Store} from "./stores.ts";
import {type Filling, sample} from "./topic.ts";

/** What reads Kafka and writes the store: one program, or several. */
export interface Contender {
  name: string;
  /** Its programs, which read the whole topic as members of the given group. */
  programs(topic: string, group: string): Program[];
}

export interface Figures {
  /** Events of the topic, from the first to the last row that can be read back: start-up is not in it. */
  eventsPerSecond: number;
  /** Of the second half of the topic: a JVM has compiled what is hot by then. */
  secondHalf: number;
  /** From the start of the program to the last row. */
  wholeSeconds: number;
  /** Of the contender and of the store, start-up included. */
  cpuPerMillion: number;
  storeCpuPerMillion: number;
  peakMiB: number;
}

const LIMIT_MS = 240_000;
const LOOK_MS = 50;

/** One run over the whole topic into an empty store. Throws unless every event of the topic is there in the end, once. */
export async function measure(contender: Contender, store: Store, filling: Filling, group: string): Promise<Figures> {
  await store.empty();
  const {events, rows} = filling;
  const storeCpu = cpuSeconds(store.server.pid);
  const began = performance.now();
  const running = contender.programs(filling.topic, group).map(start);
  try {
    const until = async (what: () => string, check: () => Promise<boolean>) => {
      while (!(await check())) {
        for (const program of running) program.check();
        if (performance.now() - began > LIMIT_MS)
          throw new Error(`${contender.name}: ${what()}: no more within ${LIMIT_MS} ms`);
        await sleep(LOOK_MS);
      }
      return performance.now();
    };
    const arrived = (second: number) => async () => {
      const {ids, from, to} = sample(filling, second);
      return (await store.rows(ids, from, to)).length === ids.length;
    };
    const first = await until(
      () => "no row",
      () => store.any(),
    );
    const half = await until(() => "not half of the rows", arrived(filling.seconds / 2 - 1));
    await until(() => "not the last rows", arrived(filling.seconds - 1));
    const ids = Array.from({length: filling.vehicles}, (_, index) => vehicleId(index));
    // Counted at the end only, because it costs what it measures.
    let last = performance.now();
    let count = 0;
    await until(
      () => `${count} of ${rows} rows`,
      async () => {
        last = performance.now();
        count = await store.count(ids, sample(filling, 0).from);
        if (count > rows) throw new Error(`${contender.name}: ${count} rows, and ${rows} events`);
        return count === rows;
      },
    );
    const cpu = running.reduce((sum, {pid}) => sum + cpuSeconds(pid), 0);
    const perSecond = (count: number, ms: number) => (count / ms) * 1_000;
    return {
      eventsPerSecond: perSecond(events, last - first),
      secondHalf: perSecond(events / 2, last - half),
      wholeSeconds: (last - began) / 1_000,
      cpuPerMillion: (cpu / events) * 1e6,
      storeCpuPerMillion: ((cpuSeconds(store.server.pid) - storeCpu) / events) * 1e6,
      peakMiB: running.reduce((sum, {pid}) => sum + peakMiB(pid), 0),
    };
  } finally {
    await Promise.all(running.map((program) => program.stop()));
  }
}
