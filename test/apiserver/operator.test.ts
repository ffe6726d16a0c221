import {readdirSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {isDeepStrictEqual} from "node:util";
import {afterAll, beforeAll, expect, test} from "vitest";
import {parse} from "yaml";
import {telemetryPipeline} from "../../api/crd.ts";
import {resolveSpec} from "../../api/pipeline.ts";
import {newDatacenter} from "../../cdk8s/components/cassandra/client.ts";
import {defaultImages} from "../../cdk8s/context.ts";
import {waitFor} from "../../cluster/shell.ts";
import {ownedKinds, typeOf} from "../../operator/reconcile/kinds.ts";
import {generatedPasswords, passwordSecrets} from "../../operator/reconcile/passwords.ts";
import {plan} from "../../operator/reconcile/plan.ts";
import {builtin} from "../../operator/runtime/types.ts";
import {startFakes} from "./fakes.ts";
import * as h from "./harness.ts";

/** The operator against a real apiserver with the real upstream definitions, RBAC on and its own Role: in this order. */
const {admin} = h;
let token: string;
let operator: h.RunningOperator;
let stopFakes: () => Promise<void>;

beforeAll(async () => {
  await h.removeUpstreamCrds();
  token = await h.operatorToken();
  operator = await h.startOperator({token});
  await Promise.all(["a", "b", "c"].map(h.namespace));
});
afterAll(async () => {
  await operator.stop();
  await h.removeAllPipelines();
  await stopFakes();
});

const deployment = (name: string) => ({name, namespace: "a"});

test("a pipeline before its upstream definitions says which is missing, and goes on once they are there", async () => {
  await h.applyPipeline("a");
  const status = await h.untilStatus("a", "missing definition", (seen) => seen.phase === "Invalid");
  expect(h.conditionOf(status, "Valid")).toMatchObject({
    status: "False",
    reason: "MissingCustomResourceDefinition",
    message: expect.stringMatching(/kafka\.strimzi\.io.*install the operator/),
  });
  expect((await h.objectsIn("a")).size).toBe(0);
  await h.applyUpstreamCrds();
  stopFakes = startFakes(admin);
  await h.untilReady("a");
});

test("status has components, versions, endpoints of time and one condition a type, each with its generation", async () => {
  const live = (await h.getPipeline("a"))!;
  expect(live.status.components.map(({name}: any) => name)).toEqual([
    "kafka",
    "timescaledb",
    "cassandra",
    "ingester-timescaledb",
    "ingester-cassandra",
    "simulator",
    "console",
    "alert-receiver",
    "monitoring",
    "alert-routes",
    "grafana",
    "grafana-operator",
  ]);
  const types = live.status.conditions.map(({type}: any) => type);
  expect(types).toEqual([
    "Valid",
    "Reconciled",
    "Ready",
    "Degraded",
    "Monitored",
    "Alerting",
    "Complete",
    "Progressing",
  ]);
  for (const condition of live.status.conditions) {
    expect(condition.observedGeneration).toBe(live.metadata.generation);
    expect(condition.reason).toMatch(/^[A-Z][A-Za-z]+$/);
  }
});

test("status.endpoints names addresses that are Services, and Secrets with the keys that it lists", async () => {
  const {endpoints} = (await h.getPipeline("a"))!.status;
  expect(endpoints.map(({name}: any) => name)).toEqual(["kafka", "timescaledb", "cassandra", "console"]);
  expect(endpoints[0]).toEqual({
    name: "kafka",
    protocol: "kafka",
    address: "fleet-kafka-bootstrap.a.svc.cluster.local:9092",
    topic: "telemetry",
    tls: false,
    mechanism: "SCRAM-SHA-512",
  });
  const datacenter = newDatacenter("fleet");
  expect(endpoints[2]).toMatchObject({datacenter, address: `fleet-${datacenter}-service.a.svc.cluster.local`});
  for (const {address, port, secret, secretKeys} of [endpoints[1], endpoints[3]]) {
    const service = await admin.get(builtin.service, deployment(address.split(".")[0]));
    expect(service?.spec.ports).toMatchObject([{port}]);
    const live = await admin.get(builtin.secret, deployment(secret));
    expect(Object.keys(live?.data)).toEqual(expect.arrayContaining(secretKeys));
  }
});

const examples = join(import.meta.dirname, "../../examples");

test.each(readdirSync(examples).filter((name) => name.endsWith(".yaml")))(
  "%s is accepted, and every object of its plan passes strict validation",
  async (name) => {
    const example = parse(readFileSync(join(examples, name), "utf8"));
    const pipeline = {...example, metadata: {name: "strict", namespace: "b"}};
    await admin.apply(telemetryPipeline, pipeline, {fieldManager: "test", dryRun: true});
    const {spec} = example;
    const passwords = Object.fromEntries(passwordSecrets("strict").map((secret) => [secret, "not-random"]));
    const context = {name: "strict", namespace: "b", spec: resolveSpec(spec ?? {}), images: defaultImages, passwords};
    for (const object of plan(context).flatMap(({objects}) => objects)) {
      await admin.apply(typeOf(object), object, {fieldManager: "test", dryRun: true});
    }
  },
);

test("a steady pipeline costs no write", async () => {
  await h.untilReady("a");
  const resourceVersions = async () => {
    const live = [...(await h.objectsIn("a")).values(), (await h.getPipeline("a"))!];
    return live.map(({kind, metadata}) => `${kind}/${metadata.name} ${metadata.resourceVersion}`);
  };
  // A write that was under way when the pipeline became Ready may still come.
  const before = await waitFor("two equal looks", 240_000, async () => {
    const [writes, look] = [operator.writes(), await resourceVersions()];
    await new Promise((next) => setTimeout(next, 2_000));
    return operator.writes() === writes && look;
  });
  const writes = operator.writes();
  const gets = operator.calls.get("GET 200") ?? 0;
  await new Promise((next) => setTimeout(next, 11_000));
  expect(operator.writes() - writes).toBe(0);
  expect((operator.calls.get("GET 200") ?? 0) - gets).toBe(0);
  expect(await resourceVersions()).toEqual(before);
});

test("an operator that starts anew finds all as it would make it, and writes nothing", async () => {
  const [operatorBefore, before] = [operator, await h.getPipeline("a")];
  await operatorBefore.stop();
  operator = await h.startOperator({token});
  await waitFor("it to have looked", 240_000, async () => operator.reconciles() > 0);
  await new Promise((next) => setTimeout(next, 5_000));
  expect(operator.written).toEqual([]);
  expect([...operatorBefore.forbidden, ...operator.forbidden]).toEqual([]);
  expect((await h.getPipeline("a"))?.metadata.resourceVersion).toBe(before?.metadata.resourceVersion);
});

test("what someone changed by hand is reverted, in every kind", async () => {
  const scaled = deployment("fleet-ingester-cassandra");
  const edits: [any, any, object, (live: any) => unknown, unknown][] = [
    [builtin.deployment, scaled, {spec: {replicas: 4}}, (live) => live.spec.replicas, 1],
    [
      builtin.service,
      deployment("fleet-timescaledb"),
      {metadata: {labels: {"telemetry.dev/pipeline": "x"}}},
      (live) => live.metadata.labels["telemetry.dev/pipeline"],
      "fleet",
    ],
    [
      ownedKinds.find(({kind}) => kind === "Kafka")!,
      deployment("fleet"),
      {spec: {kafka: {config: {"auto.create.topics.enable": true}}}},
      (live) => live.spec.kafka.config["auto.create.topics.enable"],
      false,
    ],
    [
      ownedKinds.find(({kind}) => kind === "KafkaTopic")!,
      deployment("fleet-telemetry"),
      {spec: {config: {"retention.ms": 5}}},
      (live) => live.spec.config["retention.ms"],
      604_800_000,
    ],
  ];
  for (const [type, ref, patch, read, wanted] of edits) {
    await admin.patch(type, ref, patch);
    await waitFor(`the revert of ${type.kind}`, 240_000, async () => read(await admin.get(type, ref)) === wanted);
  }
  await admin.delete(builtin.service, deployment("fleet-simulator"));
  await waitFor("the Service to come back", 240_000, () => admin.get(builtin.service, deployment("fleet-simulator")));
});

test("a password Secret without an owner is put back at once: deleted with a new password, edited as it was", async () => {
  const ref = deployment("fleet-timescaledb");
  const live = () => admin.get(builtin.secret, ref);
  await h.untilReady("a");
  const {data, metadata} = (await live())!;
  expect(metadata.ownerReferences).toBe(undefined);
  await admin.patch(builtin.secret, ref, {data: {database: btoa("other")}});
  await waitFor("the revert", 240_000, async () => (await live())!.data.database === data.database);
  await admin.delete(builtin.secret, ref);
  await waitFor(
    "a new password",
    240_000,
    async () => ![undefined, data.password].includes((await live())?.data.password),
  );
  await h.untilReady("a");
});

test("fields of others are left alone, and cost no write", async () => {
  const ref = deployment("fleet-ingester-cassandra");
  const sidecar = {name: "sidecar", image: "example.invalid/sidecar:1"};
  const foreign = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: {...ref, annotations: {"example.com/note": "mine"}},
    spec: {template: {spec: {containers: [sidecar]}}},
  };
  await admin.apply(builtin.deployment, foreign, {fieldManager: "injector"});
  await h.untilReady("a");
  const writes = await waitFor("the operator to have looked", 240_000, async () => {
    const count = operator.writes();
    await new Promise((next) => setTimeout(next, 6_000));
    return operator.writes() === count && count;
  });
  const live = (await admin.get(builtin.deployment, ref))!;
  expect(live.metadata.annotations?.["example.com/note"]).toBe("mine");
  expect(live.spec.template.spec.containers.map(({name}: any) => name)).toContain("sidecar");
  expect(operator.writes()).toBe(writes);
});

