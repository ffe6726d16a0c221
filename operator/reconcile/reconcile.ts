import {isDeepStrictEqual} from "node:util";
import {usesFlink} from "../../api/components/flink.ts";
import {telemetryPipeline} from "../../api/crd.ts";
import {attempt} from "../../api/errors.ts";
import {secondsOf} from "../../api/fields.ts";
import {type ResolvedSpec, resolveSpec} from "../../api/pipeline.ts";
import type {ComponentStatus, PipelineStatus} from "../../api/status.ts";
import {enabledStores, STORES} from "../../api/stores.ts";
import type {BuildContext} from "../../cdk8s/context.ts";
import {type Readiness, waiting} from "../components/component.ts";
import {isConflict, isUnknownField} from "../runtime/api-error.ts";
import type {Cache, ReconcileResult} from "../runtime/controller.ts";
import {builtin, type KubeObject, keyOf} from "../runtime/types.ts";
import {FIELD_MANAGER} from "./apply.ts";
import {type Recommendation, scale} from "./autoscale.ts";
import {carryOut, type Outcome} from "./carry-out.ts";
import {askAgain, liveCassandra} from "./cassandra.ts";
import {finalize, freeLeftTopics} from "./finalize.ts";
import {describe, flinkDeployment, liveSql, patient, readUserSql} from "./flink.ts";
import type {StoreFigures} from "./freshness.ts";
import {removeLeftGuard} from "./guard.ts";
import {giveBackClusterId, kafkaFacts, kafkaObjects} from "./kafka.ts";
import {typeOf} from "./kinds.ts";
import {pairsOf, readinessOf, snapshot, waitsFor} from "./live.ts";
import {loginsOf, madeByUsers} from "./logins.ts";
import type {Memory} from "./memory.ts";
import {passwordsOf} from "./passwords.ts";
import {planOf} from "./plan.ts";
import type {Platform} from "./platform.ts";
import {podProblems} from "./pods.ts";
import {limitsCpu} from "./quota.ts";
import {type Routing, usableReceivers} from "./receivers.ts";
import {refusalOf} from "./refusals.ts";
import {deletingStatus, statusOf, transitions} from "./status.ts";
import {upgradeWaitsFor} from "./upgrade.ts";
import {possible} from "./validate.ts";

/** A pipeline that waits for something is looked at again after this long: not all that it may wait for is watched. */
const POLL_MS = 5_000;
/** One that is well is left alone until something changes; this is for what no watch told. */
const RESYNC_MS = 600_000;
/** One with Secrets of users, which are not watched: whoever uses one is to know a new password within a minute. */
const SECRETS_MS = 30_000;
const TEARDOWN_POLL_MS = 1_000;
/** One that belongs to another operator, in case that one goes. */
const OTHERS_POLL_MS = 10_000;

