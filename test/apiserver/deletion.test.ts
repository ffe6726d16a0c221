import {afterAll, beforeAll, expect, test} from "vitest";
import {telemetryPipeline} from "../../api/crd.ts";
import {PIPELINE_LABEL} from "../../cdk8s/context.ts";
import {waitFor} from "../../cluster/shell.ts";
import {ownedKinds} from "../../operator/reconcile/kinds.ts";
import {startController} from "../../operator/runtime/controller.ts";
import {createLogger} from "../../operator/runtime/logger.ts";
import {builtin, type ResourceType} from "../../operator/runtime/types.ts";
import * as h from "./harness.ts";

/** Every way to delete a pipeline, with an operator that is there and one that comes back later, on a real garbage collector. */
const {admin} = h;
const NAMESPACE = "deletion";
const TOPIC_FINALIZER = "strimzi.io/topic-operator";
const [topicType, kafkaType] = ["KafkaTopic", "Kafka"].map(
  (kind) => ownedKinds.find((type) => type.kind === kind)!,
) as [ResourceType, ResourceType];

let token: string;
let operator: h.RunningOperator;
let stopFakes: () => Promise<void>;
const stopTopics = new AbortController();
let topics: Promise<void>;

/** Topics whose events Strimzi's topic operator would have deleted, by one try or several, and what was there when the first topic of each pipeline went. */
const deletedEvents = new Set<string>();
const thereAtFirst = new Map<string, string[]>();

beforeAll(async () => {
  ({token, operator, stopFakes} = await h.startPlatform(NAMESPACE));
  topics = startTopicOperator();
}, 600_000);
afterAll(async () => {
  stopTopics.abort();
  await topics;
  await h.stopPlatform(operator, stopFakes);
});

/** Strimzi's topic operator, as far as deletion goes: the events of a topic that is managed go with its object. It runs beside its Kafka only. */
function startTopicOperator(): Promise<void> {
  const log = createLogger("topics");
  log.level = "silent";
  return startController({
    client: admin,
    log,
    signal: stopTopics.signal,
    name: "topics",
    namespace: NAMESPACE,
    kind: topicType,
    async reconcile(key, cache) {
      const topic = cache.get(topicType, key);
      if (!topic) return undefined;
      const {name, deletionTimestamp, finalizers = [], labels, annotations} = topic.metadata;
      if (!deletionTimestamp) {
        if (!finalizers.includes(TOPIC_FINALIZER))
          await admin.patch(topicType, topic.metadata, {metadata: {finalizers: [...finalizers, TOPIC_FINALIZER]}});
        return undefined;
      }
      const pipeline = labels![PIPELINE_LABEL]!;
      if (!(await admin.get(kafkaType, {name: pipeline, namespace: NAMESPACE}))) return undefined;
      if (!thereAtFirst.has(pipeline)) thereAtFirst.set(pipeline, await objectsOf(pipeline));
      if (annotations?.["strimzi.io/managed"] !== "false") deletedEvents.add(name);
      const others = finalizers.filter((finalizer) => finalizer !== TOPIC_FINALIZER);
      await admin.patch(topicType, topic.metadata, {metadata: {finalizers: others}});
      return undefined;
    },
  });
}

/** A pipeline's objects, as `Kind/name`. */
async function objectsOf(pipeline: string): Promise<string[]> {
  const all = [...(await h.objectsIn(NAMESPACE))];
  return all.flatMap(([title, {metadata}]) => (metadata.labels?.[PIPELINE_LABEL] === pipeline ? [title] : [])).sort();
}

const PROGRAMS = /^(FlinkDeployment|Deployment|CronJob|Job)\//;
const SERVERS = /^(Kafka|KafkaNodePool|K8ssandraCluster|StatefulSet)\//;

async function bringUp(name: string, spec: object): Promise<string[]> {
  await h.applyPipeline(NAMESPACE, spec, name);
  await h.untilReady(NAMESPACE, name);
  await waitFor("the topics to be held", 240_000, async () => {
    const {items} = await admin.list(topicType, {namespace: NAMESPACE, labelSelector: `${PIPELINE_LABEL}=${name}`});
    return items.length > 0 && items.every(({metadata}) => metadata.finalizers?.includes(TOPIC_FINALIZER));
  });
  return objectsOf(name);
}

const remove = (name: string, propagationPolicy: string) =>
  admin.request("DELETE", `/apis/${telemetryPipeline.apiVersion}/namespaces/${NAMESPACE}/telemetrypipelines/${name}`, {
    apiVersion: "v1",
    kind: "DeleteOptions",
    propagationPolicy,
  });

/** Until the garbage collector has come to every object of a pipeline: it leaves the pipeline's reference on none. */
const untilCollected = (name: string) =>
  waitFor("the garbage collector", 240_000, async () => {
    const objects = [...(await h.objectsIn(NAMESPACE)).values()];
    return objects.every(({metadata}) => !metadata.ownerReferences?.some((owner) => owner.name === name));
  });

const untilGone = (name: string) =>
  waitFor(`${name} to go`, 240_000, async () => !(await h.getPipeline(NAMESPACE, name)));

const WAYS = ["Background", "Foreground", "Orphan"];

test.each(WAYS)("%s: in order, and under Retain without a loss of events", async (way) => {
  const name = way.toLowerCase();
  const before = await bringUp(name, {});
  await remove(name, way);
  await untilGone(name);
  expectOrder(name, before);
  expect([...deletedEvents]).toEqual([]);
  await waitFor("the rest to go", 240_000, async () => (await objectsOf(name)).every((left) => h.isKept(left)));
});

