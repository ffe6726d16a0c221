import {afterAll, beforeAll, expect, test} from "vitest";
import {newDatacenter} from "../../cdk8s/components/cassandra/client.ts";
import {kubectl} from "../../cluster/lifecycle.ts";
import {waitFor} from "../../cluster/shell.ts";
import {instance, startCluster} from "./cluster.ts";
import {user} from "./steps.ts";

/** A broker and two databases of someone else (another pipeline's, in another namespace), over the network and by Secrets. */
const theirs = user("theirs");
const ours = user("ours");
const external = {
  kafka: {
    provider: "External",
    topic: {partitions: 3},
    external: {
      bootstrapServers: "shared-kafka-bootstrap.theirs.svc.cluster.local:9093",
      topic: "ours.telemetry",
      deadLetterTopic: "ours.dead",
      secret: "kafka-login",
      caSecret: "kafka-ca",
    },
  },
  timescaledb: {
    provider: "External",
    external: {host: "shared-timescaledb.theirs.svc.cluster.local", secret: "timescaledb-login"},
  },
  cassandra: {
    provider: "External",
    external: {
      contactPoints: [`shared-${newDatacenter("shared")}-service.theirs.svc.cluster.local`],
      datacenter: newDatacenter("shared"),
      keyspace: "ours",
      secret: "cassandra-login",
    },
  },
};
/** What fits on this machine beside the pipeline that uses it. */
const sizes = {
  kafka: {replicas: 1},
  cassandra: {size: 1},
  observability: {console: {enabled: false}, alerting: {enabled: false}},
  ingester: {timescaledb: {replicas: 0}, cassandra: {replicas: 0}},
};

beforeAll(async () => {
  await startCluster();
  for (const namespace of ["theirs", "ours"]) await kubectl(instance, ["create", "namespace", namespace]);
  await theirs.apply("shared", {profile: "Small", ...sizes, simulator: {enabled: false}});
  await ours.apply("fleet", external);
}, 1_800_000);
afterAll(async () => {
  await ours.k("delete", "tp", "--all", "--timeout=240s");
  await theirs.k("delete", "tp", "--all", "--timeout=240s");
}, 600_000);

test("a Secret that nobody made is named, with its keys", async () => {
  const valid = async () => (await ours.pipeline("fleet")).status?.conditions?.find(({type}: any) => type === "Valid");
  await waitFor("the refusal", 240_000, async () => (await valid())?.status === "False");
  expect(await valid()).toMatchObject({
    reason: "MissingSecret",
    message:
      "spec.kafka.external.secret: Secret kafka-login does not exist; create it in namespace ours with username, password",
  });
  expect(JSON.parse(await ours.k("get", "deploy,sts,job", "-o", "json")).items).toEqual([]);
});

test("with the Secrets the pipeline becomes Ready, and its rows are in the databases of others, over TLS too", async () => {
  await theirs.untilReady("shared");
  const read = async (name: string) => {
    const {data} = JSON.parse(await theirs.k("get", "secret", name, "-o", "json"));
    return Object.fromEntries(
      Object.entries(data).map(([key, value]) => [key, Buffer.from(value as string, "base64").toString()]),
    );
  };
  const make = (name: string, values: Record<string, string>) =>
    ours.k(
      "create",
      "secret",
      "generic",
      name,
      ...Object.entries(values).map(([key, value]) => `--from-literal=${key}=${value}`),
    );
  const {"ca.crt": ca} = await read("shared-cluster-ca-cert");
  await make("kafka-login", {username: "shared-ingester", password: (await read("shared-ingester")).password!});
  await make("kafka-ca", {"ca.crt": ca!});
  await theirs.k("exec", "shared-timescaledb-0", "--", "createdb", "-h", "/tmp", "-U", "telemetry", "ours");
  await make("timescaledb-login", {...(await read("shared-timescaledb")), database: "ours"});
  const {username, password} = await read("shared-superuser");
  await make("cassandra-login", {username: username!, password: password!});
  await ours.untilReady("fleet");
  for (const store of ["timescaledb", "cassandra"]) {
    const result = await ours.audit("fleet", store);
    expect(result).toMatchObject({missing: 0, extra: 0, altered: 0});
    expect(result.events).toBeGreaterThan(0);
  }
  const kinds = JSON.parse(await ours.k("get", "kafkas,k8ssandraclusters,sts", "-o", "json")).items;
  expect(kinds.map(({metadata}: any) => metadata.name)).toEqual(["fleet-simulator"]);
  const {components} = (await ours.pipeline("fleet")).status;
  expect(components.length).toBeGreaterThanOrEqual(10);
  expect(components.filter(({version}: any) => version !== undefined)).toEqual([]);
}, 600_000);

test("deleting it leaves what belongs to others, data included", async () => {
  await ours.patch("fleet", {deletionPolicy: "Delete"});
  await ours.k("delete", "tp", "fleet", "--timeout=240s");
  expect(await ours.k("get", "secret", "kafka-login", "-o", "name")).toMatch(/kafka-login/);
  const count = "SELECT count(*) FROM telemetry";
  const rows = await theirs.k(
    "exec",
    "shared-timescaledb-0",
    "--",
    "psql",
    "-h",
    "/tmp",
    "-U",
    "telemetry",
    "-d",
    "ours",
    "-tAc",
    count,
  );
  expect(Number(rows)).toBeGreaterThan(0);
}, 600_000);
