import {setTimeout as sleep} from "node:timers/promises";
import {describe, expect} from "vitest";
import {STORES} from "../../api/stores.ts";
import {test} from "./lanes.ts";
import {expectExact, underLoad} from "./load.ts";
import type {Trial} from "./trial.ts";

/** Longer than the session of the tests' consumers. */
const LONGER_THAN_SESSION_MS = 6_000;

const replace = async (trial: Trial, signal: NodeJS.Signals) => {
  const before = trial.ingesters.at(-1)!;
  before.signal(signal);
  const code = await before.ended;
  expect(code).toBe(signal === "SIGTERM" ? 0 : null);
  await trial.start();
};
const consumerFaults: Record<string, (trial: Trial) => Promise<void>> = {
  SIGTERM: (trial) => replace(trial, "SIGTERM"),
  SIGKILL: (trial) => replace(trial, "SIGKILL"),
  "SIGSTOP for longer than the session": async (trial) => {
    await trial.start();
    const [first] = trial.ingesters;
    first!.signal("SIGSTOP");
    await sleep(LONGER_THAN_SESSION_MS);
    first!.signal("SIGCONT");
  },
  "five SIGTERM in a row": async (trial) => {
    for (let time = 0; time < 5; time++) await replace(trial, "SIGTERM");
  },
  "five SIGKILL in a row": async (trial) => {
    for (let time = 0; time < 5; time++) await replace(trial, "SIGKILL");
  },
};

describe.each(STORES)("%s: consumers", (store) => {
  test.for(Object.entries(consumerFaults))("%s costs nothing, idle or under load", async ([, fault], {open}) => {
    const trial = await open(store);
    await trial.start();
    await trial.send(20);
    await trial.caughtUp();
    await fault(trial);
    await trial.send(20);
    await expectExact(trial);
    await underLoad(trial, () => fault(trial));
    await expectExact(trial);
  });

  test("a group whose members come and go all the time loses and adds nothing", async ({open}) => {
    const trial = await open(store, {partitions: 6});
    await trial.start();
    await underLoad(trial, async () => {
      for (let round = 0; round < 4; round++) {
        await Promise.all([trial.start(), trial.start()]);
        await sleep(500);
        for (const oldest of trial.ingesters.slice(2 * round, 2 * round + 2))
          expect((await oldest.drain()).code).toBe(0);
      }
    });
    await expectExact(trial);
  });
});
