import {setTimeout as sleep} from "node:timers/promises";
import {describe, expect} from "vitest";
import {STORES} from "../../api/stores.ts";
import {waitFor} from "../../cluster/shell.ts";
import {test} from "./lanes.ts";
import {expectExact, underLoad} from "./load.ts";
import {LINK_FAULTS} from "./proxy.ts";

describe.each(STORES)("%s: links", (store) => {
  test.for(["kafka", "store"] as const)(
    "no fault of the link to %s costs anything, and the same process goes on afterwards",
    async (side, {open}) => {
      const trial = await open(store);
      const {ended} = await trial.start();
      let end: unknown = "none";
      void ended.then((code) => {
        end = code;
      });
      await trial.send(10);
      await trial.caughtUp();
      for (const fault of LINK_FAULTS) {
        await underLoad(trial, async () => {
          await trial[side].set(fault);
          await sleep(1_500);
        });
        await trial[side].set();
        await trial.caughtUp();
        expect(await trial.verdict(), JSON.stringify(fault)).toMatchObject({lost: 0, extra: 0, altered: 0});
      }
      expect(end).toBe("none");
    },
  );
});

test.for([
  ["timescaledb", "store"],
  ["cassandra", "store"],
  ["lake", "store"],
  ["timescaledb", "kafka"],
] as const)("connections that died without a word are given up: %s, link to %s", async ([store, side], {open}) => {
  const trial = await open(store);
  await trial.start();
  await trial.send(10);
  await trial.caughtUp();
  await trial[side].set({kind: "dead"});
  await trial.send(10);
  await trial.caughtUp(120_000);
  await expectExact(trial);
});

test("an ingester whose link to Cassandra is cut again and again has no more connections than before", async ({
  open,
}) => {
  const trial = await open("cassandra");
  await trial.start();
  await trial.send(10);
  await trial.caughtUp();
  const before = trial.store.open();
  for (let cut = 0; cut < 15; cut++) {
    await trial.store.set({kind: "reset"});
    await trial.store.set();
    await trial.send(5);
    await trial.caughtUp();
  }
  await waitFor("the connections to be closed", 60_000, async () => trial.store.open() <= before);
  expect(trial.store.open()).toBeGreaterThan(0);
});