test("two pipelines of one name in two namespaces do not meet", async () => {
  await h.applyPipeline("b", {simulator: {vehicles: 9}});
  await h.untilReady("b");
  const [inA, inB] = [await h.objectsIn("a"), await h.objectsIn("b")];
  // The names of Jobs end in a hash of what they do, addresses included.
  const names = (objects: typeof inA) => [...objects.keys()].map((name) => name.replace(/-[0-9a-f]{8}$/, "")).sort();
  expect(names(inB)).toEqual(names(inA));
  const password = (objects: typeof inA) => objects.get("Secret/fleet-timescaledb")!.data.password;
  expect(password(inA)).not.toBe(password(inB));
  await h.removePipeline("b");
  await h.untilReady("a");
});

test("a component that is switched off goes, and comes back when switched on", async () => {
  await h.applyPipeline("a", {cassandra: {enabled: false}});
  await h.untilObjects(
    "a",
    "Cassandra to go",
    (names) => !names.some((name) => /K8ssandra|cassandra/.test(name) && !/^Secret/.test(name)),
  );
  await h.applyPipeline("a", {});
  const status = await h.untilReady("a");
  expect(status.components?.every(({ready}) => ready)).toBe(true);
});

test("Stopped scales to nothing and keeps everything else; Running brings it back", async () => {
  await h.applyPipeline("a", {state: "Stopped"});
  await h.untilStatus("a", "Stopped", ({phase}) => phase === "Stopped");
  await waitFor("no replica", 240_000, async () => {
    const objects = [...(await h.objectsIn("a")).values()].filter(
      ({kind}) => kind === "Deployment" || kind === "StatefulSet",
    );
    return objects.length === 7 && objects.every(({spec}) => spec.replicas === 0);
  });
  expect((await h.objectsIn("a")).has("K8ssandraCluster/fleet")).toBe(true);
  await h.applyPipeline("a", {});
  await h.untilReady("a");
});

