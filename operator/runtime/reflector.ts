import {isDeepStrictEqual} from "node:util";
import {backoffMs, sleep} from "../../api/backoff.ts";
import {ApiError, isExpired, isUnreachable} from "./api-error.ts";
import type {KubeClient, WatchEvent} from "./client.ts";
import type {Logger} from "./logger.ts";
import type {Metrics} from "./metrics.ts";
import {createStore} from "./store.ts";
import {type KubeObject, keyOf, type ResourceType} from "./types.ts";

export interface ReflectorOptions {
  client: KubeClient;
  log: Logger;
  type: ResourceType;
  namespace?: string | undefined;
  labelSelector?: string | undefined;
  /** Called after the cache holds the change; `object` is the last known state when it was deleted, `listed` tells a list's from a watch's. */
  onChange(object: KubeObject, listed: boolean): void;
  /** What of an object is worth telling: a change of the rest, as of a status that this program writes itself, is only held. */
  notable?: ((object: KubeObject) => unknown) | undefined;
  /** Called when the server comes to serve the kind. */
  onAvailable?: (() => void) | undefined;
  signal: AbortSignal;
  metrics?: Metrics | undefined;
  /** A watch without any sign of life for this long is resumed; the server sends bookmarks about every minute. */
  stallMs?: number;
}

/** A cache of one kind that follows the API server. */
export interface Reflector {
  type: ResourceType;
  get(key: string): KubeObject | undefined;
  list(): KubeObject[];
  keys(): string[];
  /** Keys of the objects with an owner reference to this uid. */
  ownedKeys(uid: string): string[];
  /** Resolves once the first list is in the cache, or the kind is known to be missing on the server. */
  synced: Promise<void>;
  /** False while the server does not know the kind (its CRD is not installed). */
  available(): boolean;
  /** Notes the answer to a write of ours. */
  wrote(object: KubeObject): void;
  /** Whether the cache has not come to our own last write of that key yet; its coming is told then. */
  behind(key: string): boolean;
}

