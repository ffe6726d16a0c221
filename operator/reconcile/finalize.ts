import {telemetryPipeline} from "../../api/crd.ts";
import {resolveSpec} from "../../api/pipeline.ts";
import {components} from "../components/all.ts";
import type {Deletion} from "../components/component.ts";
import {isConflict, isNotFound, isRefused} from "../runtime/api-error.ts";
import type {KubeClient} from "../runtime/client.ts";
import type {Cache} from "../runtime/controller.ts";
import {builtin, type KubeObject, keyOf, type ResourceType, refOf} from "../runtime/types.ts";
import {ownedKeys, removeGuard, removeLeftGuard} from "./guard.ts";
import {ownedKinds} from "./kinds.ts";
import {belongs} from "./ownership.ts";
import {passwordSecrets} from "./passwords.ts";
import {finderIn, type Run} from "./run.ts";

const FINALIZER = "telemetry.dev/teardown";
/** Set to "true", the pipeline goes at once and its objects are left to the garbage collector. */
const SKIP_ANNOTATION = "telemetry.dev/skip-teardown";
/** The order of the teardown is given up after this long. */
const LIMIT_MS = 300_000;
/** Kinds of every pipeline whose pods use what comes after them. */
const CONSUMERS = ["Deployment", "CronJob", "Job"];

const before = (what: "consumers" | "rest"): string[] =>
  components.flatMap(({deleteBefore}) => deleteBefore?.[what] ?? []);
/** Each must be gone before the next is removed. */
const ORDER = [...before("consumers"), ...CONSUMERS, ...before("rest")];

/** Makes the API server wait for `finalize` before the pipeline goes. */
export async function ensureFinalizer(client: KubeClient, {metadata}: KubeObject, cache: Cache): Promise<void> {
  if (metadata.finalizers?.includes(FINALIZER)) return;
  const live = await client.patch(telemetryPipeline, metadata, {
    metadata: {resourceVersion: metadata.resourceVersion, finalizers: [...(metadata.finalizers ?? []), FINALIZER]},
  });
  cache.wrote(telemetryPipeline, live);
}

/**
 * One step of the teardown: ends the consumers, then what components want gone before the rest, then lets the garbage collector take
 * that. Retain keeps data.
 *
 * @returns what it waits for, or undefined once the pipeline may go
 */
export async function finalize(run: Run): Promise<string | undefined> {
  const {
    platform: {client},
    pipeline,
    cache,
    key,
  } = run;
  const {metadata} = pipeline;
  if (!metadata.finalizers?.includes(FINALIZER)) return undefined;
  const overdue = run.now - Date.parse(metadata.deletionTimestamp!) > LIMIT_MS;
  const abandoned = overdue || metadata.annotations?.[SKIP_ANNOTATION] === "true";
  const waitsFor = (await release(run, abandoned)) ?? (abandoned ? undefined : await removeInOrder(run));
  if (waitsFor) return waitsFor;
  if (!retains(pipeline)) await removePasswords(client, pipeline, cache);
  await removeGuard(client, cache, key);
  const finalizers = metadata.finalizers.filter((finalizer) => finalizer !== FINALIZER);
  const {resourceVersion} = metadata;
  try {
    await client.patch(telemetryPipeline, metadata, {metadata: {resourceVersion, finalizers}});
  } catch (error) {
    // The cache may be a moment behind our own last patch.
    if (!isNotFound(error)) throw error;
  }
  return undefined;
}

/** The steps that components take themselves. */
async function release({platform: {client}, pipeline, cache, name, namespace}: Run, abandoned: boolean) {
  const deletion: Deletion = {
    name,
    namespace,
    client,
    find: finderIn(cache, namespace),
    retains: retains(pipeline),
    abandoned,
    owned: (type) => ownedOf(cache, pipeline, type),
    attempt: tried,
  };
  for (const component of components) {
    const waitsFor = await component.release?.(deletion);
    if (waitsFor) return waitsFor;
  }
  return undefined;
}

/** Removes the remains of a pipeline that went without its teardown: its finalizer was removed by hand. */
export async function cleanUp(client: KubeClient, cache: Cache, key: string): Promise<void> {
  await removeLeftGuard(client, cache, key);
  const {name, namespace} = refOf(key);
  const left = {name, namespace: namespace!, client, find: finderIn(cache, namespace!)};
  // The cache of pipelines may be behind the others.
  const isGone = async () => !(await client.get(telemetryPipeline, refOf(key)));
  for (const component of components) await component.releaseLeft?.(left, isGone);
}

/** Secrets that were kept have no owner to go with. A user's own by such a name, as an external server's login, is never touched. */
async function removePasswords(client: KubeClient, pipeline: KubeObject, cache: Cache) {
  const {name: prefix, namespace} = pipeline.metadata;
  for (const name of passwordSecrets(prefix)) {
    const live = cache.get(builtin.secret, keyOf({metadata: {name, namespace: namespace!}}));
    if (live && belongs(pipeline, live)) await client.delete(builtin.secret, live.metadata);
  }
}

const retains = (pipeline: KubeObject) => resolveSpec(pipeline.spec).deletionPolicy === "Retain";

const ownedOf = (cache: Cache, pipeline: KubeObject, type: ResourceType): KubeObject[] =>
  ownedKeys(cache, type, pipeline).flatMap((key) => cache.get(type, key) ?? []);

async function removeInOrder({platform: {client}, pipeline, cache}: Run): Promise<string | undefined> {
  for (const kind of ORDER) {
    const type = ownedKinds.find((each) => each.kind === kind)!;
    const left = ownedOf(cache, pipeline, type);
    let refused: string | undefined;
    for (const object of left) {
      if (object.metadata.deletionTimestamp) continue;
      const why = await tried(object, () => client.delete(type, object.metadata));
      refused ??= why;
    }
    if (refused) return refused;
    if (left.length > 0) return `${kind} ${left.map(({metadata}) => metadata.name).join(", ")} to end`;
  }
  return undefined;
}

/** The refusal of a step, which is tried again: the status reports it, and the teardown has its limit all the same. */
async function tried({kind, metadata: {name}}: KubeObject, step: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await step();
    return undefined;
  } catch (error) {
    if (!isRefused(error) || isConflict(error)) throw error;
    return `${kind} ${name} to be let go: ${error.message}`;
  }
}
