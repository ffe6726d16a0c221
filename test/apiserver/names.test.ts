import {afterAll, beforeAll, expect, test} from "vitest";
import {telemetryPipeline} from "../../api/crd.ts";
import {ownedKinds} from "../../operator/reconcile/kinds.ts";
import {builtin, type KubeObject, type ResourceType} from "../../operator/runtime/types.ts";
import * as h from "./harness.ts";

/** What upstream's operators would make for a pipeline, by names that they derive, is somebody else's. */
const NAMESPACE = "names";
const kafka = ownedKinds.find(({kind}) => kind === "Kafka")!;
let operator: h.RunningOperator;
let stopFakes: () => Promise<void>;

beforeAll(async () => {
  ({operator, stopFakes} = await h.startPlatform(NAMESPACE));
}, 600_000);
afterAll(() => h.stopPlatform(operator, stopFakes));

const listeners = [{name: "plain", port: 9092, type: "internal", tls: false}];
const taken: [ResourceType, string, object][] = [
  [kafka, "fleet", {spec: {kafka: {listeners}}}],
  [builtin.secret, "fleet-ingester", {stringData: {password: "mine"}}],
  [builtin.secret, "fleet-simulator", {metadata: {labels: {"app.kubernetes.io/managed-by": "telemetry-operator"}}}],
  [builtin.secret, "fleet-cluster-ca", {stringData: {"ca.key": "mine"}}],
  [builtin.service, "fleet-kafka-bootstrap", {spec: {ports: [{port: 80}]}}],
  [builtin.serviceAccount, "fleet-entity-operator", {}],
  [builtin.configMap, "fleet-entity-topic-operator-config", {data: {mine: "1"}}],
];

const cases = taken.map(([type, name, rest]) => [`${type.kind} ${name}`, type, name, rest] as const);

test.each(cases)("%s of somebody else is refused before anything is made", async (_, type, name, rest) => {
  const {apiVersion, kind} = type;
  const {metadata, ...content} = rest as Partial<KubeObject>;
  const object = {apiVersion, kind, metadata: {...metadata, name, namespace: NAMESPACE}, ...content};
  const made = await h.admin.create(type, object);
  await h.applyPipeline(NAMESPACE, {cassandra: {enabled: false}});
  const status = await h.untilStatus(NAMESPACE, "the refusal", ({phase}) => phase === "Invalid");
  expect(h.conditionOf(status, "Valid")).toMatchObject({
    reason: "NameTaken",
    message: expect.stringContaining(`${kind} ${name} exists and does not belong to this pipeline`),
  });
  const others = [...(await h.objectsIn(NAMESPACE)).keys()].filter((title) => title !== `${kind}/${name}`);
  expect(others).toEqual([]);
  expect((await h.admin.get(type, made.metadata))!.metadata.uid).toBe(made.metadata.uid);
  await h.removePipeline(NAMESPACE);
  await h.admin.delete(type, made.metadata);
});

test("once it has gone the pipeline comes up, and what is made for it is never taken for somebody else's", async () => {
  await h.applyPipeline(NAMESPACE, {cassandra: {enabled: false}});
  await h.untilReady(NAMESPACE);
  await h.admin.patch(telemetryPipeline, {name: "fleet", namespace: NAMESPACE}, {spec: {simulator: {vehicles: 3}}});
  await h.untilReady(NAMESPACE);
  expect(operator.forbidden).toEqual([]);
});

test("an object of someone else is never taken over", async () => {
  const ref = {name: "taken-telemetry", namespace: NAMESPACE};
  const topic = ownedKinds.find(({kind}) => kind === "KafkaTopic")!;
  const {apiVersion, kind} = topic;
  await h.admin.apply(
    topic,
    {apiVersion, kind, metadata: ref, spec: {partitions: 3, replicas: 1}},
    {fieldManager: "someone"},
  );
  await h.applyPipeline(NAMESPACE, {}, "taken");
  const status = await h.untilStatus(NAMESPACE, "refusal", ({phase}) => phase === "Invalid", "taken");
  expect(h.conditionOf(status, "Valid")).toMatchObject({
    reason: "NameTaken",
    message: expect.stringMatching(/KafkaTopic taken-telemetry exists and does not belong/),
  });
  expect((await h.admin.get(topic, ref))!.spec.partitions).toBe(3);
  await h.removePipeline(NAMESPACE, "taken");
  expect(await h.admin.get(topic, ref)).toBeDefined();
});
