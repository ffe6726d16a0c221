import {setImmediate} from "node:timers/promises";
import {isConflict, isUnreachable} from "./api-error.ts";
import type {KubeClient} from "./client.ts";
import type {Logger} from "./logger.ts";
import type {Metrics} from "./metrics.ts";
import {createQueue, type WorkQueue} from "./queue.ts";
import {type Reflector, startReflector} from "./reflector.ts";
import {NotLeadingError} from "./terms.ts";
import {type KubeObject, keyOf, type ResourceType, typeId} from "./types.ts";

/** The objects that the controller's reflectors hold. */
export interface Cache {
  get(type: ResourceType, key: string): KubeObject | undefined;
  list(type: ResourceType, namespace: string): KubeObject[];
  /** Keys of the objects with an owner reference to this uid. */
  ownedKeys(type: ResourceType, uid: string): string[];
  /** False while the API server does not serve the kind. */
  available(type: ResourceType): boolean;
  /** Notes the answer to a write, so that nothing is written again for a cache that has not seen it yet. */
  wrote(type: ResourceType, object: KubeObject): void;
  /** Whether the cache has not come to the last write of that key yet; its arrival leads to a reconcile. */
  behind(type: ResourceType, key: string): boolean;
}

/** The wish of a reconcile: nothing, or to be called again after a while even if nothing changes. */
export type ReconcileResult = {requeueAfterMs?: number} | undefined;

export interface WatchedKind {
  type: ResourceType;
  labelSelector?: string;
  /** The keys of the pipelines (or other main objects) that a change of this object concerns. */
  map(object: KubeObject): string[];
}

export interface ControllerOptions {
  name: string;
  client: KubeClient;
  log: Logger;
  kind: ResourceType;
  /** Watch this namespace only; default: all. */
  namespace?: string | undefined;
  watches?: WatchedKind[];
  /** The part of an object of the main kind whose changes lead to a reconcile; default: all of it. */
  notable?(object: KubeObject): unknown;
  /** Handed what puts a key on the queue, for causes that are no objects. */
  triggers?: ((enqueue: (key: string) => void) => void)[];
  reconcile(key: string, cache: Cache): Promise<ReconcileResult>;
  workers?: number;
  signal: AbortSignal;
  metrics?: Metrics | undefined;
  /** Called once the caches are filled. */
  onSynced?(): void;
  /** Nothing is reconciled before this resolves; the caches fill meanwhile. Default: at once. */
  elected?: Promise<void>;
}

/**
 * Runs a level-triggered controller until the signal aborts: any change of the main kind or of a watched kind puts its key
 * on a de-duplicating queue; a reconcile that throws is tried again with the key's back-off.
 */
export async function startController(options: ControllerOptions): Promise<void> {
  const {workers = 2, signal, metrics} = options;
  const queue = createQueue({
    onAdd: () => metrics?.added(options.name),
    onRetry: () => metrics?.retried(options.name),
    onTake: (seconds) => metrics?.waited(options.name, seconds),
  });
  metrics?.queued(options.name, queue.depth);
  signal.addEventListener("abort", () => queue.close(), {once: true});
  const reflectors = startReflectors(options, queue);
  for (const trigger of options.triggers ?? []) trigger(queue.add);
  // Of a server that is away no cache is ever filled, and a stop has to end the wait.
  const aborted = new Promise<void>((done) => {
    if (signal.aborted) done();
    else signal.addEventListener("abort", () => done(), {once: true});
  });
  await Promise.race([Promise.all([...reflectors.values()].map((reflector) => reflector.synced)), aborted]);
  if (signal.aborted) return;
  options.onSynced?.();
  await options.elected;
  const [cache, ownTurn] = [cacheOf(reflectors), turns()];
  await Promise.all(Array.from({length: workers}, () => work(options, queue, cache, ownTurn)));
}

type Reflectors = Map<string, Reflector>;