test("paused changes nothing, says so, and goes on afterwards", async () => {
  await h.applyPipeline("a", {paused: true, simulator: {vehicles: 50}});
  const status = await h.untilStatus("a", "Paused", ({phase}) => phase === "Paused");
  expect(h.conditionOf(status, "Reconciled")).toMatchObject({status: "False", reason: "Paused"});
  const vehicles = async () =>
    JSON.parse((await admin.get(builtin.configMap, deployment("fleet-simulator")))!.data["fleet.json"]).vehicles;
  expect(await vehicles()).toBe(4);
  await h.applyPipeline("a", {simulator: {vehicles: 50}});
  await waitFor("fifty vehicles", 240_000, async () => (await vehicles()) === 50);
  await h.untilReady("a");
});

test.each([
  [
    "storage by a smaller profile",
    {profile: "Small"},
    {},
    "CannotShrink",
    /spec\.kafka\.storage: 5Gi is less than the live 50Gi/,
  ],
  [
    "partitions by leaving the field out",
    {kafka: {topic: {partitions: 12}}},
    {},
    "CannotShrink",
    /spec\.kafka\.topic\.partitions: 6 is less than the live 12/,
  ],
  [
    "more ingesters than the default partitions",
    {},
    {ingester: {timescaledb: {replicas: 7}}},
    "TooManyIngesters",
    /spec\.ingester\.timescaledb\.replicas: 7 is more than spec\.kafka\.topic\.partitions \(6\)/,
  ],
  [
    "an interval that makes too many chunks of the default retention",
    {},
    {timescaledb: {chunkInterval: "5m"}},
    "TooManyChunks",
    /spec\.timescaledb\.retention: 30d is 8640 times spec\.timescaledb\.chunkInterval/,
  ],
])("%s is refused with the field and the fix, and what runs stays", async (_, first, second, reason, message) => {
  await h.applyPipeline("c", first);
  await h.untilReady("c");
  const before = (await h.objectsIn("c")).get("Kafka/fleet")!;
  await h.applyPipeline("c", second);
  const status = await h.untilStatus("c", "refusal", ({phase}) => phase === "Invalid");
  expect(h.conditionOf(status, "Valid")).toMatchObject({
    status: "False",
    reason,
    message: expect.stringMatching(message),
  });
  expect((await h.objectsIn("c")).get("Kafka/fleet")!.spec).toEqual(before.spec);
  await h.applyPipeline("c", first);
  await h.untilReady("c");
  await h.removePipeline("c");
  // Nobody needs the data: the next one may have fewer brokers.
  await admin.delete(builtin.configMap, {name: "fleet-kafka-identity", namespace: "c"});
});

