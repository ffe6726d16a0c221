import type {Freshness} from "../../api/status.ts";
import type {Answer} from "../components/store-figures.ts";
import {type KubeObject, keyOf} from "../runtime/types.ts";
import {figuresOf, type StoreFigures, settle} from "./freshness.ts";
import {BLIP_MS} from "./status.ts";

/** The answer of each store, in the order of `stores`; undefined where it gives none. */
export type ReadFreshness = (name: string, namespace: string, stores: string[]) => Promise<(Answer | undefined)[]>;

/** The figures of each pipeline's stores, read beside the reconciles: a store that does not answer holds none up. */
export interface FreshnessPoll {
  /** The figures read last; from now on they are read again and again. */
  of(pipeline: KubeObject, stores: string[], how: How): StoreFigures[];
  forget(key: string): void;
  /** Sets the function that queues a pipeline whose figures have moved. */
  onMoved(enqueue: (key: string) => void): void;
}

interface How {
  /** Each answer leads to a reconcile. */
  always: boolean;
  /** A newest event that is older makes a store stale. */
  staleSeconds: number;
}

const PERIOD_MS = 5_000;
/** With more pipelines than this times the period, each is polled less often: an answer of two stores takes a millisecond of CPU or two. */
const POLLS_PER_SECOND = 10;

interface Followed {
  pipeline: {name: string; namespace: string};
  stores: string[];
  how: How;
  /** Read last. */
  figures: StoreFigures[];
  /** Since when each store gives no answer. */
  silentSince: (number | undefined)[];
  /** Given to a reconcile last. */
  reported: StoreFigures[];
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

  async function poll(key: string) {
    const entry = followed.get(key);
    if (!entry) return;
    const {name, namespace} = entry.pipeline;
    const answers = await read(name, namespace, entry.stores);
    if (followed.get(key) !== entry) return;
    const now = Date.now();
    entry.silentSince = answers.map((answer, at) => (answer ? undefined : (entry.silentSince[at] ?? now)));
    entry.figures = answers.map((answer, at) => {
      const before = entry.figures[at]!;
      if (answer) return figuresOf(before.store, answer, entry.how.staleSeconds, now);
      // One pod fills a store, or a few: while it restarts, what it said last holds; what was lost stays lost.
      if (now - entry.silentSince[at]! < BLIP_MS) return before;
      return {store: before.store, age: "Unknown", ...(before.lost ? {lost: before.lost} : {})};
    });
    const moved = settle(entry.reported, entry.figures).some((fresh, at) => fresh !== entry.reported[at]);
    if (moved || entry.how.always) enqueue(key);
    entry.timer = setTimeout(poll, Math.max(PERIOD_MS, (followed.size / POLLS_PER_SECOND) * 1_000), key);
  }

  return {
    of({metadata, status}, stores, how) {
      const key = keyOf({metadata});
      let entry = followed.get(key);
      if (entry?.stores.join() !== stores.join()) {
        forget(key);
        const shown: Freshness[] = status?.freshness ?? [];
        // Until the first answer, what the status shows: an operator that starts must not make it forget.
        const figures = stores.map(
          (store): StoreFigures => shown.find((fresh) => fresh.store === store) ?? {store, age: "Unknown"},
        );
        const pipeline = {name: metadata.name, namespace: metadata.namespace!};
        entry = {pipeline, stores, how, figures, silentSince: [], reported: figures};
        followed.set(key, entry);
        if (!signal.aborted) void poll(key);
      }
      entry!.how = how;
      entry!.reported = entry!.figures;
      return entry!.figures;
    },
    forget,
    onMoved(listener) {
      enqueue = listener;
    },
  };
}
