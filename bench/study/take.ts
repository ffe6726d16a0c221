import {setTimeout as sleep} from "node:timers/promises";
import {type Program, start} from "../peers/process.ts";
import {events} from "./events.ts";
import {cpuOf, watchMemory} from "./usage.ts";

/** What it took until every event could be read. */
export interface Taken {
  seconds: number;
  /** CPU seconds of what writes, and of the store's servers, for a million events. */
  writerCpu: number;
  serverCpu: number;
  /** Of both together. */
  peakMiB: number;
}

interface Taking {
  name: string;
  /** Process ids, as they are now. */
  servers: () => number[];
  programs: Program[];
  /** Whether the store has all; looked at this often. */
  done: () => Promise<boolean>;
  lookMs?: number;
}

const LIMIT_MS = 1_800_000;

export const perMillion = (seconds: number): number => (seconds / events.count) * 1e6;

/** Runs the programs that write until the store has all events. */
export async function takeIn({name, servers, programs, done, lookMs = 250}: Taking): Promise<Taken> {
  const before = cpuOf(servers());
  const began = performance.now();
  const running = programs.map(start);
  const writers = running.map(({pid}) => pid);
  const memory = watchMemory(() => [...servers(), ...writers]);
  try {
    while (!(await done())) {
      for (const program of running) program.check();
      if (performance.now() - began > LIMIT_MS)
        throw new Error(`${name} does not have all events within ${LIMIT_MS} ms`);
      await sleep(lookMs);
    }
    return {
      seconds: (performance.now() - began) / 1_000,
      writerCpu: perMillion(cpuOf(writers)),
      serverCpu: perMillion(cpuOf(servers()) - before),
      peakMiB: memory.stop(),
    };
  } finally {
    memory.stop();
    await Promise.all(running.map((program) => program.stop()));
  }
}

/** Time and CPU of some work that servers do afterwards. */
export async function tending(
  servers: () => number[],
  work: () => Promise<unknown>,
): Promise<{seconds: number; serverCpu: number}> {
  const before = cpuOf(servers());
  const began = performance.now();
  await work();
  return {seconds: (performance.now() - began) / 1_000, serverCpu: perMillion(cpuOf(servers()) - before)};
}
