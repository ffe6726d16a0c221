import {setTimeout as sleep} from "node:timers/promises";
import {afterEach, describe, expect, inject, test} from "vitest";
import {waitFor} from "../../cluster/shell.ts";
import type {StoreName} from "./ingester.ts";
import {LINK_FAULTS} from "./proxy.ts";
import {bounce, openTrial, type Trial} from "./trial.ts";

const stack = inject("stack");
const STORES: StoreName[] = ["timescaledb", "cassandra"];
/** Longer than the session of the tests' consumers. */
const LONGER_THAN_SESSION_MS = 6_000;
let trial: Trial;

afterEach(() => trial.close());

/** Everything that Kafka acknowledged is in the store once, as it was sent. */
async function expectExact() {
  await trial.caughtUp();
  expect(await trial.verdict()).toMatchObject({lost: 0, extra: 0, altered: 0});
}

/** Sends until `work` is done. */
async function underLoad(work: () => Promise<void>) {
  let done = false;
  const load = (async () => {
    while (!done) {
      await trial.send(5);
      await sleep(20);
    }
  })();
  await work().finally(() => {
    done = true;
  });
  await load;
}

const replace = async (signal: NodeJS.Signals) => {
  const before = trial.ingesters.at(-1)!;
  before.signal(signal);
  const code = await before.ended;
  expect(code).toBe(signal === "SIGTERM" ? 0 : null);
  await trial.start();
};
const consumerFaults: Record<string, () => Promise<void>> = {
  SIGTERM: () => replace("SIGTERM"),
  SIGKILL: () => replace("SIGKILL"),
  "SIGSTOP for longer than the session": async () => {
    await trial.start();
    const [first] = trial.ingesters;
    first!.signal("SIGSTOP");
    await sleep(LONGER_THAN_SESSION_MS);
    first!.signal("SIGCONT");
  },
  "five SIGTERM in a row": async () => {
    for (let time = 0; time < 5; time++) await replace("SIGTERM");
  },
  "five SIGKILL in a row": async () => {
    for (let time = 0; time < 5; time++) await replace("SIGKILL");
  },
};

describe.each(STORES)("%s: consumers", (store) => {
  test.each(Object.entries(consumerFaults))("%s costs nothing, idle or under load", async (_, fault) => {
    trial = await openTrial(stack, store);
    await trial.start();
    await trial.send(20);
    await trial.caughtUp();
    await fault();
    await trial.send(20);
    await expectExact();
    await underLoad(fault);
    await expectExact();
  });

  test("a group whose members come and go all the time loses and adds nothing", async () => {
    trial = await openTrial(stack, store, {partitions: 6});
    await trial.start();
    await underLoad(async () => {
      for (let round = 0; round < 4; round++) {
        await Promise.all([trial.start(), trial.start()]);
        await sleep(500);
        for (const ingester of trial.ingesters.splice(0, 2)) expect((await ingester.drain()).code).toBe(0);
      }
    });
    await expectExact();
  });
});

describe.each(STORES)("%s: links", (store) => {
  test.each(["kafka", "store"] as const)(
    "no fault of the link to %s costs anything, and the same process goes on afterwards",
    async (side) => {
      trial = await openTrial(stack, store);
      const {ended} = await trial.start();
      let end: unknown = "none";
      void ended.then((code) => {
        end = code;
      });
      await trial.send(10);
      await trial.caughtUp();
      for (const fault of LINK_FAULTS) {
        await underLoad(async () => {
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

test.each([
  ["timescaledb", "store"],
  ["cassandra", "store"],
  ["timescaledb", "kafka"],
] as const)("connections that died without a word are given up: %s, link to %s", async (store, side) => {
  trial = await openTrial(stack, store);
  await trial.start();
  await trial.send(10);
  await trial.caughtUp();
  await trial[side].set({kind: "dead"});
  await trial.send(10);
  await trial.caughtUp(60_000);
  await expectExact();
});

test("an ingester whose link to Cassandra is cut again and again has no more connections than before", async () => {
  trial = await openTrial(stack, "cassandra");
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

describe("servers", () => {
  test.each(STORES)("%s and Kafka that come late are waited for by the same process", async (store) => {
    trial = await openTrial(stack, store);
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
    await expectExact();
    await waitFor("readiness", 240_000, () => ingester.ready());
    expect(await ingester.drain()).toMatchObject({code: 0});
  });

  test.each(["kafka", "timescaledb", "cassandra"] as const)(
    "SIGKILL of %s under load costs nothing",
    async (server) => {
      trial = await openTrial(stack, server === "cassandra" ? "cassandra" : "timescaledb");
      await trial.start();
      await underLoad(() => bounce(stack, server, 1_000));
      await trial.caughtUp(120_000);
      await expectExact();
    },
  );
});

describe("shutdown", () => {
  test.each(STORES)("SIGTERM under load drains the %s ingester in 10 s, and at the very start too", async (store) => {
    trial = await openTrial(stack, store);
    const ingester = await trial.start();
    await trial.send(20);
    await trial.caughtUp();
    await underLoad(async () => {
      const {ms, code} = await ingester.drain();
      expect(code).toBe(0);
      expect(ms).toBeLessThan(10_000);
    });
    await trial.start();
    await expectExact();
    const early = await trial.start();
    await waitFor("the process to be there", 240_000, async () => early.log.length > 0);
    expect((await early.drain()).code).toBe(0);
  });

  test.each(STORES)(
    "SIGTERM while %s is away drains in 10 s, and the next member writes what waited",
    async (store) => {
      trial = await openTrial(stack, store);
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
      await expectExact();
    },
  );
});
