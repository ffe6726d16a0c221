import {readFileSync} from "node:fs";
import {join} from "node:path";
import {afterAll, beforeAll, expect, test} from "vitest";
import {parseAllDocuments} from "yaml";
import {telemetryPipeline} from "../../api/crd.ts";
import {waitFor} from "../../cluster/shell.ts";
import {FIELD_MANAGER} from "../../operator/reconcile/apply.ts";
import {typeOf} from "../../operator/reconcile/kinds.ts";
import {builtin, type KubeObject} from "../../operator/runtime/types.ts";
import {startFakes} from "./fakes.ts";
import * as h from "./harness.ts";

/**
 * The operator is replaced by another build of itself. What an older one left is its plan as recorded in test/golden: what a
 * new version changes of it is seen in that file's diff, and what does not change must restart nothing.
 */
const {admin} = h;
const namespace = "default";
let token: string;
let stopFakes: () => Promise<void>;
let operator: h.RunningOperator | undefined;

beforeAll(async () => {
  token = await h.operatorToken();
  await h.applyUpstreamCrds();
  await h.removeAllPipelines();
  stopFakes = startFakes(admin);
});
afterAll(async () => {
  await operator?.stop();
  await h.removeAllPipelines();
  await stopFakes();
});

const recorded = (): KubeObject[] =>
  parseAllDocuments(readFileSync(join(import.meta.dirname, "../golden/minimal.yaml"), "utf8")).map((document) =>
    document.toJS(),
  );

/** A recorded object with the hash of the logins that its live pods have: what is in Strimzi's Secrets is in no file. */
async function withLogins(object: KubeObject): Promise<KubeObject> {
  const template = object.spec?.template;
  if (!template || object.kind === "Job") return object;
  const live = await admin.get(typeOf(object), object.metadata);
  const credentials = live?.spec.template.metadata.annotations?.[CREDENTIALS];
  if (!credentials) return object;
  const annotations = {...template.metadata.annotations, [CREDENTIALS]: credentials};
  return {...object, spec: {...object.spec, template: {...template, metadata: {...template.metadata, annotations}}}};
}
const CREDENTIALS = "telemetry.dev/credentials";

/** What an operator of another build does to the cluster. */
async function otherBuild(pipeline: KubeObject) {
  const {apiVersion, kind, metadata} = pipeline;
  const {name, uid} = metadata;
  const owner = {apiVersion, kind, name, uid: uid!, controller: true, blockOwnerDeletion: true};
  for (const object of recorded()) {
    const kept = object.metadata.labels?.["telemetry.dev/retained"];
    const metadata = {...object.metadata, ...(kept ? {} : {ownerReferences: [owner]})};
    await admin.apply(typeOf(object), {...(await withLogins(object)), metadata}, {fieldManager: FIELD_MANAGER});
  }
}

/** What makes pods, by its spec (a Deployment's generation counts its annotations too); and the pods themselves, by their uid. */
async function running() {
  const makers = recorded().filter(({kind}) =>
    /^(Deployment|StatefulSet|Job|Kafka|KafkaNodePool|K8ssandraCluster)$/.test(kind),
  );
  const lives = await Promise.all(makers.map((object) => admin.get(typeOf(object), object.metadata)));
  const pods = (await admin.list(builtin.pod, {namespace})).items;
  return {
    specs: lives.map((live) => [`${live?.kind} ${live?.metadata.name}`, live?.spec]),
    pods: pods.map(({metadata}) => `${metadata.name} ${metadata.uid}`).sort(),
  };
}

test("an upgrade of the operator restarts no pod, and neither does the way back", async () => {
  await h.applyPipeline(namespace);
  const pipeline = (await h.getPipeline(namespace))!;
  await otherBuild(pipeline);
  operator = await h.startOperator({token});
  await h.untilReady(namespace);
  await operator.stop();
  await otherBuild(pipeline);
  const programs = recorded().filter(({kind}) => kind === "Deployment" || kind === "StatefulSet");
  await waitFor("the older operator's pods", 240_000, async () => {
    const lives = await Promise.all(programs.map((object) => admin.get(typeOf(object), object.metadata)));
    return lives.every((live) => live?.status?.readyReplicas === live?.spec.replicas);
  });
  const before = await running();
  expect(before.pods.length).toBeGreaterThanOrEqual(programs.length);

  operator = await h.startOperator({token});
  await h.untilReady(namespace);
  expect(await running()).toEqual(before);

  await operator.stop();
  operator = undefined;
  await otherBuild((await admin.get(telemetryPipeline, pipeline.metadata))!);
  expect(await running()).toEqual(before);
}, 600_000);

test("a new image goes from component to component, each when those before it are ready", async () => {
  operator = await h.startOperator({token});
  await h.untilReady(namespace);
  await operator.stop();
  const names = ["fleet-timescaledb", "fleet-ingester-timescaledb", "fleet-ingester-cassandra", "fleet-simulator"];
  const images = {
    workloads: "docker.io/telemetry-operator/workloads:next",
    timescaledb: "docker.io/next/timescaledb:17",
    flink: "docker.io/next/flink:2.2.1",
    lake: "docker.io/next/lake:0.1.0",
    seaweedfs: "docker.io/next/seaweedfs:4.48",
    airflow: "docker.io/next/airflow:3.3.2",
    druid: "docker.io/next/druid:33.0.0",
    superset: "docker.io/next/superset:6.1.0",
    scorer: "docker.io/next/scorer:0.1.0",
    training: "docker.io/next/training:0.1.0",
    metabase: "docker.io/next/metabase:v0.64.1",
  };
  const look = async (name: string) => {
    const ref = {name, namespace};
    const {metadata, spec, status} =
      (await admin.get(builtin.statefulSet, ref)) ?? (await admin.get(builtin.deployment, ref))!;
    const {observedGeneration, updatedReplicas, readyReplicas} = status;
    const done = observedGeneration === metadata.generation && updatedReplicas === 1 && readyReplicas === 1;
    return {begun: /next/.test(spec.template.spec.containers[0].image), done};
  };
  operator = await h.startOperator({token, images});
  const tooEarly: string[] = [];
  await waitFor("every new image", 240_000, async () => {
    let begun = 0;
    for (const [at, name] of names.entries()) {
      if (!(await look(name)).begun) continue;
      begun++;
      // Read after it: what was ready before the later one began still is.
      const earlier = at > 0 ? await look(names[at - 1]!) : undefined;
      if (earlier && !(earlier.begun && earlier.done)) tooEarly.push(name);
    }
    return begun === names.length;
  });
  expect(tooEarly).toEqual([]);
  await h.untilReady(namespace);
}, 600_000);
