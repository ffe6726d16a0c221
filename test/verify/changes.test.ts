import {afterAll, beforeAll, expect, test} from "vitest";
import {newDatacenter} from "../../cdk8s/components/cassandra/client.ts";
import {kubectl} from "../../cluster/lifecycle.ts";
import {waitFor} from "../../cluster/shell.ts";
import {instance, startCluster} from "../e2e/cluster.ts";
import {user} from "../e2e/steps.ts";

/** A live pipeline is resized, stopped, hurt and secured, and never loses an event. */
const live = user("changes");
const {k, cli, makeNamespace, apply, patch, pipeline, untilReady, audit, sql} = live;
const VEHICLE = "vehicle-00001";
const TEMPLATES = "jsonpath={.items[*].spec.template.metadata.annotations.telemetry\\.dev/credentials}";
const NODE = `live-${newDatacenter("live")}-default-sts-0`;
const exact = {missing: 0, extra: 0, altered: 0};

beforeAll(async () => {
  await startCluster();
  await makeNamespace();
  await apply("live", {deletionPolicy: "Delete"});
  await untilReady("live");
}, 1_800_000);
afterAll(() => kubectl(instance, ["delete", "namespace", "changes", "--timeout=240s"]), 600_000);

test("volumes grow on the running pipeline", async () => {
  const started = await k("get", "pod", "live-timescaledb-0", "-o", "jsonpath={.metadata.uid}");
  await patch("live", {kafka: {storage: "6Gi"}, timescaledb: {storage: "12Gi"}, cassandra: {storage: "13Gi"}});
  const claims = ["data-0-live-live-pool-0", "data-live-timescaledb-0", `server-data-${NODE}`];
  await waitFor("three larger volumes", 240_000, async () => {
    const sizes = await k("get", "pvc", ...claims, "-o", "jsonpath={.items[*].status.capacity.storage}");
    return sizes === "6Gi 12Gi 13Gi";
  });
  await untilReady("live");
  expect(await k("get", "pod", "live-timescaledb-0", "-o", "jsonpath={.metadata.uid}")).toBe(started);
  expect(await audit("live", "timescaledb")).toMatchObject(exact);
}, 600_000);

test("a new password of Strimzi's is used before a broker asks for it, and what is said of topics meanwhile passes", async () => {
  const users = ["ingester", "simulator", "console-kafka"].map((user) => `live-${user}`);
  const pods = () =>
    k("get", "deploy/live-ingester-timescaledb", "sts/live-simulator", "deploy/live-console", "-o", TEMPLATES);
  const before = (await pods()).split(" ");
  await k("delete", "secret", ...users);
  await waitFor("other pod templates", 60_000, async () =>
    (await pods()).split(" ").every((hash, at) => hash && hash !== before[at]),
  );
  await untilReady("live");
  // The only broker: whoever has the old password is refused now.
  await live.replace("live-live-pool-0");
  await waitFor("the words for it", 240_000, async () =>
    /kafka: Kafka(Topic|User) .*Strimzi reconciles topics and users again/.test(
      JSON.stringify((await pipeline("live")).status.conditions),
    ),
  );
  await untilReady("live");
  for (const store of ["timescaledb", "cassandra"]) expect(await audit("live", store)).toMatchObject(exact);
}, 900_000);

test("brokers, nodes, partitions and ingesters are added live, and rows get a copy on the new node", async () => {
  await patch("live", {
    kafka: {replicas: 2, topic: {partitions: 8}},
    cassandra: {size: 2},
    ingester: {timescaledb: {replicas: 2}, cassandra: {replicas: 2}},
  });
  await untilReady("live");
  await waitFor("all pods to be ready", 240_000, async () => {
    const ready = await k("get", "sts", "-o", "jsonpath={.items[*].status.readyReplicas}");
    return ready.split(" ").sort().join() === "1,1,1,1,2";
  });
  // Here, since the next change of a password replaces this Job.
  const job = ["-l", "telemetry.dev/component=cassandra,batch.kubernetes.io/job-name"];
  await waitFor("two copies of each row", 240_000, async () =>
    (await k("logs", ...job, "--tail=-1")).includes("rows of telemetry have 2 copies"),
  );
  // The one that votes stays alone; ids are the cluster's, so the added broker is the second.
  const brokers = ["pod/live-live-brokers-1", "pod/live-live-pool-0"];
  expect((await k("get", "pods", "-l", "strimzi.io/kind=Kafka", "-o", "name")).trim().split("\n")).toEqual(brokers);
  expect(await k("get", "kafkatopics", "-o", "jsonpath={.items[*].spec.replicas}")).toBe("1 1");
  for (const store of ["timescaledb", "cassandra"]) expect(await audit("live", store)).toMatchObject(exact);
}, 600_000);

