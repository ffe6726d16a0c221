import {isConflict, isUnreachable} from "./api-error.ts";
import {sleep} from "./backoff.ts";
import type {KubeClient} from "./client.ts";
import type {Logger} from "./logger.ts";
import {builtin, type KubeObject} from "./types.ts";

export interface ElectionTiming {
  /** A Lease that stands still for this long is free. */
  leaseMs: number;
  /** A leader gives up this long after it sent its last renewal: before another may lead, whatever became of the answers. */
  renewDeadlineMs: number;
  retryMs: number;
}
const DEFAULTS: ElectionTiming = {leaseMs: 15_000, renewDeadlineMs: 13_000, retryMs: 2_000};

export interface Election {
  /** Resolves when this process leads, or when the signal aborted. */
  elected: Promise<void>;
  /** Resolves when leadership was lost; the process must stop acting at once. Never after a clean release. */
  lost: Promise<void>;
  /** Gives the Lease back, so that another process can lead at once. */
  release(): Promise<void>;
}

/** Holds the Lease `namespace/name` under `identity`. Other holders' clocks are not trusted: only that a Lease stands still counts. */
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
  let leads = false;
  let seen = {renewTime: "", holder: "", at: performance.now()};
  /** The Lease as this process wrote it last: a leader renews it without a look before. */
  let held: KubeObject | undefined;
  let fuse: NodeJS.Timeout | undefined;

  const spec = (transitions: number, acquireTime: string) => ({
    holderIdentity: identity,
    leaseDurationSeconds: Math.ceil(timing.leaseMs / 1_000),
    acquireTime,
    renewTime: microTime(),
    leaseTransitions: transitions,
  });

  async function tryOnce(): Promise<boolean> {
    const live = held ?? (await client.get(builtin.lease, {name, namespace}));
    if (!live) {
      const {apiVersion, kind} = builtin.lease;
      const lease = {apiVersion, kind, metadata: {name, namespace}, spec: spec(0, microTime())};
      held = await client.create(builtin.lease, lease);
      return true;
    }
    const {holderIdentity = "", renewTime = "", leaseTransitions = 0, acquireTime} = live.spec ?? {};
    if (renewTime !== seen.renewTime || holderIdentity !== seen.holder) {
      seen = {renewTime, holder: holderIdentity, at: performance.now()};
    }
    if (holderIdentity === identity) return update(live, spec(leaseTransitions, acquireTime ?? microTime()));
    const free = holderIdentity === "" || performance.now() - seen.at > timing.leaseMs;
    return free && update(live, spec(leaseTransitions + 1, microTime()));
  }

  /** With the resourceVersion: of two that try, one gets a conflict, and looks again. */
  async function update({metadata}: KubeObject, lease: object): Promise<boolean> {
    const {resourceVersion} = metadata;
    held = undefined;
    held = await client.patch(builtin.lease, metadata, {metadata: {resourceVersion}, spec: lease});
    return true;
  }

  async function run() {
    let failures = 0;
    while (!ended.aborted) {
      const sent = performance.now();
      try {
        const won = await tryOnce();
        failures = 0;
        if (ended.aborted) break;
        if (won) lead(sent);
        else if (leads) lose("another process holds the lease");
      } catch (error) {
        const level = isConflict(error) || isUnreachable(error) || failures++ > 0 ? "debug" : "warn";
        log[level]({error: (error as Error).message}, "lease could not be renewed");
      }
      // From one request to the next, however long the answer took: a slow server leaves time for one that fails.
      const pause = timing.retryMs - (performance.now() - sent);
      await sleep(Math.max(pause, timing.retryMs / 10), ended);
    }
    elected.resolve();
  }

  function lead(sent: number) {
    clearTimeout(fuse);
    const left = sent + timing.renewDeadlineMs - performance.now();
    fuse = setTimeout(lose, left, "the lease could not be renewed in time");
    if (!leads) log.info({identity, lease: `${namespace}/${name}`}, "leading");
    leads = true;
    elected.resolve();
  }

  /** Does not wait for a renewal that is under way: its answer may never come. */
  function lose(why: string) {
    clearTimeout(fuse);
    leads = false;
    log.error({why}, "leadership lost");
    lost.resolve();
    stop.abort();
  }

  const running = run();
  return {
    elected: elected.promise,
    lost: lost.promise,
    async release() {
      stop.abort();
      await Promise.race([running, sleep(timing.retryMs)]);
      clearTimeout(fuse);
      if (!leads) return;
      leads = false;
      const live = held ?? (await client.get(builtin.lease, {name, namespace}));
      if (live?.spec?.holderIdentity !== identity) return;
      await update(live, {holderIdentity: "", leaseDurationSeconds: 1, renewTime: microTime()});
    },
  };
}

/** Lease times have six decimals; JavaScript's clock gives three. */
const microTime = () => new Date().toISOString().replace("Z", "000Z");
