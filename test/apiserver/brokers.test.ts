import {afterAll, beforeAll, expect, test} from "vitest";
import {waitFor} from "../../cluster/shell.ts";
import {ownedKinds} from "../../operator/reconcile/kinds.ts";
import {builtin} from "../../operator/runtime/types.ts";
import {
  admin,
  applyPipeline,
  objectsIn,
  type RunningOperator,
  startPlatform,
  stopPlatform,
  untilReady,
  untilStatus,
} from "./harness.ts";

/** A live Kafka grows in the ways that Strimzi can follow. */
const NAMESPACE = "brokers";
const typeOf = (wanted: string) => ownedKinds.find(({kind}) => kind === wanted)!;
let operator: RunningOperator;
let stopFakes: () => Promise<void>;

beforeAll(async () => {
  ({operator, stopFakes} = await startPlatform(NAMESPACE));
  await applyPipeline(NAMESPACE, {cassandra: {enabled: false}});
  await untilReady(NAMESPACE);
}, 600_000);
afterAll(() => stopPlatform(operator, stopFakes));

const kafka = (replicas: number) => applyPipeline(NAMESPACE, {cassandra: {enabled: false}, kafka: {replicas}});
const replicas = async () => {
  const objects = [...(await objectsIn(NAMESPACE)).values()];
  const found = objects.filter(({kind}) => /^Kafka(NodePool|Topic)$/.test(kind));
  return Object.fromEntries(found.map(({metadata, spec}) => [metadata.name, spec.replicas]));
};
const grown = {"fleet-brokers": 2, "fleet-pool": 1, "fleet-telemetry": 1, "fleet-telemetry-dlq": 1};

test("added brokers are a pool beside that of the voters, and topics keep their copies", async () => {
  await kafka(3);
  await untilReady(NAMESPACE);
  expect(await replicas()).toEqual(grown);
  const cluster = (await objectsIn(NAMESPACE)).get("Kafka/fleet")!;
  expect(cluster.spec.kafka.config).toMatchObject({"default.replication.factor": 1, "min.insync.replicas": 1});
  expect(operator.forbidden).toEqual([]);
});

test("a Kafka that stays Ready is not while one of its pods is not, or is not there", async () => {
  const added = {name: "fleet-fleet-brokers-10", namespace: NAMESPACE};
  const says = (words: RegExp) =>
    untilStatus(
      NAMESPACE,
      String(words),
      ({components}) => !!components?.some(({message}) => words.test(message ?? "")),
    );
  const tell = (status: string) =>
    admin.patch(builtin.pod, added, {status: {conditions: [{type: "Ready", status}]}}, "status");
  await tell("False");
  await says(/KafkaNodePool fleet-brokers: pod fleet-fleet-brokers-10 is not ready/);
  await tell("True");
  await untilReady(NAMESPACE);
  await admin.delete(builtin.pod, added);
  await says(/KafkaNodePool fleet-brokers: pod fleet-fleet-brokers-10 is not there/);
  // The fakes look at a pool when its generation changes.
  const pool = {name: "fleet-brokers", namespace: NAMESPACE};
  await admin.patch(typeOf("KafkaNodePool"), pool, {status: {observedGeneration: 0}}, "status");
  await untilReady(NAMESPACE);
});

test("fewer than both pools have are refused", async () => {
  await kafka(1);
  await untilStatus(
    NAMESPACE,
    "CannotShrink",
    ({conditions}) =>
      !!conditions?.some(({message}) => /spec\.kafka\.replicas: 1 is less than the live 3/.test(message)),
  );
  expect(await replicas()).toEqual(grown);
  await kafka(3);
  await untilReady(NAMESPACE);
});

test("copies that were added by Kafka's own tools are told by an annotation; a change of the spec alone is reverted", async () => {
  const topic = {name: "fleet-telemetry", namespace: NAMESPACE};
  const live = () => admin.get(typeOf("KafkaTopic"), topic);
  await admin.patch(typeOf("KafkaTopic"), topic, {spec: {replicas: 2}});
  await waitFor("the revert", 240_000, async () => (await live())!.spec.replicas === 1);
  await admin.patch(typeOf("KafkaTopic"), topic, {metadata: {annotations: {"telemetry.dev/replicas": "3"}}});
  await waitFor("three copies", 240_000, async () => (await live())!.spec.replicas === 3);
  await untilReady(NAMESPACE);
  expect(await replicas()).toEqual({...grown, "fleet-telemetry": 3});
});
