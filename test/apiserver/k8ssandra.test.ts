import {afterAll, beforeAll, expect, test} from "vitest";
import {versions} from "../../api/versions.ts";
import {newDatacenter} from "../../cdk8s/components/cassandra/client.ts";
import {startK8ssandra} from "../../cluster/operators/k8ssandra.ts";
import {decode, kinds} from "../../cluster/operators/kit.ts";
import {waitFor} from "../../cluster/shell.ts";
import {createLogger} from "../../operator/runtime/logger.ts";
import {builtin, type KubeObject} from "../../operator/runtime/types.ts";
import {
  admin,
  applyPipeline,
  conditionOf,
  getPipeline,
  operatorToken,
  type RunningOperator,
  removePipeline,
  startOperator,
  startPlatform,
  stopPlatform,
  untilReady,
  untilStatus,
} from "./harness.ts";

/** The product and the stand-ins of K8ssandra's operators, which are as strict as upstream, in a namespace that enforces `restricted`. */
const NAMESPACE = "k8ssandra";
const MANAGER = {fieldManager: "test"};
const TIMEOUT_MS = 240_000;
const stop = new AbortController();
/** What Cassandra has for each superuser, by cluster. */
const passwords = new Map<string, string>();
let operator: RunningOperator;
let stopFakes: () => Promise<void>;
let standIn: Promise<void>;

beforeAll(async () => {
  ({operator, stopFakes} = await startPlatform(NAMESPACE, ["K8ssandraCluster"]));
  const labels = {"pod-security.kubernetes.io/enforce": "restricted"};
  const namespace = {apiVersion: "v1", kind: "Namespace", metadata: {name: NAMESPACE, labels}};
  await admin.apply(builtin.namespace, namespace, MANAGER);
  const log = createLogger("stand-in");
  log.level = "silent";
  const upsert = async (_host: string, _dc: string, cluster: string, _user: string, password: string) =>
    void passwords.set(cluster, password);
  standIn = startK8ssandra({client: admin, log, signal: stop.signal}, {upsert, backOffMs: 600_000});
  await applyPipeline(NAMESPACE);
  await untilReady(NAMESPACE);
}, 600_000);
afterAll(async () => {
  await stopPlatform(operator, stopFakes);
  for (const {metadata} of (await admin.list(kinds.k8ssandra)).items)
    await admin.patch(kinds.k8ssandra, metadata, {metadata: {finalizers: null}});
  stop.abort();
  await standIn;
});

const get = (type: Parameters<typeof admin.get>[0], name: string) => admin.get(type, {name, namespace: NAMESPACE});
const datacenterIn = async (name: string): Promise<string> =>
  (await get(kinds.k8ssandra, name))!.spec.cassandra.datacenters[0].metadata.name;
const reasonIs = (reason: string, name: string) =>
  untilStatus(NAMESPACE, reason, (status) => conditionOf(status, "Valid")?.reason === reason, name);

test("pods of all containers that upstream makes are let into a namespace that enforces restricted", async () => {
  const {items} = await admin.list(builtin.pod, {
    namespace: NAMESPACE,
    labelSelector: "cassandra.datastax.com/cluster=fleet",
  });
  const [{spec, metadata}] = items as [KubeObject];
  const names = (containers: KubeObject[]) => containers.map((container: any) => container.name);
  expect(names(spec.initContainers)).toEqual(["server-config-init-base", "server-config-init"]);
  expect(names(spec.containers)).toEqual(["cassandra", "server-system-logger"]);
  expect(metadata.labels).toMatchObject({"telemetry.dev/pipeline": "fleet"});
  const cores = [...spec.initContainers, ...spec.containers].map(({resources}: any) => resources.requests?.cpu);
  expect(cores).toEqual(["20m", "50m", "100m", "20m"]);
});

