import {backoffMs, sleep} from "../../api/backoff.ts";
import {ApiError, isExpired, isUnreachable} from "./api-error.ts";
import type {KubeClient, WatchEvent} from "./client.ts";
import type {Logger} from "./logger.ts";
import type {Metrics} from "./metrics.ts";
import {createMirror, type Mirror, slim} from "./mirror.ts";
import {createStore, type Store} from "./store.ts";
import type {KubeObject, ResourceType} from "./types.ts";

export interface ReflectorOptions {
  client: KubeClient;
  log: Logger;
  type: ResourceType;
  namespace?: string | undefined;
  labelSelector?: string | undefined;
  /** Called after the cache holds the change; `object` is the last known state when it was deleted, `listed` tells a list's from a watch's. */
  onChange(object: KubeObject, listed: boolean): void;
  /** The part of an object whose changes are reported; default: all of it. Other changes, as of a status that this program writes, are only held. */
  notable?: ((object: KubeObject) => unknown) | undefined;
  /** Called when the server comes to serve the kind. */
  onAvailable?: (() => void) | undefined;
  signal: AbortSignal;
  metrics?: Metrics | undefined;
  /** A watch without any sign of life for this long is resumed; the server sends bookmarks about every minute. */
  stallMs?: number;
}

/** A cache of one kind that follows the API server. */
export interface Reflector extends Omit<Mirror, "replace" | "take" | "clear"> {
  type: ResourceType;
  /** Resolves once the first list is in the cache, or the kind is known to be missing on the server. */
  synced: Promise<void>;
  /** False while the server does not know the kind (its CRD is not installed). */
  available(): boolean;
}

const PAGE = 500;
/** How long to wait before asking again for a kind whose CRD is missing. */
const MISSING_KIND_MS = 5_000;
/** Without a pause, watches that end sooner than this would follow in a tight loop. */
const SHORT_WATCH_MS = 1_000;

/**
 * Lists in pages, then watches from there with bookmarks; resumes at the last seen resourceVersion after a cut, lists
 * anew on 410, backs off with jitter on every other fault. Never throws and never ends before the signal aborts.
 */
export function startReflector(options: ReflectorOptions): Reflector {
  const {log, type, onChange, notable, onAvailable} = options;
  const notify = (object: KubeObject, listed: boolean) => {
    try {
      onChange(object, listed);
    } catch (error) {
      log.error({err: error, kind: type.kind}, "change handler failed");
    }
  };
  const mirror = createMirror(notify, notable);
  const synced = Promise.withResolvers<void>();
  let available = true;
  void follow(options, {
    take: mirror.take,
    replace(listed, resourceVersion) {
      mirror.replace(listed, resourceVersion);
      const came = !available;
      available = true;
      synced.resolve();
      if (came) onAvailable?.();
    },
    missing() {
      if (available) log.info({kind: type.kind}, "kind is not served here; waiting for its CRD");
      available = false;
      mirror.clear();
      synced.resolve();
    },
  });
  return {...mirror, type, synced: synced.promise, available: () => available};
}

interface Follower extends Pick<Mirror, "replace" | "take"> {
  /** Called whenever the server says that it does not serve the kind. */
  missing(): void;
}

async function follow(options: ReflectorOptions, follower: Follower): Promise<void> {
  const {signal} = options;
  let resourceVersion = "";
  for (let failures = 0; !signal.aborted; ) {
    try {
      if (!resourceVersion) {
        const listed = await listAll(options);
        resourceVersion = listed.resourceVersion;
        follower.replace(listed.store, resourceVersion);
      }
      const started = Date.now();
      for await (const event of untilStalled(options, resourceVersion)) {
        resourceVersion = follower.take(event);
        failures = 0;
      }
      if (Date.now() - started < SHORT_WATCH_MS) await sleep(backoffMs(failures++), signal);
    } catch (error) {
      if (signal.aborted) return;
      if (isMissingKind(error)) follower.missing();
      else report(options, error, failures);
      const next = afterFault(error, failures);
      if (next.relist) resourceVersion = "";
      failures = next.failures;
      if (next.waitMs > 0) await sleep(next.waitMs, signal);
    }
  }
}

const isMissingKind = (error: unknown): boolean => error instanceof ApiError && error.status === 404;

/** How to go on after a fault: with a new list or from where the watch was, and after how long. */
function afterFault(error: unknown, failures: number): {relist: boolean; failures: number; waitMs: number} {
  if (isExpired(error))
    return {relist: true, failures: failures + 1, waitMs: failures > 0 ? backoffMs(failures + 1) : 0};
  if (isMissingKind(error)) return {relist: true, failures, waitMs: MISSING_KIND_MS};
  const retryAfterMs = error instanceof ApiError ? (error.retryAfterSeconds ?? 0) * 1_000 : 0;
  return {relist: false, failures: failures + 1, waitMs: Math.max(retryAfterMs, backoffMs(failures))};
}

function report({log, type, metrics}: ReflectorOptions, error: unknown, failures: number): void {
  if (isExpired(error)) {
    metrics?.watchRestarted(type.kind, "expired");
    return;
  }
  metrics?.watchRestarted(type.kind, error instanceof ApiError ? String(error.status) : "connection");
  // A server that is away is said once, not by each watch (outage.ts).
  const level = isUnreachable(error) ? "debug" : "warn";
  if (failures === 0) log[level]({kind: type.kind, error: (error as Error).message}, "watch cut; resuming");
}

async function listAll(options: ReflectorOptions): Promise<{store: Store; resourceVersion: string}> {
  const {client, type, namespace, labelSelector} = options;
  const store = createStore();
  let next: string | undefined;
  for (;;) {
    const page = await client.list(type, {namespace, labelSelector, limit: PAGE, continue: next});
    for (const object of page.items) store.set(slim(object));
    next = page.continue;
    if (!next) return {store, resourceVersion: page.resourceVersion};
  }
}

/** The watch from there on, ended when the server has been silent for too long. */
async function* untilStalled(options: ReflectorOptions, resourceVersion: string): AsyncIterable<WatchEvent> {
  const {client, type, namespace, labelSelector, signal, stallMs = 180_000} = options;
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
    const watch = {namespace, labelSelector, resourceVersion, timeoutSeconds, signal: both};
    for await (const event of client.watch(type, watch)) {
      alive();
      yield event;
    }
  } finally {
    clearTimeout(timer);
  }
}
