import {telemetryPipeline} from "../../api/crd.ts";
import {resolveSpec} from "../../api/pipeline.ts";
import {topicNames} from "../../cdk8s/components/kafka.ts";
import {PIPELINE_LABEL} from "../../cdk8s/context.ts";
import {isConflict, isNotFound, isRefused} from "../runtime/api-error.ts";
import type {KubeClient} from "../runtime/client.ts";
import type {Cache} from "../runtime/controller.ts";
import {builtin, type KubeObject, keyOf, type ResourceType, refOf} from "../runtime/types.ts";
import {ownedKeys, removeGuard} from "./guard.ts";
import {ownedKinds} from "./kinds.ts";
import {belongs} from "./ownership.ts";
import {passwordSecrets} from "./passwords.ts";

const FINALIZER = "telemetry.dev/teardown";
/** Set to "true", the pipeline goes at once and its objects are left to the garbage collector. */
const SKIP_ANNOTATION = "telemetry.dev/skip-teardown";
/** The order of the teardown is given up after this long. */
const LIMIT_MS = 300_000;
/** What must be gone before the next: consumers and jobs, Flink's before its account, then topics (their operator needs the brokers). */
const ORDER = ["FlinkDeployment", "Deployment", "CronJob", "Job", "KafkaTopic"];

const [KAFKA, TOPIC] = ["Kafka", "KafkaTopic"].map((kind) => ownedKinds.find((type) => type.kind === kind)!) as [
  ResourceType,
  ResourceType,
];

/** Makes the API server wait for `finalize` before the pipeline goes. */
export async function ensureFinalizer(client: KubeClient, {metadata}: KubeObject, cache: Cache): Promise<void> {
  if (metadata.finalizers?.includes(FINALIZER)) return;
  const live = await client.patch(telemetryPipeline, metadata, {
    metadata: {resourceVersion: metadata.resourceVersion, finalizers: [...(metadata.finalizers ?? []), FINALIZER]},
  });
  cache.wrote(telemetryPipeline, live);
}

/**
 * One step of the teardown: ends the consumers, then the topics, then lets the garbage collector take the rest. Retain
 * keeps topics and volumes.
 *
 * @returns what it waits for, or undefined once the pipeline may go
 */
export async function finalize(client: KubeClient, pipeline: KubeObject, cache: Cache): Promise<string | undefined> {
  const {metadata} = pipeline;
  if (!metadata.finalizers?.includes(FINALIZER)) return undefined;
  const overdue = Date.now() - Date.parse(metadata.deletionTimestamp!) > LIMIT_MS;
  const skip = overdue || metadata.annotations?.[SKIP_ANNOTATION] === "true";
  const waitsFor = skip ? undefined : await inOrder(client, pipeline, cache);
  if (waitsFor) return waitsFor;
  if (skip) await freeTopics(client, pipeline, cache);
  if (!retains(pipeline)) await removePasswords(client, pipeline, cache);
  await removeGuard(client, cache, keyOf(pipeline));
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

/** Secrets that were kept have no owner to go with. A user's own by such a name, as an external server's login, is never touched. */
async function removePasswords(client: KubeClient, pipeline: KubeObject, cache: Cache) {
  const {name: prefix, namespace} = pipeline.metadata;
  for (const name of passwordSecrets(prefix)) {
    const live = cache.get(builtin.secret, keyOf({metadata: {name, namespace: namespace!}}));
    if (live && belongs(pipeline, live)) await client.delete(builtin.secret, live.metadata);
  }
}

const retains = (pipeline: KubeObject) => resolveSpec(pipeline.spec).deletionPolicy === "Retain";

const ownedOf = (cache: Cache, pipeline: KubeObject, kind: string) =>
  ownedKinds
    .filter((type) => type.kind === kind)
    .flatMap((type) =>
      ownedKeys(cache, type, pipeline).flatMap((key) => {
        const object = cache.get(type, key);
        return object ? [{type, object}] : [];
      }),
    );

async function inOrder(client: KubeClient, pipeline: KubeObject, cache: Cache): Promise<string | undefined> {
  for (const {type, object} of retains(pipeline) ? ownedOf(cache, pipeline, "KafkaTopic") : []) {
    if (object.metadata.annotations?.["strimzi.io/managed"] === "false") continue;
    const refused = await tried(object, () =>
      client.patch(type, object.metadata, {metadata: {annotations: {"strimzi.io/managed": "false"}}}),
    );
    if (refused) return refused;
  }
  // Where a namespace is emptied, Kafka goes beside its topics, and with it the operator that lets them go.
  if (ownedOf(cache, pipeline, "Kafka").length === 0) await freeTopics(client, pipeline, cache);
  for (const kind of ORDER) {
    const left = ownedOf(cache, pipeline, kind);
    let refused: string | undefined;
    for (const {type, object} of left) {
      if (object.metadata.deletionTimestamp) continue;
      const why = await tried(object, () => client.delete(type, object.metadata));
      refused ??= why;
    }
    if (refused) return refused;
    if (left.length > 0) return `${kind} ${left.map(({object}) => object.metadata.name).join(", ")} to end`;
  }
  return undefined;
}

/** What the API server said against a step, which is tried again: the status tells it, and the teardown has its limit all the same. */
async function tried({kind, metadata: {name}}: KubeObject, step: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await step();
    return undefined;
  } catch (error) {
    if (!isRefused(error) || isConflict(error)) throw error;
    return `${kind} ${name} to be let go: ${error.message}`;
  }
}

/** A topic whose operator does not answer any more would keep its namespace for ever. */
async function freeTopics(client: KubeClient, pipeline: KubeObject, cache: Cache) {
  for (const {type, object} of ownedOf(cache, pipeline, "KafkaTopic")) {
    await free(client, type, object);
    await client.delete(type, object.metadata);
  }
}

/** The same for topics of a pipeline that went without its teardown, and whose Kafka went before them. */
export async function freeLeftTopics(client: KubeClient, cache: Cache, key: string): Promise<void> {
  const {name, namespace} = refOf(key);
  if (cache.get(KAFKA, key)) return;
  for (const topic of topicNames(name)) {
    const live = cache.get(TOPIC, `${namespace}/${topic}`);
    const left = live?.metadata.deletionTimestamp && live.metadata.labels?.[PIPELINE_LABEL] === name;
    if (left && !(await client.get(telemetryPipeline, refOf(key)))) await free(client, TOPIC, live);
  }
}

async function free(client: KubeClient, type: ResourceType, {metadata}: KubeObject) {
  try {
    await client.patch(type, metadata, {metadata: {finalizers: null}});
  } catch (error) {
    // The cache may be a moment behind.
    if (!isNotFound(error)) throw error;
  }
}
