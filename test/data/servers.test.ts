import {setTimeout as sleep} from "node:timers/promises";
import {expect} from "vitest";
import {STORES} from "../../api/stores.ts";
import {waitFor} from "../../cluster/shell.ts";
import {test} from "./lanes.ts";
import {expectExact, underLoad} from "./load.ts";
import {stack} from "./shared.ts";
import {startOwn} from "./stack.ts";
import {bounce} from "./trial.ts";

test.for(["cassandra", "kafka", "lake", "timescaledb"] as const)(
  "SIGKILL of %s under load costs nothing",
  async (server, {open, onTestFinished}) => {
    const own = await startOwn(stack, server);
    onTestFinished(own.stop);
    const trial = await open(server === "kafka" ? "timescaledb" : server, {}, own.stack);
    await trial.start();
    await underLoad(trial, () => bounce(own.stack, server, 1_000));
    await expectExact(trial);
  },
);

test.for(STORES)("%s and Kafka that come late are waited for by the same process", async (store, {open}) => {
  const trial = await open(store);
  await trial.kafka.set({kind: "down"});
  await trial.store.set({kind: "down"});
  await trial.send(10);
  const ingester = await trial.start();
  await waitFor("its first answer", 240_000, async () => (await ingester.metrics()).includes("nodejs"));
  await sleep(3_000);
  expect(await ingester.ready()).toBe(false);
  await trial.kafka.set();
  await sleep(2_000);
  expect(await ingester.ready()).toBe(false);
  await trial.store.set();
  await expectExact(trial);
  await waitFor("readiness", 240_000, () => ingester.ready());
  expect(await ingester.drain()).toMatchObject({code: 0});
});
