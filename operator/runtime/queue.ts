import {backoffMs} from "../../api/backoff.ts";

/**
 * A work queue that holds each key at most once, never gives one key to two workers, and remembers a key that was added
 * while it was being worked on.
 */
export interface WorkQueue {
  /** One that can wait comes after all that cannot; it is moved ahead when it is added again in haste. */
  add(key: string, canWait?: boolean): void;
  addAfter(key: string, delayMs: number): void;
  /** Adds with the key's exponential back-off; `forget` resets it. */
  addRateLimited(key: string): void;
  forget(key: string): void;
  /** The next key, or undefined once the queue is closed. */
  next(): Promise<string | undefined>;
  done(key: string): void;
  close(): void;
  depth(): number;
}

interface QueueOptions {
  baseMs?: number;
  maxMs?: number;
  onAdd?(): void;
  onRetry?(): void;
  /** A key leaves the queue after this long in it. */
  onTake?(seconds: number): void;
}

export function createQueue({baseMs = 200, maxMs = 60_000, onAdd, onRetry, onTake}: QueueOptions = {}): WorkQueue {
  const urgent = new Map<string, number>();
  const patient = new Map<string, number>();
  const active = new Set<string>();
  const again = new Set<string>();
  const failures = new Map<string, number>();
  const timers = createTimers();
  const takers: ((key: string | undefined) => void)[] = [];
  let closed = false;

  function add(key: string, canWait = false) {
    if (closed) return;
    timers.cancel(key);
    if (active.has(key)) {
      again.add(key);
      return;
    }
    if (urgent.has(key) || (canWait && patient.has(key))) return;
    const since = patient.get(key);
    if (since !== undefined) {
      patient.delete(key);
      urgent.set(key, since);
      return;
    }
    onAdd?.();
    const taker = takers.shift();
    if (taker) {
      active.add(key);
      onTake?.(0);
      taker(key);
    } else (canWait ? patient : urgent).set(key, performance.now());
  }

  function addAfter(key: string, delayMs: number) {
    if (!closed) timers.start(key, delayMs, () => add(key));
  }

  return {
    add,
    addAfter,
    addRateLimited(key) {
      const attempt = failures.get(key) ?? 0;
      failures.set(key, attempt + 1);
      onRetry?.();
      addAfter(key, backoffMs(attempt, {baseMs, maxMs}));
    },
    forget: (key) => void failures.delete(key),
    next() {
      if (closed) return Promise.resolve(undefined);
      const waiting = urgent.size > 0 ? urgent : patient;
      for (const [key, since] of waiting) {
        waiting.delete(key);
        active.add(key);
        onTake?.((performance.now() - since) / 1_000);
        return Promise.resolve(key);
      }
      return new Promise((resolve) => takers.push(resolve));
    },
    done(key) {
      active.delete(key);
      if (again.delete(key)) add(key);
    },
    close() {
      closed = true;
      timers.clear();
      for (const taker of takers.splice(0)) taker(undefined);
    },
    depth: () => urgent.size + patient.size,
  };
}

/** One timer for each key: the one that is due first. */
function createTimers() {
  const timers = new Map<string, {timer: NodeJS.Timeout; due: number}>();
  const cancel = (key: string) => {
    clearTimeout(timers.get(key)?.timer);
    timers.delete(key);
  };
  return {
    cancel,
    start(key: string, delayMs: number, run: () => void) {
      const due = Date.now() + delayMs;
      const pending = timers.get(key);
      if (pending && pending.due <= due) return;
      cancel(key);
      timers.set(key, {timer: setTimeout(run, delayMs), due});
    },
    clear() {
      for (const {timer} of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}
