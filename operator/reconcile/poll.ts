import type {Freshness} from "../api/schema.ts";
import {type KubeObject, keyOf} from "../runtime/types.ts";
import {settle} from "./freshness.ts";
import {BLIP_MS} from "./status.ts";

/** What each store says, in the order asked; undefined for one that does not answer. */
export type ReadFreshness = (name: string, namespace: string, stores: string[]) => Promise<(Freshness | undefined)[]>;

/** What each pipeline's stores say of their newest rows, read beside the reconciles: a store that does not answer holds none up. */
export interface FreshnessPoll {
  /** The figures that were read last; from now on they are read again and again. `always`: each look leads to a reconcile. */
  of(pipeline: KubeObject, stores: string[], always: boolean): Freshness[];
  forget(key: string): void;
  /** Sets what puts a pipeline on the queue whose figures have moved. */
  onMoved(enqueue: (key: string) => void): void;
}

const PERIOD_MS = 5_000;
/** With more pipelines than this times the period, each is asked less often. */
const LOOKS_PER_SECOND = 50;

interface Followed {
  pipeline: {name: string; namespace: string};
  stores: string[];
  always: boolean;
  /** Read last. */
  figures: Freshness[];
  /** Since when each store gives no answer. */
  silentSince: (number | undefined)[];
  /** Given to a reconcile last. */
  told: Freshness[];
  timer?: NodeJS.Timeout;
}

export function pollFreshness(read: ReadFreshness, signal: AbortSignal): FreshnessPoll {
  const followed = new Map<string, Followed>();
  let enqueue: (key: string) => void = () => {};
  signal.addEventListener("abort", () => [...followed.keys()].forEach(forget), {once: true});

  function forget(key: string) {
    clearTimeout(followed.get(key)?.timer);
    followed.delete(key);
  }

  async function look(key: string) {
    const one = followed.get(key);
    if (!one) return;
    const {name, namespace} = one.pipeline;
    const answers = await read(name, namespace, one.stores);
    if (followed.get(key) !== one) return;
    const now = Date.now();
    one.silentSince = answers.map((answer, at) => (answer ? undefined : (one.silentSince[at] ?? now)));
    // A store has one ingester or a few: while its pod restarts, what it said last holds.
    const kept = (at: number) => now - one.silentSince[at]! < BLIP_MS && one.figures[at];
    one.figures = answers.map((answer, at) => answer ?? (kept(at) || {store: one.stores[at]!}));
    const moved = settle(one.told, one.figures).some((fresh, at) => fresh !== one.told[at]);
    if (moved || one.always) enqueue(key);
    one.timer = setTimeout(look, Math.max(PERIOD_MS, (followed.size / LOOKS_PER_SECOND) * 1_000), key);
  }

  return {
    of({metadata, status}, stores, always) {
      const key = keyOf({metadata});
      let one = followed.get(key);
      if (one?.stores.join() !== stores.join()) {
        forget(key);
        const shown: Freshness[] = status?.freshness ?? [];
        // Until the first look, what the status shows: an operator that starts must not make it forget.
        const figures = stores.map((store) => shown.find((fresh) => fresh.store === store) ?? {store});
        const pipeline = {name: metadata.name, namespace: metadata.namespace!};
        one = {pipeline, stores, always, figures, silentSince: [], told: figures};
        followed.set(key, one);
        if (!signal.aborted) void look(key);
      }
      one!.always = always;
      one!.told = one!.figures;
      return one!.figures;
    },
    forget,
    onMoved(listener) {
      enqueue = listener;
    },
  };
}
