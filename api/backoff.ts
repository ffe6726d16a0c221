import {setTimeout} from "node:timers/promises";

/** Exponential back-off with equal jitter: half fixed, half random, so that many clients do not return in step. */
export function backoffMs(attempt: number, {baseMs = 500, maxMs = 30_000} = {}, random = Math.random()): number {
  const ceiling = Math.min(maxMs, baseMs * 2 ** Math.min(attempt, 30));
  return ceiling / 2 + random * (ceiling / 2);
}

/** Resolves after `ms`, or at once when the signal aborts. */
export const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
  setTimeout(ms, undefined, {signal}).catch(() => {});
