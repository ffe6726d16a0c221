import {randomBytes} from "node:crypto";
import {isDeepStrictEqual} from "node:util";
import {type BuildContext, type Images, PIPELINE_LABEL} from "../../cdk8s/context.ts";
import {telemetryPipeline} from "../api/crd.ts";
import {type ResolvedSpec, resolveSpec} from "../api/profiles.ts";
import type {PipelineStatus} from "../api/schema.ts";
import {waiting} from "../components/component.ts";
import type {KubeClient} from "../runtime/client.ts";
import type {Cache, ReconcileResult} from "../runtime/controller.ts";
import {builtin, type KubeObject, keyOf, typeId} from "../runtime/types.ts";
import {applyObject, FIELD_MANAGER} from "./apply.ts";
import {ensureFinalizer, finalize} from "./finalize.ts";
import {readFreshness} from "./freshness.ts";
import {ownedKinds, typeOf} from "./kinds.ts";
import {type PlannedComponent, passwordSecrets, plan} from "./plan.ts";
import {failedStatus, type Observation, statusOf} from "./status.ts";

const POLL_MS = 5_000;

/** dereference → validate → plan → apply → prune → observe → status, for one pipeline. */
export async function reconcile(
  client: KubeClient,
  images: Images,
  key: string,
  cache: Cache,
): Promise<ReconcileResult> {
  const pipeline = cache.get(telemetryPipeline, key);
  if (!pipeline) return undefined;
  if (pipeline.metadata.deletionTimestamp) return finalize(client, pipeline, cache);
  const spec = resolveSpec(pipeline.spec);
  const {name, namespace} = pipeline.metadata;
  const missing = ownedKinds.find((type) => !cache.available(type));
  if (missing) {
    const message = `the cluster does not serve ${typeId(missing)}: install its operator's CRDs`;
    await writeStatus(client, pipeline, failedStatus(pipeline, "MissingCustomResourceDefinition", message, now()));
    return {requeueAfterMs: POLL_MS};
  }
  const context: BuildContext = {
    name,
    namespace: namespace!,
    spec,
    images,
    passwords: await passwords(client, cache, pipeline),
  };
  const planned = plan(context);
  if (!spec.paused) {
    await ensureFinalizer(client, pipeline);
    await applyPlan(client, cache, pipeline, planned, spec);
    await prune(client, cache, pipeline, planned);
  }
  const observed = await observe(cache, pipeline, planned, spec);
  await writeStatus(client, pipeline, statusOf(pipeline, spec, observed, now()));
  return {requeueAfterMs: POLL_MS};
}

const now = () => new Date().toISOString();

/** The live passwords, and new ones where there is none yet. */
async function passwords(client: KubeClient, cache: Cache, {metadata}: KubeObject): Promise<Record<string, string>> {
  const entries = passwordSecrets(metadata.name).map(async (name) => {
    const ref = {name, namespace: metadata.namespace!};
    // Only a Secret that the cache lacks costs a request: it may be newer than the cache, and a password is made once.
    const live = cache.get(builtin.secret, keyOf({metadata: ref})) ?? (await client.get(builtin.secret, ref));
    const encoded: string | undefined = live?.data?.password;
    return [name, encoded ? Buffer.from(encoded, "base64").toString() : randomBytes(24).toString("base64url")] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

const liveOf = (cache: Cache, {objects}: PlannedComponent) =>
  objects.map((object) => cache.get(typeOf(object), keyOf(object)));

const stateOf = (cache: Cache, planned: PlannedComponent, spec: ResolvedSpec) =>
  planned.component.readiness(liveOf(cache, planned), spec);

/** What a component of the plan still waits for; a component that exists is never held back again. */
function waitsFor(cache: Cache, one: PlannedComponent, all: PlannedComponent[], spec: ResolvedSpec): string {
  if (liveOf(cache, one).some((object) => object)) return "";
  for (const needed of all.filter(({component}) => one.component.dependsOn.includes(component.name))) {
    const state = stateOf(cache, needed, spec);
    if (!state.ready) return `waiting for ${needed.component.name}: ${state.message}`;
  }
  return "";
}

async function applyPlan(
  client: KubeClient,
  cache: Cache,
  pipeline: KubeObject,
  planned: PlannedComponent[],
  spec: ResolvedSpec,
) {
  for (const one of planned) {
    if (waitsFor(cache, one, planned, spec)) continue;
    for (const object of one.objects) await applyObject(client, cache, pipeline, object);
  }
}

/** Removes owned objects that left the plan. */
async function prune(client: KubeClient, cache: Cache, {metadata}: KubeObject, planned: PlannedComponent[]) {
  const wanted = new Set(planned.flatMap(({objects}) => objects.map((object) => `${typeId(object)} ${keyOf(object)}`)));
  for (const type of ownedKinds) {
    for (const object of cache.list(type)) {
      const ours = object.metadata.ownerReferences?.some(({uid}) => uid === metadata.uid);
      if (!ours || wanted.has(`${typeId(object)} ${keyOf(object)}`) || object.metadata.deletionTimestamp) continue;
      if (object.metadata.labels?.[PIPELINE_LABEL] === metadata.name) await client.delete(type, object.metadata);
    }
  }
}

async function observe(
  cache: Cache,
  {metadata}: KubeObject,
  planned: PlannedComponent[],
  spec: ResolvedSpec,
): Promise<Observation> {
  const components = planned.map((one) => {
    const held = waitsFor(cache, one, planned, spec);
    const state = held ? waiting("WaitingForDependency", held) : stateOf(cache, one, spec);
    return {name: one.component.name, version: one.component.version?.(spec), state};
  });
  const stores = (["timescaledb", "cassandra"] as const).filter((store) => spec[store].enabled);
  const freshness = spec.state === "Running" ? await readFreshness(metadata.name, metadata.namespace!, stores) : [];
  return {components, freshness};
}

/** Writes the status unless it is live already. */
async function writeStatus(client: KubeClient, pipeline: KubeObject, status: PipelineStatus): Promise<void> {
  if (isDeepStrictEqual(JSON.parse(JSON.stringify(status)), pipeline.status)) return;
  const {apiVersion, kind} = telemetryPipeline;
  const {name, namespace} = pipeline.metadata;
  const object = {apiVersion, kind, metadata: {name, ...(namespace ? {namespace} : {})}, status};
  await client.apply(telemetryPipeline, object, {fieldManager: FIELD_MANAGER, subresource: "status"});
}
