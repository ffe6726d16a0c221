import {sleep} from "../../api/backoff.ts";
import {isConflict, isUnreachable} from "./api-error.ts";
import type {KubeClient} from "./client.ts";
import {inTime} from "./deadline.ts";
import {createLease} from "./lease.ts";
import type {Logger} from "./logger.ts";
import {createTerms} from "./terms.ts";

interface ElectionTiming {
  /** A Lease that stands still for this long is free. */
  leaseMs: number;
  /** A leader writes no more this long after it sent its last renewal: before another may lead, whatever became of the answers. */
  renewDeadlineMs: number;
  retryMs: number;
  /** A leader that nobody replaced tries to renew for this long; a new process may find the way that it does not. */
  giveUpMs: number;
}
const DEFAULTS: ElectionTiming = {leaseMs: 15_000, renewDeadlineMs: 13_000, retryMs: 2_000, giveUpMs: 300_000};

interface Election {
  /** Resolves when this process leads, or when the signal aborted. */
  elected: Promise<void>;
  /** Resolves when leadership was lost for good; the process must end. Never after a clean release. */
  lost: Promise<void>;
  /**
   * For a write: waits until this process leads beyond doubt, and aborts when it no longer does. Rejects when it cannot lead
   * any more.
   */
  term(): Promise<AbortSignal>;
  /** Gives the Lease back, so that another process can lead at once. */
  release(): Promise<void>;
}

/**
 * Holds the Lease `namespace/name` under `identity` (lease.ts).
 *
 * A leader that could not renew in time, because the server was slow or it was not scheduled itself, writes nothing until it has
 * renewed: if the Lease is still its own, nobody else has led. Renewals by a worker thread would come in time even while this
 * thread hangs, and so keep others from taking over from a leader that does nothing.
 */
export function startElection(options: {
  client: KubeClient;
  log: Logger;
  namespace: string;
  name: string;
  identity: string;
  signal: AbortSignal;
  timing?: ElectionTiming;
}): Election {
  const {client, log, namespace, name, identity, signal, timing = DEFAULTS} = options;
  const elected = Promise.withResolvers<void>();
  const lost = Promise.withResolvers<void>();
  const stop = new AbortController();
  const ended = AbortSignal.any([signal, stop.signal]);
  const terms = createTerms(timing.renewDeadlineMs, () =>
    log.warn({identity}, "the lease could not be renewed in time; writes wait until it is"),
  );
  // Writes that are under way at a stop may end.
  ended.addEventListener("abort", () => terms.close("this process is stopping"), {once: true});
  const lease = createLease({client, namespace, name, identity, leaseMs: timing.leaseMs});
  let leads = false;

  async function run() {
    let failures = 0;
    let failingSince: number | undefined;
    while (!ended.aborted) {
      const began = performance.now();
      try {
        // An answer that comes later would be of no use, and may never come.
        const sent = await inTime(lease.acquire(leads), timing.renewDeadlineMs);
        failures = 0;
        failingSince = undefined;
        if (ended.aborted) break;
        if (sent !== undefined) lead(sent);
        else if (leads) lose("another process holds the lease, or it was deleted");
      } catch (error) {
        const level = isConflict(error) || isUnreachable(error) || failures++ > 0 ? "debug" : "warn";
        log[level]({error: (error as Error).message}, "lease could not be renewed");
        failingSince ??= began;
        if (leads && performance.now() - failingSince > timing.giveUpMs)
          lose("the lease could not be renewed for long");
      }
      // From one request to the next, however long the answer took: a slow server leaves time for one that fails.
      const pause = timing.retryMs - (performance.now() - began);
      await sleep(Math.max(pause, timing.retryMs / 10), ended);
    }
    elected.resolve();
  }

  function lead(sent: number) {
    if (performance.now() >= sent + timing.renewDeadlineMs) return;
    if (terms.renew(sent)) log.info({identity, lease: `${namespace}/${name}`}, "leading");
    leads = true;
    elected.resolve();
  }

  function lose(why: string) {
    leads = false;
    log.error({why}, "leadership lost");
    terms.close(why);
    terms.end(why);
    lost.resolve();
    stop.abort();
  }

  const running = run();
  return {
    elected: elected.promise,
    lost: lost.promise,
    term: terms.current,
    async release() {
      stop.abort();
      await Promise.race([running, sleep(timing.retryMs)]);
      terms.end("this process is stopping");
      if (leads) await inTime(lease.release(), timing.renewDeadlineMs);
      leads = false;
    },
  };
}
