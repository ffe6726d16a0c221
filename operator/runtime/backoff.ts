import {setTimeout as setTimer} from "node:timers";
import {setTimeout} from "node:timers/promises";

/** Exponential back-off with equal jitter: half fixed, half random, so that many clients do not return in step. */
export function backoffMs(attempt: number, {baseMs = 500, maxMs = 30_000} = {}): number {
  const ceiling = Math.min(maxMs, baseMs * 2 ** Math.min(attempt, 30));
  return ceiling / 2 + Math.random() * (ceiling / 2);
}

/** Resolves after `ms`, or at once when the signal aborts. */
export const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
  setTimeout(ms, undefined, {signal}).catch(() => {});

/** What `work` comes to; rejects when that takes longer than `ms`. */
export async function inTime<T>(work: Promise<T>, ms: number): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimer(() => late.reject(new Error(`no answer within ${ms} ms`)), ms);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
