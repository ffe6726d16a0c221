import {expect, test} from "vitest";
import {resolveSpec} from "../../../api/pipeline.ts";
import {plan} from "../../../operator/reconcile/plan.ts";
import {type BuildContext, defaultImages} from "../../context.ts";

const objectsOf = (spec: object, more: Partial<BuildContext>) => {
  const context = {name: "fleet", namespace: "default", images: defaultImages, passwords: {}, ...more};
  return plan({...context, spec: resolveSpec(spec)}).find(({component}) => component.name === "kafka")!.objects;
};
const planned = (spec: object, liveReplicas?: Record<string, number>) => {
  const objects = objectsOf(spec, liveReplicas ? {facts: {kafka: {liveReplicas}}} : {});
  const of = (kind: string) => objects.filter((object) => object.kind === kind);
  return {
    pools: of("KafkaNodePool").map(({metadata, spec: {replicas, roles}}) => [metadata.name, replicas, roles.join("+")]),
    topics: Object.fromEntries(of("KafkaTopic").map(({metadata, spec: {replicas}}) => [metadata.name, replicas])),
    config: of("Kafka")[0]!.spec.kafka.config,
    spread: of("KafkaNodePool").map(
      (pool) => pool.spec.template?.pod.topologySpreadConstraints[0].labelSelector.matchLabels,
    ),
  };
};
const ONE = {"fleet-pool": 1, "fleet-telemetry": 1, "fleet-telemetry-dlq": 1};

test("a new cluster is one pool, with copies for its brokers", () => {
  const {pools, topics, config} = planned({kafka: {replicas: 3}}, {});
  expect(pools).toEqual([["fleet-pool", 3, "controller+broker"]]);
  expect(topics).toEqual({"fleet-telemetry": 3, "fleet-telemetry-dlq": 3});
  expect(config).toMatchObject({"default.replication.factor": 3, "min.insync.replicas": 2});
});

test("added brokers vote not: they are a pool of their own, and the first one keeps its size", () => {
  expect(planned({kafka: {replicas: 3}}, ONE).pools).toEqual([
    ["fleet-pool", 1, "controller+broker"],
    ["fleet-brokers", 2, "broker"],
  ]);
  expect(planned({kafka: {replicas: 4}}, {...ONE, "fleet-brokers": 2}).pools[1]).toEqual([
    "fleet-brokers",
    3,
    "broker",
  ]);
});

test("a pool of brokers that is there stays in the plan, however few are asked for", () => {
  expect(planned({kafka: {replicas: 1}}, {...ONE, "fleet-brokers": 2}).pools).toHaveLength(2);
});

test("topics keep the copies that they were made with, and the brokers ask for no more than those", () => {
  const {topics, config} = planned({kafka: {replicas: 3}, flink: {enabled: true}}, ONE);
  expect(topics).toEqual({"fleet-telemetry": 1, "fleet-telemetry-dlq": 1, "fleet-telemetry-alerts": 1});
  expect(config).toMatchObject({
    "default.replication.factor": 1,
    "min.insync.replicas": 1,
    "transaction.state.log.min.isr": 1,
  });
});

test("once each topic has more copies the brokers ask for them", () => {
  const raised = {...ONE, "fleet-brokers": 2, "fleet-telemetry": 3};
  expect(planned({kafka: {replicas: 3}}, raised).config).toMatchObject({"min.insync.replicas": 1});
  expect(planned({kafka: {replicas: 3}}, {...raised, "fleet-telemetry-dlq": 3}).config).toMatchObject({
    "default.replication.factor": 3,
    "min.insync.replicas": 2,
  });
});

test("brokers of two pools keep away from each other's nodes", () => {
  const production = {profile: "Production", kafka: {replicas: 5}};
  const three = {"fleet-pool": 3, "fleet-telemetry": 3, "fleet-telemetry-dlq": 3};
  const all = {"strimzi.io/cluster": "fleet", "strimzi.io/name": "fleet-kafka"};
  expect(planned(production, three).spread).toEqual([all, all]);
});

