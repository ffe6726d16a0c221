import {isConflict} from "./api-error.ts";
import {sleep} from "./backoff.ts";
import type {KubeClient} from "./client.ts";
import type {Logger} from "./logger.ts";
import {builtin, type KubeObject} from "./types.ts";

/** controller-runtime's figures: a leader that stops renewing is replaced after `leaseMs`. */
export interface ElectionTiming {
  leaseMs: number;
  renewDeadlineMs: number;
  retryMs: number;
}
const DEFAULTS: ElectionTiming = {leaseMs: 15_000, renewDeadlineMs: 10_000, retryMs: 2_000};

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
  let leads = false;
  let seen = {renewTime: "", holder: "", at: performance.now()};

  const spec = (transitions: number, acquireTime: string) => ({
    holderIdentity: identity,
    leaseDurationSeconds: Math.ceil(timing.leaseMs / 1_000),
    acquireTime,
    renewTime: microTime(),
    leaseTransitions: transitions,
  });

  async function tryOnce(): Promise<boolean> {
    const live = await client.get(builtin.lease, {name, namespace});
    if (!live) {
      const {apiVersion, kind} = builtin.lease;
      await client.create(builtin.lease, {apiVersion, kind, metadata: {name, namespace}, spec: spec(0, microTime())});
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

  /** With the resourceVersion: of two that try, one gets a conflict. */
  async function update({metadata}: KubeObject, lease: object): Promise<boolean> {
    const {resourceVersion} = metadata;
    await client.patch(builtin.lease, metadata, {metadata: {resourceVersion}, spec: lease});
    return true;
  }

  async function run() {
    let renewed = performance.now();
    while (!signal.aborted && !stop.signal.aborted) {
      try {
        if (await tryOnce()) {
          renewed = performance.now();
          if (!leads) log.info({identity, lease: `${namespace}/${name}`}, "leading");
          leads = true;
          elected.resolve();
        } else if (leads) return lose("another process holds the lease");
      } catch (error) {
        if (!isConflict(error)) log.warn({error: (error as Error).message}, "lease could not be renewed");
      }
      if (leads && performance.now() - renewed > timing.renewDeadlineMs)
        return lose("the lease could not be renewed in time");
      await sleep(timing.retryMs, AbortSignal.any([signal, stop.signal]));
    }
    elected.resolve();
  }

  function lose(why: string) {
    leads = false;
    log.error({why}, "leadership lost");
    lost.resolve();
  }

  const running = run();
  return {
    elected: elected.promise,
    lost: lost.promise,
    async release() {
      stop.abort();
      await running;
      if (!leads) return;
      leads = false;
      const live = await client.get(builtin.lease, {name, namespace});
      if (live?.spec?.holderIdentity !== identity) return;
      await update(live, {holderIdentity: "", leaseDurationSeconds: 1, renewTime: microTime()});
    },
  };
}

/** Lease times have six decimals; JavaScript's clock gives three. */
const microTime = () => new Date().toISOString().replace("Z", "000Z");