/** dereference → plan → validate → apply → prune → observe → status, for one pipeline. */
export async function reconcile(platform: Platform, key: string, cache: Cache): Promise<ReconcileResult> {
  const known = cache.get(telemetryPipeline, key);
  if (!known) {
    forget(platform, key);
    await removeLeftGuard(platform.client, cache, key);
    await freeLeftTopics(platform.client, cache, key);
    return undefined;
  }
  // What is known of it is older than what was last said of it: the rest of its status would be told twice.
  if (cache.behind(telemetryPipeline, key)) return {requeueAfterMs: POLL_MS};
  const pipeline = await platform.claims.claim(known, cache);
  if (!pipeline) {
    platform.freshness.forget(key);
    platform.exported.forget(key);
    return {requeueAfterMs: OTHERS_POLL_MS};
  }
  if (pipeline.metadata.deletionTimestamp) return tearDown(platform, pipeline, cache);
  const {client, images} = platform;
  const memory = platform.memories.of(pipeline);
  const {name, namespace} = pipeline.metadata;
  const asked = resolveSpec(pipeline.spec);
  const stores = enabledStores(asked);
  const scales = stores.some((store) => asked.ingester[store].autoscale);
  const staleSeconds = secondsOf(asked.observability.alerting.thresholds.freshness);
  const freshness =
    asked.state === "Running" ? platform.freshness.of(pipeline, stores, {always: scales, staleSeconds}) : [];
  if (asked.state !== "Running") platform.freshness.forget(key);
  const routing = await usableReceivers(client, memory, pipeline, asked);
  const spec = routed(scaled(asked, freshness, cache, memory, pipeline), routing);
  const user = await attempt(() => readUserSql(client, namespace!, spec));
  const kafkaFound = kafkaObjects(name, namespace!).map((object) => cache.get(typeOf(object), keyOf(object)));
  const context: BuildContext = {
    name,
    namespace: namespace!,
    uid: pipeline.metadata.uid,
    spec,
    images,
    passwords: passwordsOf(cache, memory.passwords, pipeline, spec),
    logins: await loginsOf(client, cache, memory, pipeline, spec),
    userSql: user.value,
    liveSql: liveSql(cache, pipeline),
    liveCassandra: await liveCassandra(platform, cache, pipeline, spec),
    limitsCpu: limitsCpu(cache.list(builtin.resourceQuota, namespace!)),
    ...kafkaFacts(name, kafkaFound),
  };
  const plan = planOf(memory, context);
  const {planned, absent} = possible(cache, plan.planned);
  const {problem, refused}: Outcome =
    spec.paused || user.problem
      ? {problem: spec.paused ? undefined : user.problem, refused: new Map()}
      : await carryOut(platform, cache, pipeline, memory, plan, planned, spec);
  if (!problem && !spec.paused && (await giveBackClusterId(client, kafkaFound[0], context.kafkaIdentity)))
    platform.log.info({pipeline: key, component: "kafka"}, "the Kafka was given the cluster id of its kept volumes");
  const seen = snapshot(cache);
  const podProblem = podProblems(client, pipeline);
  const components = await Promise.all(
    planned.map(async (one) => {
      const {name: component, version} = one.component;
      const refusal = refused.get(component);
      if (refusal) return {name: component, version: version?.(spec), state: waiting("ApplyRefused", refusal)};
      const held = waitsFor(seen, one, planned, spec);
      const looks = held ? waiting("WaitingForDependency", held) : readinessOf(seen, one, spec);
      const state = component === "flink" ? await ofFlink(looks) : looks;
      const why =
        state.ready || held
          ? ""
          : await podProblem(
              one,
              pairsOf(seen, one).map((pair) => pair.live),
            );
      const more = why || upgradeWaitsFor(seen, one, planned, spec);
      return {
        name: component,
        version: version?.(spec),
        state: more ? {...state, message: `${state.message}; ${more}`} : state,
      };
    }),
  );
  const observed = {components, freshness, problem, absent, unrouted: routing.fault};
  const nodes = components.find((component) => component.name === "cassandra");
  if (nodes && !spec.paused) {
    const before = pipeline.status?.components?.find((one: ComponentStatus) => one.name === "cassandra");
    await askAgain(client, pipeline, context.liveCassandra, nodes.state, before, Date.now());
  }
  await writeStatus(platform, pipeline, statusOf(pipeline, spec, observed, now()), cache);
  // The age of Flink's checkpoints and a user's ConfigMap come by no watch.
  const settled = !problem && !routing.fault && !usesFlink(spec) && components.every(({state}) => state.ready);
  if (!settled) return {requeueAfterMs: POLL_MS};
  const secrets = routing.receivers.length > 0 || madeByUsers(spec).length > 0;
  return {requeueAfterMs: (secrets ? SECRETS_MS : RESYNC_MS) * (1 + Math.random() / 10)};

  async function ofFlink(looks: Readiness): Promise<Readiness> {
    if (looks.reason === "Running") return describe(looks, await platform.readFlinkJob(name, namespace!), Date.now());
    const before = pipeline?.status?.components?.find((one: ComponentStatus) => one.name === "flink");
    return patient(looks, flinkDeployment(seen, pipeline!), before, Date.now());
  }
}

