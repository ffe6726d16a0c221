import {setPriority} from "node:os";
import {setTimeout as sleep} from "node:timers/promises";
import {expect} from "vitest";
import {DATABASES} from "../../api/stores.ts";
import {waitFor} from "../../cluster/shell.ts";
import {test} from "./lanes.ts";
import {expectExact, underLoad} from "./load.ts";

// Ten seconds are promised where there is time to run: the tests beside these must not take it from this process and its children.
setPriority(-10);

test.for(DATABASES)(
  "SIGTERM under load drains the %s ingester in 10 s, and at the very start too",
  async (store, {open}) => {
    const trial = await open(store);
    const ingester = await trial.start();
    await trial.send(20);
    await trial.caughtUp();
    await underLoad(trial, async () => {
      const {ms, code} = await ingester.drain();
      expect(code).toBe(0);
      expect(ms).toBeLessThan(10_000);
    });
    await trial.start();
    await expectExact(trial);
    const early = await trial.start();
    await waitFor("the process to be there", 240_000, async () => early.log.length > 0);
    expect((await early.drain()).code).toBe(0);
  },
);

test.for(DATABASES)(
  "SIGTERM while %s is away drains in 10 s, and the next member writes what waited",
  async (store, {open}) => {
    const trial = await open(store);
    const ingester = await trial.start();
    await trial.send(10);
    await trial.caughtUp();
    await trial.store.set({kind: "blackhole"});
    await trial.send(10);
    await sleep(1_000);
    const {ms, code} = await ingester.drain();
    expect(code).toBe(0);
    expect(ms).toBeLessThan(10_000);
    await trial.store.set();
    await trial.start();
    await expectExact(trial);
  },
);
