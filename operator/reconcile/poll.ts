import type {Freshness} from "../../api/status.ts";
import type {Answer} from "../components/store-figures.ts";
import {type KubeObject, keyOf} from "../runtime/types.ts";
import {figuresOf, type StoreFigures, settle} from "./freshness.ts";
import {BLIP_MS} from "./status.ts";

/** What each store says, in the order asked; undefined for one that does not answer. */
export type ReadFreshness = (name: string, namespace: string, stores: string[]) => Promise<(Answer | undefined)[]>;

/** What each pipeline's stores say of themselves, read beside the reconciles: a store that does not answer holds none up. */
export interface FreshnessPoll {
  /** What was read last; from now on it is read again and again. */
  of(pipeline: KubeObject, stores: string[], how: How): StoreFigures[];
  forget(key: string): void;
  /** Sets what puts a pipeline on the queue whose figures have moved. */
  onMoved(enqueue: (key: string) => void): void;
}

interface How {
  /** Each look leads to a reconcile. */
  always: boolean;
  /** A newest event that is older makes a store stale. */
  staleSeconds: number;
}

const PERIOD_MS = 5_000;
/** With more pipelines than this times the period, each is asked less often: a look at two stores takes a millisecond of CPU or two. */
const LOOKS_PER_SECOND = 10;

interface Followed {
  pipeline: {name: string; namespace: string};
  stores: string[];
  how: How;
  /** Read last. */
  figures: StoreFigures[];
  /** Since when each store gives no answer. */
  silentSince: (number | undefined)[];
  /** Given to a reconcile last. */
  told: StoreFigures[];
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
    one.figures = answers.map((answer, at) => {
      const before = one.figures[at]!;
      if (answer) return figuresOf(before.store, answer, one.how.staleSeconds, now);
      // One pod fills a store, or a few: while it restarts, what it said last holds; what was lost stays lost.
      if (now - one.silentSince[at]! < BLIP_MS) return before;
      return {store: before.store, age: "Unknown", ...(before.lost ? {lost: before.lost} : {})};
    });
    const moved = settle(one.told, one.figures).some((fresh, at) => fresh !== one.told[at]);
    if (moved || one.how.always) enqueue(key);
    one.timer = setTimeout(look, Math.max(PERIOD_MS, (followed.size / LOOKS_PER_SECOND) * 1_000), key);
  }

  return {
    of({metadata, status}, stores, how) {
      const key = keyOf({metadata});
      let one = followed.get(key);
      if (one?.stores.join() !== stores.join()) {
        forget(key);
        const shown: Freshness[] = status?.freshness ?? [];
        // Until the first look, what the status shows: an operator that starts must not make it forget.
        const figures = stores.map(
          (store): StoreFigures => shown.find((fresh) => fresh.store === store) ?? {store, age: "Unknown"},
        );
        const pipeline = {name: metadata.name, namespace: metadata.namespace!};
        one = {pipeline, stores, how, figures, silentSince: [], told: figures};
        followed.set(key, one);
        if (!signal.aborted) void look(key);
      }
      one!.how = how;
      one!.told = one!.figures;
      return one!.figures;
    },
    forget,
    onMoved(listener) {
      enqueue = listener;
    },
  };
}
