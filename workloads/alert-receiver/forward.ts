import type {Logger} from "pino";
import {backoffMs, sleep} from "../../api/backoff.ts";
import {SmtpError, sendMail} from "./mail.ts";
import {deadTotal, deliveredTotal, failedTotal} from "./metrics.ts";
import type {Store} from "./store.ts";
import {type Delivery, requestOf, type Target} from "./targets.ts";

const TIMEOUT_MS = 10_000;
const GIVE_UP_MS = 24 * 3_600_000;
const LOOK_MS = 2_000;
const [FIRST_MS, MOST_MS] = [1_000, 300_000];
/** The message itself is refused: no later try would do better. Everything else may pass. */
const REFUSED = [400, 413, 422];

type Outcome = {done: true} | {done: false; problem: string; refused: boolean; retryAfterMs?: number};

/** Sends one message once. */
export async function send(target: Target, delivery: Delivery): Promise<Outcome> {
  try {
    if (target.kind === "email") {
      await sendMail(target, delivery, TIMEOUT_MS);
      return {done: true};
    }
    const {url, headers, body} = requestOf(target, delivery);
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(url, {method: "POST", headers, body, signal, redirect: "error"});
    await response.body?.cancel();
    if (response.ok) return {done: true};
    const after = secondsUntil(response.headers.get("retry-after"));
    return {
      done: false,
      problem: `it answers ${response.status}`,
      refused: REFUSED.includes(response.status),
      ...(after > 0 ? {retryAfterMs: Math.min(after * 1_000, 3_600_000)} : {}),
    };
  } catch (error) {
    const {message, cause} = error as Error;
    return {done: false, problem: (cause as Error)?.message || message, refused: isRefusal(error)};
  }
}

/** Mailboxes that are not there, and mails that are not taken (RFC 5321): a wrong login may be put right. */
const isRefusal = (error: unknown): boolean => error instanceof SmtpError && error.code >= 550 && error.code < 560;

/** Retry-After is seconds or a date. */
function secondsUntil(text: string | null, now = Date.now()): number {
  if (!text) return 0;
  return /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - now) / 1_000;
}

/** Doubles from a second to five minutes, by a random part of it, so that many do not come back at once. */
export const waitMs = (attempts: number, random = Math.random()): number =>
  backoffMs(attempts, {baseMs: FIRST_MS, maxMs: MOST_MS}, random);

/** A wait that something new ends. */
interface Alarm {
  ring(): void;
  /** Resolves after `ms`, when it rings, or when the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export function createAlarm(): Alarm {
  // Each wait has a promise of its own: one that all wait for would keep every wait until it rings.
  const waiting = new Set<() => void>();
  return {
    ring() {
      for (const end of waiting) end();
    },
    async wait(ms, signal) {
      const {promise, resolve} = Promise.withResolvers<void>();
      waiting.add(resolve);
      await Promise.race([sleep(ms, signal), promise]);
      waiting.delete(resolve);
    },
  };
}

/** Sends what is kept for one target, oldest first, until the signal aborts; a target that is away holds up no other. */
export async function forward(target: Target, store: Store, log: Logger, signal: AbortSignal, alarm: Alarm) {
  let away = false;
  while (!signal.aborted) {
    const pause = await sendNext(target, store, log).then(
      (ms) => {
        away = false;
        return ms;
      },
      (error) => {
        if (!away) log.warn({err: error, target: target.name}, "the database does not answer; trying again");
        away = true;
        return LOOK_MS;
      },
    );
    if (pause > 0) await alarm.wait(pause, signal);
  }
}

/** Tries the oldest message; returns how long to wait before the next try. */
async function sendNext(target: Target, store: Store, log: Logger): Promise<number> {
  const next = await store.head(target.name);
  if (!next) return LOOK_MS;
  const early = next.next.getTime() - Date.now();
  if (early > 0) return Math.min(early, LOOK_MS);
  const outcome = await send(target, next);
  if (outcome.done) {
    await store.delivered(next.id);
    deliveredTotal.inc({target: target.name});
    return 0;
  }
  const {problem, refused, retryAfterMs} = outcome;
  const about = {target: target.name, id: next.id, attempts: next.attempts + 1, problem};
  if (refused || Date.now() - next.created.getTime() > GIVE_UP_MS) {
    await store.dead(next.id, problem);
    deadTotal.inc();
    log.error(about, "message given up");
    return 0;
  }
  failedTotal.inc({target: target.name});
  log.warn(about, "message not taken; trying again");
  await store.failed(next.id, problem, Math.max(retryAfterMs ?? 0, waitMs(next.attempts)));
  return LOOK_MS;
}
