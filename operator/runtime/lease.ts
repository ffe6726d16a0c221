import type {KubeClient} from "./client.ts";
import {builtin, type KubeObject} from "./types.ts";

/** A Lease under one identity. Other holders' clocks are not trusted: only that a Lease stands still counts. */
interface LeaseHolder {
  /** Takes or renews the Lease. Returns when the write was sent that made or kept it ours; undefined: it is another's. */
  acquire(leads: boolean): Promise<number | undefined>;
  /** Gives the Lease back, if it is ours. */
  release(): Promise<void>;
}

/** @param leaseMs a Lease that stands still for this long is free */
export function createLease(options: {
  client: KubeClient;
  namespace: string;
  name: string;
  identity: string;
  leaseMs: number;
}): LeaseHolder {
  const {client, namespace, name, identity, leaseMs} = options;
  let observed = {renewTime: "", holder: "", at: performance.now()};
  /** The Lease as this process wrote it last: a leader renews it without reading it. */
  let held: KubeObject | undefined;

  const spec = (transitions: number, acquireTime: string) => ({
    holderIdentity: identity,
    leaseDurationSeconds: Math.ceil(leaseMs / 1_000),
    acquireTime,
    renewTime: microTime(),
    leaseTransitions: transitions,
  });

  const read = async () => held ?? (await client.get(builtin.lease, {name, namespace}));

  async function create(): Promise<number> {
    const {apiVersion, kind} = builtin.lease;
    const lease = {apiVersion, kind, metadata: {name, namespace}, spec: spec(0, microTime())};
    const sent = performance.now();
    held = await client.create(builtin.lease, lease);
    return sent;
  }

  /** With the resourceVersion: of two that try, one gets a conflict, and reads again. */
  async function update({metadata}: KubeObject, lease: object): Promise<number> {
    const {resourceVersion} = metadata;
    held = undefined;
    const sent = performance.now();
    held = await client.patch(builtin.lease, metadata, {metadata: {resourceVersion}, spec: lease});
    return sent;
  }

  return {
    async acquire(leads) {
      const live = await read();
      // Without its Lease another operator may take its pipelines over: only a new process knows which are left.
      if (!live) return leads ? undefined : create();
      const {holderIdentity = "", renewTime = "", leaseTransitions = 0, acquireTime} = live.spec ?? {};
      if (renewTime !== observed.renewTime || holderIdentity !== observed.holder)
        observed = {renewTime, holder: holderIdentity, at: performance.now()};
      if (holderIdentity === identity) return update(live, spec(leaseTransitions, acquireTime ?? microTime()));
      // Free only to a process that does not lead: from a leader another one has taken it, if only for a while.
      const free = !leads && (holderIdentity === "" || performance.now() - observed.at > leaseMs);
      return free ? update(live, spec(leaseTransitions + 1, microTime())) : undefined;
    },
    async release() {
      const live = await read();
      if (live?.spec?.holderIdentity !== identity) return;
      await update(live, {holderIdentity: "", leaseDurationSeconds: 1, renewTime: microTime()});
    },
  };
}

/** Lease times have six decimals; JavaScript's clock gives three. */
const microTime = () => new Date().toISOString().replace("Z", "000Z");
