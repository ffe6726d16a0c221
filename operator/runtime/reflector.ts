import {ApiError, isExpired} from "./api-error.ts";
import {backoffMs, sleep} from "./backoff.ts";
import type {KubeClient, WatchEvent} from "./client.ts";
import type {Logger} from "./logger.ts";
import {type KubeObject, keyOf, type ResourceType} from "./types.ts";

export interface ReflectorOptions {
  client: KubeClient;
  log: Logger;
  type: ResourceType;
  namespace?: string | undefined;
  labelSelector?: string | undefined;
  /** Called after the cache holds the change; `object` is the last known state when it was deleted. */
  onChange(object: KubeObject): void;
  signal: AbortSignal;
}

/** A cache of one kind that follows the API server. */
export interface Reflector {
  type: ResourceType;
  get(key: string): KubeObject | undefined;
  list(): KubeObject[];
  /** Resolves once the first list is in the cache, or the kind is known to be missing on the server. */
  synced: Promise<void>;
  /** False while the server does not know the kind (its CRD is not installed). */
  available(): boolean;
}

const PAGE = 500;
/** How long to wait before asking again for a kind whose CRD is missing. */
const MISSING_KIND_MS = 5_000;

/**
 * Lists in pages, then watches from there with bookmarks; resumes at the last seen resourceVersion after a cut, lists
 * anew on 410, backs off with jitter on every other fault. Never throws and never ends before the signal aborts.
 */
export function startReflector({
  client,
  log,
  type,
  namespace,
  labelSelector,
  onChange,
  signal,
}: ReflectorOptions): Reflector {
  let cache = new Map<string, KubeObject>();
  let available = true;
  let markSynced: () => void;
  const synced = new Promise<void>((resolve) => {
    markSynced = resolve;
  });

  const notify = (object: KubeObject) => {
    try {
      onChange(object);
    } catch (error) {
      log.error({err: error, kind: type.kind}, "change handler failed");
    }
  };

  async function relist(): Promise<string> {
    const fresh = new Map<string, KubeObject>();
    let resourceVersion = "";
    let next: string | undefined;
    do {
      const page = await client.list(type, {namespace, labelSelector, limit: PAGE, continue: next});
      for (const object of page.items) fresh.set(keyOf(object), slim(object));
      resourceVersion = page.resourceVersion;
      next = page.continue;
    } while (next);
    const old = cache;
    cache = fresh;
    for (const [key, object] of fresh) {
      if (old.get(key)?.metadata.resourceVersion !== object.metadata.resourceVersion) notify(object);
    }
    for (const [key, object] of old) if (!fresh.has(key)) notify(object);
    available = true;
    markSynced();
    return resourceVersion;
  }

  function handle({type: change, object}: WatchEvent): string {
    if (change === "ERROR")
      throw new ApiError(object.code ?? 500, object.reason ?? "Unknown", object.message ?? "watch error");
    if (change !== "BOOKMARK") {
      const key = keyOf(object);
      if (change === "DELETED") cache.delete(key);
      else cache.set(key, slim(object));
      notify(object);
    }
    return object.metadata.resourceVersion;
  }

  async function run() {
    let resourceVersion = "";
    for (let failures = 0; !signal.aborted; ) {
      try {
        if (!resourceVersion) resourceVersion = await relist();
        const started = Date.now();
        const timeoutSeconds = 300 + Math.floor(Math.random() * 300);
        for await (const event of client.watch(type, {
          namespace,
          labelSelector,
          resourceVersion,
          timeoutSeconds,
          signal,
        })) {
          resourceVersion = handle(event);
          failures = 0;
        }
        // A server that ends watches at once would otherwise be asked in a tight loop.
        if (Date.now() - started < 1_000) await sleep(backoffMs(failures++), signal);
      } catch (error) {
        if (signal.aborted) return;
        if (isExpired(error)) {
          resourceVersion = "";
          failures++;
          if (failures > 1) await sleep(backoffMs(failures), signal);
          continue;
        }
        if (error instanceof ApiError && error.status === 404) {
          if (available) log.info({kind: type.kind}, "kind is not served here; waiting for its CRD");
          available = false;
          resourceVersion = "";
          for (const object of cache.values()) notify(object);
          cache = new Map();
          markSynced();
          await sleep(MISSING_KIND_MS, signal);
          continue;
        }
        if (failures === 0) log.warn({kind: type.kind, error: (error as Error).message}, "watch cut; resuming");
        const asked = error instanceof ApiError ? (error.retryAfterSeconds ?? 0) * 1_000 : 0;
        await sleep(Math.max(asked, backoffMs(failures++)), signal);
      }
    }
  }
  void run();

  return {type, get: (key) => cache.get(key), list: () => [...cache.values()], synced, available: () => available};
}

/** The cache needs no record of who owns which field, and it is often half of an object. */
function slim(object: KubeObject): KubeObject {
  delete object.metadata.managedFields;
  return object;
}
