import {setTimeout as sleep} from "node:timers/promises";
import {expect} from "vitest";
import type {Trial} from "./trial.ts";

/** Everything that Kafka acknowledged is in the store once, as it was sent. */
export async function expectExact(trial: Trial) {
  await trial.caughtUp();
  const verdict = await trial.verdict();
  expect(verdict).toMatchObject({lost: 0, extra: 0, altered: 0});
  expect(verdict.acknowledged).toBeGreaterThan(0);
}

/** Sends until `work` is done. */
export async function underLoad(trial: Trial, work: () => Promise<void>) {
  let done = false;
  const load = async () => {
    while (!done) {
      await trial.send(5);
      await sleep(20);
    }
  };
  await Promise.all([
    load(),
    work().finally(() => {
      done = true;
    }),
  ]);
}