/** Servers count resourceVersions up; one that does not is never taken for newer. */
const isNewer = (version: string | undefined, than: string): boolean => Number(version) > Number(than);

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
  notable,
  onAvailable,
  signal,
  metrics,
  stallMs = 180_000,
}: ReflectorOptions): Reflector {
  let cache = createStore();
  let available = true;
  /** The resourceVersion that the cache has come to. */
  let position = "";
  /** Own writes that the cache has not come to, by key. */
  const awaited = new Map<string, string>();
  /** Keys whose coming is waited for, whatever it brings. */
  const expected = new Set<string>();
  let markSynced: () => void;
  const synced = new Promise<void>((resolve) => {
    markSynced = resolve;
  });

  const versionOf = (key: string) => cache.get(key)?.metadata.resourceVersion;

  /** The cache needs no record of who owns which field, and it is often half of an object. */
  function slim(object: KubeObject): KubeObject {
    delete object.metadata.managedFields;
    return object;
  }

  function isDull(object: KubeObject, key: string): boolean {
    const before = notable && cache.get(key);
    return before !== undefined && isDeepStrictEqual(notable!(object), notable!(before));
  }

  const notify = (object: KubeObject, listed: boolean) => {
    try {
      onChange(object, listed);
    } catch (error) {
      log.error({err: error, kind: type.kind}, "change handler failed");
    }
  };

  async function relist(): Promise<string> {
    const fresh = createStore();
    const changed: string[] = [];
    let resourceVersion = "";
    let next: string | undefined;
    do {
      const page = await client.list(type, {namespace, labelSelector, limit: PAGE, continue: next});
      for (const object of page.items) {
        const key = keyOf(object);
        if (versionOf(key) !== object.metadata.resourceVersion) changed.push(key);
        fresh.set(slim(object));
      }
      resourceVersion = page.resourceVersion;
      next = page.continue;
    } while (next);
    const old = cache;
    cache = fresh;
    position = resourceVersion;
    awaited.clear();
    expected.clear();
    for (const key of changed) notify(cache.get(key)!, true);
    for (const key of old.keys()) if (versionOf(key) === undefined) notify(old.get(key)!, true);
    const came = !available;
    available = true;
    markSynced();
    if (came) onAvailable?.();
    return resourceVersion;
  }

  function handle({type: change, object}: WatchEvent): string {
    if (change === "ERROR")
      throw new ApiError(object.code ?? 500, object.reason ?? "Unknown", object.message ?? "watch error");
    position = object.metadata.resourceVersion;
    if (change !== "BOOKMARK") {
      const key = keyOf(object);
      if (!isNewer(awaited.get(key), position)) awaited.delete(key);
      const held = slim(object);
      const dull = !expected.delete(key) && change === "MODIFIED" && isDull(held, key);
      if (change === "DELETED") cache.delete(key);
      else cache.set(held);
      if (!dull) notify(held, false);
    }
    return object.metadata.resourceVersion;
  }

  /** The watch from there on, ended when the server has been silent for too long. */
  async function* untilStalled(resourceVersion: string): AsyncIterable<WatchEvent> {
    const stalled = new AbortController();
    let timer = setTimeout(() => {}, 0);
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(() => stalled.abort(new Error(`no sign of life for ${stallMs / 1_000} s`)), stallMs);
    };
    alive();
    try {
      const timeoutSeconds = 300 + Math.floor(Math.random() * 300);
      const both = AbortSignal.any([signal, stalled.signal]);
      const options = {namespace, labelSelector, resourceVersion, timeoutSeconds, signal: both};
      for await (const event of client.watch(type, options)) {
        alive();
        yield event;
      }
    } finally {
      clearTimeout(timer);
    }
  }

  async function run() {
    let resourceVersion = "";
    for (let failures = 0; !signal.aborted; ) {
      try {
        if (!resourceVersion) resourceVersion = await relist();
        const started = Date.now();
        for await (const event of untilStalled(resourceVersion)) {
          resourceVersion = handle(event);
          failures = 0;
        }
        // A server that ends watches at once would otherwise be asked in a tight loop.
        if (Date.now() - started < 1_000) await sleep(backoffMs(failures++), signal);
      } catch (error) {
        if (signal.aborted) return;
        if (isExpired(error)) {
          metrics?.watchRestarted(type.kind, "expired");
          resourceVersion = "";
          failures++;
          if (failures > 1) await sleep(backoffMs(failures), signal);
          continue;
        }
        if (error instanceof ApiError && error.status === 404) {
          if (available) log.info({kind: type.kind}, "kind is not served here; waiting for its CRD");
          available = false;
          resourceVersion = "";
          const gone = cache.list();
          cache = createStore();
          awaited.clear();
          expected.clear();
          for (const object of gone) notify(object, true);
          markSynced();
          await sleep(MISSING_KIND_MS, signal);
          continue;
        }
        metrics?.watchRestarted(type.kind, error instanceof ApiError ? String(error.status) : "connection");
        // A server that is away is said once, not by each watch (outage.ts).
        const level = isUnreachable(error) ? "debug" : "warn";
        if (failures === 0) log[level]({kind: type.kind, error: (error as Error).message}, "watch cut; resuming");
        const asked = error instanceof ApiError ? (error.retryAfterSeconds ?? 0) * 1_000 : 0;
        await sleep(Math.max(asked, backoffMs(failures++)), signal);
      }
    }
  }
  void run();

  return {
    type,
    get: (key) => cache.get(key),
    list: () => cache.list(),
    keys: () => cache.keys(),
    ownedKeys: (uid) => cache.ownedKeys(uid),
    synced,
    available: () => available,
    wrote({metadata}) {
      if (isNewer(metadata.resourceVersion, position)) awaited.set(keyOf({metadata}), metadata.resourceVersion!);
    },
    behind(key) {
      const yet = isNewer(awaited.get(key), position);
      if (yet) expected.add(key);
      else awaited.delete(key);
      return yet;
    },
  };
}