test("two pipelines live in one namespace, and one goes without touching the other", async () => {
  await applyPipeline(NAMESPACE, {}, "second");
  await untilReady(NAMESPACE, "second");
  const mine = await datacenterIn("fleet");
  const theirs = await datacenterIn("second");
  expect(mine).not.toBe(theirs);
  const before = await get(kinds.datacenter, mine);
  await removePipeline(NAMESPACE, "second");
  await waitFor("the second cluster to go", TIMEOUT_MS, async () => !(await get(kinds.k8ssandra, "second")));
  expect(await get(kinds.datacenter, theirs)).toBeUndefined();
  expect((await get(kinds.datacenter, mine))?.metadata.uid).toBe(before!.metadata.uid);
  expect((await getPipeline(NAMESPACE))?.status.phase).toBe("Running");
});

test("the datacenter that retained volumes hold is the one that a pipeline made anew has, and its clients", async () => {
  await applyClaim("kept", "dc1");
  await applyPipeline(NAMESPACE, {}, "kept");
  await untilReady(NAMESPACE, "kept");
  expect(await datacenterIn("kept")).toBe("dc1");
  const ingester = await get(builtin.deployment, "kept-ingester-cassandra");
  const {env} = ingester!.spec.template.spec.containers[0];
  const variable = (name: string) => env.find((one: any) => one.name === name).value;
  expect(variable("CASSANDRA_DATACENTER")).toBe("dc1");
  expect(variable("CASSANDRA_CONTACT_POINTS")).toBe(`kept-dc1-service.${NAMESPACE}.svc.cluster.local`);
});

test("a datacenter of that name of someone else is refused before anything is applied", async () => {
  await applyClaim("another", "dc1");
  await applyPipeline(NAMESPACE, {}, "another");
  const status = await reasonIs("NameTaken", "another");
  expect(conditionOf(status, "Valid")?.message).toContain("CassandraDatacenter dc1 exists");
  expect(await get(kinds.k8ssandra, "another")).toBeUndefined();
  expect(await get(kinds.kafka, "another")).toBeUndefined();
  await removePipeline(NAMESPACE, "another");
});

// Each has a pipeline of its own: what is deleted may be there for a moment longer to the operator.
test.each([
  ["a Service", "taken", builtin.service, {spec: {clusterIP: "None", ports: [{port: 9042}]}}, "taken-seed-service"],
  ["a budget", "claimed", builtin.podDisruptionBudget, {spec: {}}, `${newDatacenter("claimed")}-pdb`],
  ["a Secret of Strimzi's", "used", builtin.secret, {}, "used-cluster-ca-cert"],
])("%s by a name that upstream derives is refused, and left alone", async (_, pipeline, type, rest, name) => {
  const metadata = {name, namespace: NAMESPACE};
  const {apiVersion, kind} = type;
  await admin.apply(type, {apiVersion, kind, metadata, ...rest}, MANAGER);
  await applyPipeline(NAMESPACE, {}, pipeline);
  const status = await reasonIs("NameTaken", pipeline);
  expect(conditionOf(status, "Valid")?.message).toContain(`${kind} ${name} exists`);
  expect(await get(kinds.k8ssandra, pipeline)).toBeUndefined();
  await removePipeline(NAMESPACE, pipeline);
  expect(await get(type, name)).toBeDefined();
  await admin.delete(type, metadata);
});

test("a superuser's Secret that is deleted is made anew, and Cassandra is given its password", async () => {
  const name = "fleet-superuser";
  const before = decode((await get(builtin.secret, name))!.data.password);
  await admin.delete(builtin.secret, {name, namespace: NAMESPACE});
  const after = await waitFor("another password", TIMEOUT_MS, async () => {
    const live = await get(builtin.secret, name);
    const password = live && decode(live.data.password);
    return password && password !== before && passwords.get("fleet") === password ? live : undefined;
  });
  expect(after.metadata.ownerReferences).toBeUndefined();
  expect(after.metadata.labels).toMatchObject({"telemetry.dev/retained": "true"});
  await untilReady(NAMESPACE);
});

