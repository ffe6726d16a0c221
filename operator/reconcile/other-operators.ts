import {isRefused} from "../runtime/api-error.ts";
import type {KubeClient} from "../runtime/client.ts";
import {builtin, refOf} from "../runtime/types.ts";

/** An operator is gone when nobody has held its Lease for this long; a holder that renews nothing for this long is none (election.ts). */
const GONE_MS = 15_000;
/** How old an observation of another operator's Lease may be: all its pipelines share one. */
const FRESH_MS = 5_000;

interface Observation {
  at: number;
  holder: string;
  /** Holder and time, which each renewal changes. */
  renewed: string;
  /** Since when the Lease says the same. */
  since: number;
}

/** The Leases of other operators, each as `namespace/name`. */
interface OtherOperators {
  /** Reads the Lease now; returns its holder, "" when nobody holds it. */
  holderOf(lease: string): Promise<string>;
  /** Whether nobody has held the Lease for long enough. */
  isGone(lease: string): Promise<boolean>;
}

export function createOtherOperators(client: KubeClient): OtherOperators {
  const observations = new Map<string, Observation>();

  async function observe(lease: string): Promise<Observation> {
    const previous = observations.get(lease);
    const now = performance.now();
    const live = await client.get(builtin.lease, refOf(lease));
    const {holderIdentity: holder = "", renewTime} = live?.spec ?? {};
    const renewed = holder ? `${holder} ${renewTime}` : "";
    const observation = {at: now, holder, renewed, since: previous?.renewed === renewed ? previous.since : now};
    observations.set(lease, observation);
    // A process that only was not scheduled finds the Lease to be no longer its own, and ends.
    if (live && holder && now - observation.since >= GONE_MS) {
      const {resourceVersion} = live.metadata;
      await client.patch(builtin.lease, live.metadata, {metadata: {resourceVersion}, spec: {holderIdentity: ""}});
    }
    return observation;
  }

  return {
    holderOf: async (lease) => (await observe(lease)).holder,
    async isGone(lease) {
      const previous = observations.get(lease);
      try {
        const fresh = previous && performance.now() - previous.at < FRESH_MS ? previous : await observe(lease);
        return fresh.holder === "" && fresh.at - fresh.since >= GONE_MS;
      } catch (error) {
        // An operator of one namespace has no right to read another.
        if (isRefused(error)) return false;
        throw error;
      }
    },
  };
}