test("fewer brokers are refused, and a topic's copies stay what they are", async () => {
  await patch("live", {kafka: {replicas: 1}});
  await waitFor("the refusal", 240_000, async () =>
    /spec.kafka.replicas: 1 is less than the live 2/.test(JSON.stringify((await pipeline("live")).status.conditions)),
  );
  await patch("live", {kafka: {replicas: 2}});
  // What upstream answers to copies that nobody made.
  const copies = (count: number) => `telemetry.dev/replicas=${count}`;
  await k("annotate", "kafkatopic", "live-telemetry", copies(2), "--overwrite");
  await waitFor("the answer", 240_000, async () =>
    /NotSupported: Replication factor change not supported/.test(JSON.stringify((await pipeline("live")).status)),
  );
  await k("annotate", "kafkatopic", "live-telemetry", copies(1), "--overwrite");
  await untilReady("live");
}, 600_000);

test("a deleted Secret is a rotated password: everything that uses it follows, and no event is lost", async () => {
  const secrets = ["live-timescaledb", "live-cassandra"];
  const read = () => Promise.all(secrets.map((name) => k("get", "secret", name, "-o", "jsonpath={.data.password}")));
  const before = await read();
  const deleted = Date.now();
  await k("delete", "secret", ...secrets);
  await waitFor("new passwords", 240_000, async () =>
    (await read()).every((password, index) => password && password !== before[index]),
  );
  await untilReady("live");
  const newest = (store: string) =>
    Date.parse(
      JSON.parse(cli("query", "live", "--store", store, "--vehicle", VEHICLE, "--limit", "1", "-o", "json")).timestamp,
    );
  for (const store of ["timescaledb", "cassandra"])
    await waitFor(`rows in ${store} that are younger than the change`, 240_000, async () => newest(store) > deleted);
  for (const store of ["timescaledb", "cassandra"]) expect(await audit("live", store)).toMatchObject(exact);
}, 600_000);

test("killed Cassandra nodes, brokers and ingesters lose and double nothing", async () => {
  await Promise.all([
    live.replace(NODE),
    live.replace("live-live-pool-0"),
    live.replace("-l", "app.kubernetes.io/name=live-ingester-cassandra"),
  ]);
  await untilReady("live");
  for (const store of ["timescaledb", "cassandra"]) expect(await audit("live", store)).toMatchObject(exact);
}, 600_000);

test("rows past the retention are dropped, newer ones stay", async () => {
  const old = "INSERT INTO telemetry VALUES ('old', now() - interval '60 days', 1, 1, 1, 1, 1)";
  await sql("live", old);
  expect(await sql("live", "SELECT count(*) FROM telemetry WHERE vehicle_id = 'old'")).toBe("1");
  await k("create", "job", "retention-now", "--from=cronjob/live-timescaledb-retention");
  await k("wait", "--for=condition=Complete", "job/retention-now", "--timeout=240s");
  expect(await sql("live", "SELECT count(*) FROM telemetry WHERE vehicle_id = 'old'")).toBe("0");
  expect(await audit("live", "timescaledb")).toMatchObject(exact);
}, 600_000);

test("fewer Cassandra nodes are refused", async () => {
  await patch("live", {cassandra: {size: 1}});
  await waitFor("the refusal", 240_000, async () =>
    /spec.cassandra.size: 1 is less than the live 2/.test(JSON.stringify((await pipeline("live")).status.conditions)),
  );
  await patch("live", {cassandra: {size: 2}});
  await untilReady("live");
}, 600_000);

test("Stopped leaves no pod and keeps the data; Running goes on from there", async () => {
  const before = (await audit("live", "timescaledb")).rows;
  await patch("live", {state: "Stopped"});
  await waitFor("only brokers to run", 240_000, async () => {
    const pods = (await k("get", "pods", "--field-selector=status.phase=Running", "-o", "name")).trim().split("\n");
    return pods.every((pod) => /^pod\/live-live-(pool|brokers)-/.test(pod));
  });
  await waitFor("the phase", 240_000, async () => (await pipeline("live")).status.phase === "Stopped");
  await patch("live", {state: "Running"});
  await untilReady("live");
  const after = await audit("live", "timescaledb");
  expect(after).toMatchObject(exact);
  expect(after.rows).toBeGreaterThan(before);
  await k("delete", "tp", "live", "--timeout=240s");
}, 900_000);

test("a Small pipeline runs with SCRAM over TLS", async () => {
  await apply("small", {profile: "Small", deletionPolicy: "Delete", kafka: {replicas: 1}, cassandra: {enabled: false}});
  await untilReady("small");
  const config = await k("get", "cm", "small-kafka-config", "-o", "jsonpath={.data}");
  expect(config).toMatch(/TLS-9093:SASL_SSL/);
  expect(config).not.toMatch(/SASL_PLAINTEXT/);
  expect(await audit("small", "timescaledb")).toMatchObject(exact);
  await k("delete", "tp", "small", "--timeout=240s");
}, 600_000);
