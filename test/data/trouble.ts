import {expect} from "vitest";
import {waitFor} from "../../cluster/shell.ts";
import type {Ingester} from "./ingester.ts";
import type {Trial} from "./trial.ts";

const WAIT_MS = 240_000;

/** Waits for a figure of the ingester that counts failed writes for this reason; it must still run and say that it is not ready. */
export async function expectTrouble(trial: Trial, ingester: Ingester, reason: string) {
  await waitFor(`a ${reason} error`, WAIT_MS, async () =>
    new RegExp(`store_errors_total\\{.*reason="${reason}"\\} [1-9]`).test(await ingester.metrics()),
  );
  expect(await ingester.ready()).toBe(false);
  expect(ingester.log.join("\n")).toContain(`"trouble":"${reason}"`);
  expect((await ingester.freshness()).problem).toMatch(new RegExp(`^${reason}: .`));
  expect(await trial.deadLetters()).toEqual([]);
}