test("one that K8ssandra made in its place is adopted with its password, and no longer goes with the cluster", async () => {
  const ref = {name: "fleet-superuser", namespace: NAMESPACE};
  await operator.stop();
  await admin.delete(builtin.secret, ref);
  await admin.patch(kinds.k8ssandra, {...ref, name: "fleet"}, {metadata: {annotations: {"test/look": "again"}}});
  const made = await waitFor("K8ssandra's own", TIMEOUT_MS, () => get(builtin.secret, ref.name));
  expect(made.metadata.ownerReferences).toMatchObject([{kind: "K8ssandraCluster", name: "fleet"}]);
  operator = await startOperator({token: await operatorToken()});
  const adopted = await waitFor("its adoption", TIMEOUT_MS, async () => {
    const live = await get(builtin.secret, ref.name);
    // The owner goes first, the labels come with the next write.
    return live?.metadata.labels?.["telemetry.dev/retained"] && !live.metadata.ownerReferences ? live : undefined;
  });
  expect(adopted.data.password).toBe(made.data.password);
  await waitFor(
    "its password in Cassandra",
    TIMEOUT_MS,
    async () => passwords.get("fleet") === decode(made.data.password),
  );
  await untilReady(NAMESPACE);
});

test("the next version of Cassandra reaches a live node", async () => {
  const [older, newer] = versions.cassandra;
  await applyPipeline(NAMESPACE, {cassandra: {version: older}}, "upgraded");
  await untilReady(NAMESPACE, "upgraded");
  const runs = async () => {
    const pod = await get(builtin.pod, `upgraded-${await datacenterIn("upgraded")}-default-sts-0`);
    const [{env}] = pod?.spec.containers ?? [{env: []}];
    return env.find(({name}: any) => name === "CASSANDRA_VERSION")?.value;
  };
  expect(await runs()).toBe(older);
  await applyPipeline(NAMESPACE, {cassandra: {version: newer}}, "upgraded");
  await waitFor("the next version", TIMEOUT_MS, async () => (await runs()) === newer);
  await untilReady(NAMESPACE, "upgraded");
  await removePipeline(NAMESPACE, "upgraded");
});

test("a node that dies later is seen, though K8ssandra's conditions stay", async () => {
  const pod = `fleet-${await datacenterIn("fleet")}-default-sts-0`;
  const ref = {name: pod, namespace: NAMESPACE};
  const setReady = (status: string) =>
    admin.patch(builtin.pod, ref, {status: {conditions: [{type: "Ready", status}]}}, "status");
  await setReady("False");
  const status = await untilStatus(NAMESPACE, "0 of 1 pods", ({components}) =>
    /0 of 1 pods/.test(components?.find(({name}) => name === "cassandra")?.message ?? ""),
  );
  expect(status.components?.find(({name}) => name === "cassandra")?.reason).toBe("StatefulSetNotReady");
  const cluster = await get(kinds.k8ssandra, "fleet");
  const {conditions} = cluster!.status.datacenters[await datacenterIn("fleet")].cassandra;
  expect(conditions).toContainEqual(expect.objectContaining({type: "Ready", status: "True"}));
  await setReady("True");
  await untilReady(NAMESPACE);
});

test("a pipeline that runs again soon after its stop does not wait for the end of cass-operator's back-off", async () => {
  await applyPipeline(NAMESPACE, {state: "Stopped"});
  await untilStatus(NAMESPACE, "Stopped", ({components}) => components?.every(({ready}) => ready) ?? false);
  await applyPipeline(NAMESPACE);
  const status = await untilStatus(NAMESPACE, "a reason", ({components}) =>
    /triggered every/.test(components?.find(({name}) => name === "cassandra")?.message ?? ""),
  );
  expect(conditionOf(status, "Ready")?.status).toBe("False");
  await untilReady(NAMESPACE);
  expect(operator.forbidden).toEqual([]);
});

/** A volume as a pipeline that went under Retain leaves it. */
async function applyClaim(cluster: string, datacenter: string): Promise<void> {
  const labels = {"cassandra.datastax.com/cluster": cluster, "cassandra.datastax.com/datacenter": datacenter};
  const spec = {accessModes: ["ReadWriteOnce"], resources: {requests: {storage: "10Gi"}}};
  const metadata = {name: `server-data-${cluster}-${datacenter}-default-sts-0`, namespace: NAMESPACE, labels};
  const claim = {apiVersion: "v1", kind: "PersistentVolumeClaim", metadata, spec};
  await admin.apply(builtin.persistentVolumeClaim, claim, MANAGER);
}