/** Drops what is remembered of a pipeline that is gone. */
function forget({freshness, exported, claims, memories}: Platform, key: string) {
  freshness.forget(key);
  exported.forget(key);
  claims.forget(key);
  memories.forget(key);
}

/** The spec with the replicas that the consumer lag asks for. */
function scaled(
  spec: ResolvedSpec,
  freshness: StoreFigures[],
  cache: Cache,
  {notes}: Memory,
  {metadata}: KubeObject,
): ResolvedSpec {
  const ingester = {...spec.ingester};
  for (const store of STORES) {
    const id = `ingester-${store}`;
    const live = cache.get(builtin.deployment, `${metadata.namespace}/${metadata.name}-ingester-${store}`);
    const load = freshness.find((fresh) => fresh.store === store)?.load;
    const history: Recommendation[] = notes.get(id)?.get("history") ?? [];
    if (ingester[store].autoscale) notes.set(id, new Map([["history", history]]));
    else notes.delete(id);
    ingester[store] = {
      ...ingester[store],
      replicas: scale(ingester[store], live?.spec.replicas, load, history, Date.now()),
    };
  }
  return {...spec, ingester};
}

/** The spec with those receivers of alerts that can work. */
function routed(spec: ResolvedSpec, {receivers}: Routing): ResolvedSpec {
  const {alerting, ...others} = spec.observability;
  return {...spec, observability: {...others, alerting: {...alerting, receivers}}};
}

const now = () => new Date().toISOString();

async function tearDown(platform: Platform, pipeline: KubeObject, cache: Cache): Promise<ReconcileResult> {
  const says = (waitsFor: string) => writeStatus(platform, pipeline, deletingStatus(pipeline, waitsFor, now()), cache);
  platform.freshness.forget(keyOf(pipeline));
  // What was so before is said no longer, whatever the first step meets.
  if (pipeline.status?.phase !== "Deleting") await says("consumers and jobs to end");
  const {value: waitsFor, problem} = await attempt(() =>
    finalize(platform.client, pipeline, cache).catch((error) => {
      if (isConflict(error)) throw error;
      throw refusalOf(error, "the API server");
    }),
  );
  if (!waitsFor && !problem) {
    forget(platform, keyOf(pipeline));
    return undefined;
  }
  await says(problem ? problem.message : waitsFor!);
  return {requeueAfterMs: problem ? POLL_MS : TEARDOWN_POLL_MS};
}

/** Writes the status unless it is live already, and tells people what changed. */
async function writeStatus(
  {client, events, exported, log}: Platform,
  pipeline: KubeObject,
  status: PipelineStatus,
  cache: Cache,
): Promise<void> {
  exported.show(keyOf(pipeline), status);
  if (isDeepStrictEqual(JSON.parse(JSON.stringify(status)), pipeline.status)) return;
  const {apiVersion, kind} = telemetryPipeline;
  const {name, namespace} = pipeline.metadata;
  const object = {apiVersion, kind, metadata: {name, ...(namespace ? {namespace} : {})}, status};
  const options = {fieldManager: FIELD_MANAGER, subresource: "status", metadataOnly: true} as const;
  const written = await client.apply(telemetryPipeline, object, options).catch((error) => {
    if (!isUnknownField(error)) throw error;
    // The definition is older than this operator, as after a rollback: a merge leaves out what it does not have.
    const gone = Object.fromEntries(Object.keys(pipeline.status ?? {}).map((key) => [key, null]));
    return client.patch(telemetryPipeline, pipeline.metadata, {status: {...gone, ...status}}, "status");
  });
  cache.wrote(telemetryPipeline, written);
  for (const {type, reason, message} of transitions(pipeline.status ?? {}, status)) {
    events.record(pipeline, type, reason, message);
    const level = type === "Warning" ? "warn" : "info";
    log[level]({pipeline: keyOf(pipeline), generation: pipeline.metadata.generation, reason}, message);
  }
}