const identity = (...missing: string[]) => ({
  clusterId: "kept",
  nodeIds: {"fleet-pool": [0], "fleet-brokers": [1, 2]},
  replicas: {...ONE, "fleet-brokers": 2},
  missing,
});
const restored = (spec: object, ...missing: string[]) => {
  const kafkaIdentity = identity(...missing);
  const objects = objectsOf(spec, {facts: {kafka: {identity: kafkaIdentity, liveReplicas: kafkaIdentity.replicas}}});
  const notes = objects.flatMap(({kind, metadata: {name, annotations, labels}}) =>
    /^Kafka(NodePool)?$|^ConfigMap$/.test(kind)
      ? [[name, {...annotations, retained: labels?.["telemetry.dev/retained"]}]]
      : [],
  );
  return Object.fromEntries(notes);
};

test("a Kafka whose volumes were kept waits for its cluster id, and its pools take the ids that their volumes bear", () => {
  const notes = restored({kafka: {replicas: 3}}, "fleet", "fleet-pool", "fleet-brokers");
  expect(notes.fleet).toMatchObject({"strimzi.io/pause-reconciliation": "true"});
  expect(notes["fleet-pool"]).toMatchObject({"strimzi.io/next-node-ids": "[0]"});
  expect(notes["fleet-brokers"]).toMatchObject({"strimzi.io/next-node-ids": "[1, 2]"});
});

test("one that has all of it back is left to Strimzi, and what it is known by stays kept", () => {
  const notes = restored({kafka: {replicas: 3}});
  expect(JSON.stringify(notes)).not.toContain("strimzi.io/");
  expect(notes["fleet-kafka-identity"]).toEqual({retained: "true"});
});

test("what is to leave nothing keeps what an earlier pipeline kept until all of it is back", () => {
  const spec = {kafka: {replicas: 3}, deletionPolicy: "Delete"};
  expect(restored(spec, "fleet")["fleet-kafka-identity"]).toEqual({retained: "true"});
  expect(restored(spec)["fleet-kafka-identity"]).toEqual({retained: undefined});
});

test("further topics are made beside those of the pipeline, by a Job: what leaves the spec keeps its events", () => {
  const objects = objectsOf({kafka: {topic: {further: ["fleet.north"], partitions: 4}}}, {});
  expect(objects.filter(({kind}) => kind === "KafkaTopic").map(({spec}) => spec.topicName)).toEqual([
    "telemetry",
    "telemetry.dlq",
  ]);
  const [job] = objects.filter(({kind}) => kind === "Job");
  const {env, args} = job!.spec.template.spec.containers[0];
  const values = Object.fromEntries(env.map(({name, value}: {name: string; value?: string}) => [name, value]));
  expect([args, values]).toMatchObject([
    ["workloads/schema/main.ts", "kafka"],
    {KAFKA_MORE_TOPICS: '{"names":["fleet.north"]}', ONLY_FURTHER_TOPICS: "true", PARTITIONS: "4"},
  ]);
  expect(objectsOf({kafka: {topic: {pattern: "fleet\\..*"}}}, {}).filter(({kind}) => kind === "Job")).toEqual([]);
});

test("every reader of events knows their topics, and what a pattern does not mean", () => {
  const context = {name: "fleet", namespace: "default", images: defaultImages, passwords: {}};
  const planned = plan({...context, spec: resolveSpec({kafka: {topic: {pattern: "fleet-.*"}}})});
  const has = planned.flatMap(({component, objects}) =>
    JSON.stringify(objects).includes("KAFKA_MORE_TOPICS") ? [component.name] : [],
  );
  expect(has.sort()).toEqual(["console", "ingester-cassandra", "ingester-timescaledb"]);
  const {env} = planned
    .find(({component}) => component.name === "console")!
    .objects.find(({kind}) => kind === "Deployment")!.spec.template.spec.containers[0];
  expect(JSON.parse(env.find(({name}: {name: string}) => name === "KAFKA_MORE_TOPICS").value)).toEqual({
    pattern: "fleet-.*",
    except: ["telemetry.dlq", "telemetry.alerts", "telemetry.canonical"],
  });
});
