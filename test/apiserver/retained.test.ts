import {afterAll, beforeAll, expect, test} from "vitest";
import {telemetryPipeline} from "../../api/crd.ts";
import {waitFor} from "../../cluster/shell.ts";
import {ownedKinds} from "../../operator/reconcile/kinds.ts";
import {builtin, type KubeObject} from "../../operator/runtime/types.ts";
import {startFakes} from "./fakes.ts";
import * as h from "./harness.ts";

/** Kafka's volumes know their cluster's id; upstream makes up another one for each new Kafka. */
const NAMESPACE = "retained";
const PAUSE = "strimzi.io/pause-reconciliation";
const fleet = {name: "fleet", namespace: NAMESPACE};
const kafka = ownedKinds.find(({kind}) => kind === "Kafka")!;
const pool = ownedKinds.find(({kind}) => kind === "KafkaNodePool")!;
const spec = {cassandra: {enabled: false}, simulator: {enabled: false}};
let token: string;
let operator: h.RunningOperator;
let stopFakes: () => Promise<void>;

beforeAll(async () => {
  ({token, operator, stopFakes} = await h.startPlatform(NAMESPACE));
  await h.applyPipeline(NAMESPACE, spec);
  await h.untilReady(NAMESPACE);
}, 600_000);
afterAll(async () => {
  expect(operator.forbidden).toEqual([]);
  await h.stopPlatform(operator, stopFakes);
});

const live = async (): Promise<KubeObject> => (await h.admin.get(kafka, fleet))!;
const kept = () => h.admin.get(builtin.configMap, {name: "fleet-kafka-identity", namespace: NAMESPACE});
const isPaused = ({metadata}: KubeObject) => metadata.annotations?.[PAUSE] === "true";
const tell = (status: object) => h.admin.patch(kafka, fleet, {status}, "status");
const removed = async () => {
  await h.removePipeline(NAMESPACE);
  await waitFor("the Kafka to go", 240_000, async () => !(await h.admin.get(kafka, fleet)));
};
const waitsFor = (words: RegExp) =>
  h.untilStatus(
    NAMESPACE,
    String(words),
    ({components}) => components?.some(({message}) => words.test(message ?? "")) ?? false,
  );

test("what Kafka's volumes are known by is kept beside them, as the live Kafka says it", async () => {
  await waitFor("the identity", 240_000, async () => (await kept())?.data.nodeIds === '{"fleet-pool":[0]}');
  await tell({clusterId: "of-the-volumes"});
  await waitFor("the live id", 240_000, async () => (await kept())?.data.clusterId === "of-the-volumes");
  expect((await kept())!.metadata.ownerReferences).toBe(undefined);
});

test("a Kafka that is made anew waits until Strimzi has paused, whatever the operator does meanwhile", async () => {
  await removed();
  expect((await kept())!.data.clusterId).toBe("of-the-volumes");
  await stopFakes();
  await h.applyPipeline(NAMESPACE, spec);
  await waitsFor(/waiting for Strimzi to pause before restoring the cluster id of-the-volumes/);
  expect(isPaused(await live())).toBe(true);
  await operator.stop();
  operator = await h.startOperator({token});
  await waitFor("it to have looked", 240_000, async () => operator.reconciles() > 1);
  expect(isPaused(await live())).toBe(true);
  expect((await live()).status?.clusterId).toBe(undefined);
});

test("once it has, the id is in its status and Strimzi goes on; an id that is lost on the way is given again", async () => {
  await tell({conditions: [{type: "ReconciliationPaused", status: "True"}]});
  const given = () =>
    waitFor("the id, and no pause", 240_000, async () => {
      const now = await live();
      return now.status?.clusterId === "of-the-volumes" && !isPaused(now);
    });
  await given();
  await tell({clusterId: "made-up", conditions: []});
  await waitFor("the pause", 240_000, async () => isPaused(await live()));
  await tell({conditions: [{type: "ReconciliationPaused", status: "True"}]});
  await given();
  stopFakes = startFakes(h.admin);
  await h.untilReady(NAMESPACE);
  expect((await live()).status.clusterId).toBe("of-the-volumes");
  const {metadata} = (await h.admin.get(pool, {...fleet, name: "fleet-pool"}))!;
  expect(metadata.annotations).not.toHaveProperty("strimzi.io/next-node-ids");
});

test("with brokers that were added later, each pool has its volumes' ids again and topics their copies", async () => {
  await h.applyPipeline(NAMESPACE, {...spec, kafka: {replicas: 3}});
  await h.untilReady(NAMESPACE);
  await waitFor("the identity", 240_000, async () => JSON.parse((await kept())!.data.nodeIds)["fleet-brokers"]);
  const {nodeIds} = (await h.admin.get(pool, {...fleet, name: "fleet-brokers"}))!.status;
  await removed();
  await h.applyPipeline(NAMESPACE, {...spec, kafka: {replicas: 3}});
  await h.untilReady(NAMESPACE);
  const pools = Object.fromEntries(
    (await h.admin.list(pool, {namespace: NAMESPACE})).items.map((one) => [one.metadata.name, one]),
  );
  expect(pools["fleet-pool"]).toMatchObject({spec: {replicas: 1}, status: {nodeIds: [0]}});
  expect(pools["fleet-brokers"]).toMatchObject({spec: {replicas: 2}, status: {nodeIds}});
  expect((await h.objectsIn(NAMESPACE)).get("KafkaTopic/fleet-telemetry")!.spec.replicas).toBe(1);
});

test("a steady pipeline with an identity costs no write", async () => {
  await waitFor("silence", 240_000, async () => {
    const before = operator.writes();
    await new Promise((next) => setTimeout(next, 6_000));
    return operator.writes() === before;
  });
});

test("a pipeline that is to leave nothing takes it along", async () => {
  await h.admin.patch(telemetryPipeline, fleet, {spec: {deletionPolicy: "Delete"}});
  await waitFor("its owner", 240_000, async () => (await kept())?.metadata.ownerReferences !== undefined);
  await removed();
  await waitFor("it to go", 240_000, async () => !(await kept()));
});
