import {expect, test} from "vitest";
import type {KubeClient} from "./client.ts";
import {startController} from "./controller.ts";
import {createLogger} from "./logger.ts";
import {builtin} from "./types.ts";

const silent = () => {
  const log = createLogger("test");
  log.level = "silent";
  return log;
};

test("a stop ends the wait for a server that never answers", async () => {
  const log = silent();
  const stop = new AbortController();
  const client = {list: () => new Promise(() => {})} as unknown as KubeClient;
  let synced = false;
  const running = startController({
    name: "test",
    client,
    log,
    kind: builtin.configMap,
    reconcile: async () => undefined,
    signal: stop.signal,
    onSynced: () => {
      synced = true;
    },
  });
  stop.abort();
  await running;
  expect(synced).toBe(false);
});

test("reconciles that have nothing to wait for let timers and answers come through", async () => {
  const stop = new AbortController();
  const items = Array.from({length: 100}, (_, at) => ({metadata: {name: `m${at}`, resourceVersion: "1"}}));
  const client = {
    list: async () => ({items, resourceVersion: "1"}),
    watch: () => ({[Symbol.asyncIterator]: () => ({next: () => new Promise(() => {})})}),
  } as unknown as KubeClient;
  let done = 0;
  let seen = 0;
  const running = startController({
    name: "test",
    client,
    log: silent(),
    kind: builtin.configMap,
    workers: 32,
    signal: stop.signal,
    async reconcile() {
      done++;
      setImmediate(() => {
        seen++;
      });
      if (done === items.length) stop.abort();
      return undefined;
    },
  });
  await running;
  expect(done).toBe(items.length);
  expect(seen).toBeGreaterThan(items.length / 2);
});
