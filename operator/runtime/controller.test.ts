import {expect, test} from "vitest";
import type {KubeClient} from "./client.ts";
import {startController} from "./controller.ts";
import {createLogger} from "./logger.ts";
import {builtin} from "./types.ts";

test("a stop ends the wait for a server that never answers", async () => {
  const log = createLogger("test");
  log.level = "silent";
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