test.each(WAYS)("%s while the operator is away: nothing goes before it is back", async (way) => {
  const name = `${way.toLowerCase()}-away`;
  const before = await bringUp(name, {});
  await operator.stop();
  await remove(name, way);
  if (way !== "Background") await untilCollected(name);
  expect(await objectsOf(name)).toEqual(before);
  const {items} = await admin.list(topicType, {namespace: NAMESPACE});
  expect(items.filter(({metadata}) => metadata.deletionTimestamp)).toEqual([]);
  operator = await h.startOperator({token});
  await untilGone(name);
  expectOrder(name, before);
  expect([...deletedEvents]).toEqual([]);
  await waitFor("the rest to go", 240_000, async () => (await objectsOf(name)).every((left) => h.isKept(left)));
});

test("topics whose Kafka went first, as where a namespace is emptied, hold nothing up", async () => {
  const name = "emptied";
  await bringUp(name, {});
  await operator.stop();
  await remove(name, "Background");
  await admin.delete(kafkaType, {name, namespace: NAMESPACE});
  operator = await h.startOperator({token});
  await untilGone(name);
  expect([...deletedEvents]).toEqual([]);
  await waitFor("the rest to go", 240_000, async () => (await objectsOf(name)).every((left) => h.isKept(left)));
});

test("under Delete the events go with the topics, and nothing stays", async () => {
  const name = "delete";
  const before = await bringUp(name, {deletionPolicy: "Delete", flink: {enabled: true}});
  await remove(name, "Foreground");
  await untilGone(name);
  expectOrder(name, before);
  expect([...deletedEvents].sort()).toEqual(["delete-telemetry", "delete-telemetry-alerts", "delete-telemetry-dlq"]);
  deletedEvents.clear();
  await waitFor("the rest to go", 240_000, async () => (await objectsOf(name)).length === 0);
});

test("what a pipeline without its finalizer left goes with its guard: by hand, or when the operator is back", async () => {
  const names = ["by-hand", "by-operator"];
  for (const name of names) await bringUp(name, {});
  await operator.stop();
  for (const name of names) {
    await admin.patch(telemetryPipeline, {name, namespace: NAMESPACE}, {metadata: {finalizers: null}});
    await remove(name, "Foreground");
    await untilGone(name);
  }
  const untilEmpty = (name: string) =>
    waitFor("the rest to go", 240_000, async () => (await objectsOf(name)).every((left) => h.isKept(left)));
  await admin.delete(builtin.configMap, {name: "by-hand-teardown", namespace: NAMESPACE});
  await waitFor("the Kafka to go", 240_000, async () => !(await objectsOf("by-hand")).includes("Kafka/by-hand"));
  expect(await objectsOf("by-operator")).toContain("Kafka/by-operator");
  operator = await h.startOperator({token});
  // Topics that were left behind by their Kafka as well.
  for (const name of names) await untilEmpty(name);
  // Nobody marked these topics.
  deletedEvents.clear();
});

test("a guard that someone removes is made anew and holds every object again", async () => {
  await bringUp("guarded", {});
  await admin.delete(builtin.configMap, {name: "guarded-teardown", namespace: NAMESPACE});
  const isGuarded = async () => {
    const guard = await admin.get(builtin.configMap, {name: "guarded-teardown", namespace: NAMESPACE});
    const owners = [...(await h.objectsIn(NAMESPACE)).values()].flatMap(({metadata: {ownerReferences = []}}) =>
      ownerReferences.some(({name}) => name === "guarded") ? [ownerReferences] : [],
    );
    const mine = owners.filter((references) => references.some(({kind}) => kind === telemetryPipeline.kind));
    return mine.length > 10 && mine.every((references) => references.some(({uid}) => uid === guard?.metadata.uid));
  };
  await waitFor("the new guard", 240_000, isGuarded);
  await h.removePipeline(NAMESPACE, "guarded");
});

test("a pipeline that is being taken down says so, with what it waits for, and nothing of before", async () => {
  await bringUp("going", {});
  const held = {name: "going-ingester-timescaledb", namespace: NAMESPACE};
  await admin.patch(builtin.deployment, held, {metadata: {finalizers: ["a.b/c"]}});
  await operator.stop();
  await remove("going", "Foreground");
  operator = await h.startOperator({token});
  const {status} = await waitFor("the phase", 240_000, async () => {
    const live = await h.getPipeline(NAMESPACE, "going");
    const ready = h.conditionOf(live?.status ?? {}, "Ready");
    return ready?.message === "waiting for Deployment going-ingester-timescaledb to end" ? live : undefined;
  });
  expect(status).toMatchObject({phase: "Deleting", freshness: []});
  expect(status.components.filter(({ready}: any) => ready)).toEqual([]);
  expect(h.conditionOf(status, "Progressing")).toMatchObject({status: "True", reason: "Deleting"});
  await admin.patch(builtin.deployment, held, {metadata: {finalizers: null}});
  await untilGone("going");
  expect([...deletedEvents]).toEqual([]);
});

/** Programs go before the first topic, topics before the servers. */
function expectOrder(name: string, before: string[]) {
  const then = thereAtFirst.get(name)!;
  expect(then.filter((title) => PROGRAMS.test(title))).toEqual([]);
  expect(then.filter((title) => SERVERS.test(title))).toEqual(before.filter((title) => SERVERS.test(title)));
}
