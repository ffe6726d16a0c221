import {setTimeout as sleep} from "node:timers/promises";
import {random} from "../../workloads/simulator/random.ts";
import {LINK_FAULTS} from "./proxy.ts";
import type {Trial} from "./trial.ts";

/** One thing that goes wrong in a random run, and what it is called in the report. */
interface Happening {
  name: string;
  go(trial: Trial): Promise<void>;
}

/** What happens in the run of a seed: the same every time, save for when exactly the machine gets to it. */
export function happeningsOf(seed: number): Happening[] {
  const chance = random(seed * 7_919 + 5);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(chance() * items.length)]!;
  const between = (from: number, to: number) => Math.round(from + chance() * (to - from));
  const makers: (() => Happening)[] = [
    () => consumer("SIGTERM", between(0, 500)),
    () => consumer("SIGKILL", between(0, 500)),
    () => pause(between(300, 6_000)),
    () => ({
      name: "another member joins",
      go: async (trial) => {
        await trial.start();
      },
    }),
    () => bounces(pick(["SIGTERM", "SIGKILL"] as const), between(2, 4)),
    ...(["kafka", "store"] as const).map((side) => () => link(side, pick(LINK_FAULTS), between(300, 3_000))),
    ...(["kafka", "store"] as const).map((side) => () => link(side, pick(LINK_FAULTS), between(300, 3_000))),
  ];
  return Array.from({length: between(1, 3)}, () => pick(makers)());
}

const last = (trial: Trial) => trial.ingesters.at(-1)!;

/** Ends the newest member and starts another one after `ms`. */
const consumer = (signal: "SIGTERM" | "SIGKILL", ms: number): Happening => ({
  name: `${signal}, another after ${ms} ms`,
  async go(trial) {
    const {ended, signal: send} = last(trial);
    send(signal);
    await ended;
    await sleep(ms);
    await trial.start();
  },
});

/** A member that hangs, perhaps for longer than its session, and then goes on writing what it held. */
const pause = (ms: number): Happening => ({
  name: `SIGSTOP for ${ms} ms`,
  async go(trial) {
    const {signal} = last(trial);
    signal("SIGSTOP");
    await sleep(ms);
    signal("SIGCONT");
  },
});

const bounces = (signal: "SIGTERM" | "SIGKILL", times: number): Happening => ({
  name: `${times} × ${signal} in a row`,
  async go(trial) {
    for (let time = 0; time < times; time++) await consumer(signal, 200).go(trial);
  },
});

const link = (side: "kafka" | "store", fault: (typeof LINK_FAULTS)[number], ms: number): Happening => ({
  name: `${side} link: ${JSON.stringify(fault)} for ${ms} ms`,
  async go(trial) {
    await trial[side].set(fault);
    await sleep(ms);
    await trial[side].set();
  },
});