function startReflectors(options: ControllerOptions, queue: WorkQueue): Reflectors {
  const {client, log, kind, namespace, watches = [], signal, metrics} = options;
  const reflectors: Reflectors = new Map();
  // A kind that has come may be what any of them waits for.
  const onAvailable = () => {
    for (const key of reflectors.get(typeId(kind))?.keys() ?? []) queue.add(key);
  };
  const main: WatchedKind = {type: kind, map: (object) => [keyOf(object)]};
  for (const {type, labelSelector, map} of [main, ...watches]) {
    // After a start everything is listed: what changes meanwhile does not wait behind that.
    const onChange = (object: KubeObject, listed: boolean) => {
      for (const key of map(object)) queue.add(key, listed);
    };
    const reflector = startReflector({
      client,
      log,
      type,
      namespace: type.namespaced ? namespace : undefined,
      labelSelector,
      onChange,
      notable: type === kind ? options.notable : undefined,
      onAvailable,
      signal,
      metrics,
    });
    reflectors.set(typeId(type), reflector);
  }
  return reflectors;
}

function cacheOf(reflectors: Reflectors): Cache {
  const known = new Map<ResourceType, Reflector | undefined>();
  /** A reconcile asks hundreds of times, and of the same few types: their names are joined once. */
  function of(type: ResourceType): Reflector | undefined {
    if (!known.has(type)) known.set(type, reflectors.get(typeId(type)));
    return known.get(type);
  }
  return {
    get: (type, key) => of(type)?.get(key),
    list(type, namespace) {
      const keys =
        of(type)
          ?.keys()
          .filter((key) => key.startsWith(`${namespace}/`)) ?? [];
      return keys.flatMap((key) => of(type)!.get(key) ?? []);
    },
    ownedKeys: (type, uid) => of(type)?.ownedKeys(uid) ?? [],
    available: (type) => of(type)?.available() ?? false,
    wrote: (type, object) => of(type)?.wrote(object),
    behind: (type, key) => of(type)?.behind(key) ?? false,
  };
}

/** A reconcile that finds nothing to do waits for nothing: a thousand in a row would keep every timer and answer waiting, the renewal of the Lease among them. */
function turns(): () => Promise<unknown> {
  let turn: Promise<unknown> = Promise.resolve();
  return () => {
    turn = turn.then(() => setImmediate());
    return turn;
  };
}

async function work(
  {name, log, signal, metrics, reconcile}: ControllerOptions,
  queue: WorkQueue,
  cache: Cache,
  ownTurn: () => Promise<unknown>,
): Promise<void> {
  for (let key = await queue.next(); key !== undefined; key = await queue.next()) {
    await ownTurn();
    const started = performance.now();
    const seconds = () => (performance.now() - started) / 1000;
    try {
      const result = await reconcile(key, cache);
      queue.forget(key);
      if (result?.requeueAfterMs !== undefined) queue.addAfter(key, result.requeueAfterMs);
      metrics?.reconciled(name, result?.requeueAfterMs === undefined ? "success" : "requeue_after", seconds());
    } catch (error) {
      if (signal.aborted) return;
      // Someone else wrote in between, and the change is on its way; or the server is away, or the Lease is in doubt, which is said
      // once (outage.ts, election.ts).
      const expected = isConflict(error) || isUnreachable(error) || error instanceof NotLeadingError;
      log[expected ? "debug" : "error"]({err: error, controller: name, key}, "reconcile failed; trying again");
      queue.addRateLimited(key);
      metrics?.reconciled(name, "error", seconds());
    } finally {
      queue.done(key);
    }
  }
}

/** The keys of an object's owners of one kind, for `map`. */
export const ownerKeys = (object: KubeObject, owner: ResourceType): string[] =>
  (object.metadata.ownerReferences ?? [])
    .filter((reference) => reference.kind === owner.kind && reference.apiVersion === owner.apiVersion)
    .map((reference) =>
      object.metadata.namespace ? `${object.metadata.namespace}/${reference.name}` : reference.name,
    );