test("ingesters are added while events wait, up to the limit, and go when the spec says so", async () => {
  const ref = deployment("fleet-ingester-cassandra");
  const replicas = async () => (await admin.get(builtin.deployment, ref))!.spec.replicas;
  const autoscale = {maxReplicas: 4, targetLag: 1_000};
  await h.applyPipeline("a", {ingester: {cassandra: {replicas: 1, autoscale}}});
  await h.untilReady("a");
  expect(await replicas()).toBe(1);
  h.waiting.events = 50_000;
  await waitFor("the limit", 240_000, async () => (await replicas()) === 4);
  h.waiting.events = 0;
  await h.applyPipeline("a", {});
  await waitFor("what the spec says", 240_000, async () => (await replicas()) === 1);
  await h.untilReady("a");
});

test("transitions are Events on the pipeline", async () => {
  await waitFor("events", 240_000, async () => {
    const {items} = await admin.list(builtin.event, {namespace: "a"});
    const mine = items.filter(({involvedObject}) => involvedObject.kind === "TelemetryPipeline");
    const reasons = new Set(mine.map(({reason}) => reason));
    const wanted = ["Ready", "MissingCustomResourceDefinition", "ComponentReady", "Reverted"];
    return wanted.every((reason) => reasons.has(reason));
  });
});

test("Retain leaves credentials, and a new pipeline of the name uses them; Delete removes them", async () => {
  const password = async () => (await h.objectsIn("a")).get("Secret/fleet-superuser")?.data.password;
  const before = await password();
  await h.removePipeline("a");
  const secrets = generatedPasswords("fleet", resolveSpec({}));
  const kept = [...secrets.map((name) => `Secret/${name}`), "ConfigMap/fleet-kafka-identity"];
  await h.untilObjects("a", "everything but credentials to go, and those to stay", (names) =>
    isDeepStrictEqual(names.sort(), kept.sort()),
  );
  await h.applyPipeline("a", {deletionPolicy: "Delete"});
  await h.untilReady("a");
  expect(await password()).toBe(before);
  await h.removePipeline("a");
  await h.untilObjects("a", "everything to go", (names) => names.length === 0);
});

test("with skip-teardown a pipeline goes at once, whatever its topics wait for", async () => {
  await h.applyPipeline("c");
  await h.untilReady("c");
  const topic = ownedKinds.find(({kind}) => kind === "KafkaTopic")!;
  const ref = {name: "fleet-telemetry", namespace: "c"};
  await admin.patch(topic, ref, {metadata: {finalizers: ["strimzi.io/topic-operator"]}});
  await admin.delete(telemetryPipeline, {name: "fleet", namespace: "c"});
  await waitFor("the status", 240_000, async () => {
    const live = await h.getPipeline("c");
    return (
      live?.status.phase === "Deleting" &&
      /KafkaTopic fleet-telemetry/.test(h.conditionOf(live.status, "Ready")!.message)
    );
  });
  await admin.patch(
    telemetryPipeline,
    {name: "fleet", namespace: "c"},
    {metadata: {annotations: {"telemetry.dev/skip-teardown": "true"}}},
  );
  await waitFor("the pipeline to go", 240_000, async () => !(await h.getPipeline("c")));
  await h.untilObjects("c", "the rest to go", (names) => names.every(h.isKept));
});

test("the operator needed no right that its Role does not give", () => {
  expect(operator.forbidden).toEqual([]);
});
