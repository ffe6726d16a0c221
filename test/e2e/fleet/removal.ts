import {beforeAll, expect, test} from "vitest";
import {waitFor} from "../../../cluster/shell.ts";
import {bringUp, fleet} from "./shared.ts";

/** The shared pipeline is deleted, made anew, and removed with its data. */
const {k, patch, audit, sql} = fleet;
const clusterId = () => k("get", "kafka", "fleet", "-o", "jsonpath={.status.clusterId}");
const now = () => sql("fleet", "SELECT clock_timestamp()");
const PRINT_METRICS = `console.log(await (await fetch("http://127.0.0.1:8080/metrics")).text())`;
/** Which Kafka it was, and from when till when it took events that no store had when the pipeline went. */
let left: {clusterId: string; from: string; until: string};

beforeAll(() => bringUp(), 1_800_000);

test("events wait in Kafka while nobody takes them", async () => {
  await patch("fleet", {ingester: {timescaledb: {replicas: 0}, cassandra: {replicas: 0}}});
  const apps = "app.kubernetes.io/name in (fleet-ingester-timescaledb, fleet-ingester-cassandra)";
  await waitFor("the ingesters to end", 240_000, async () => (await k("get", "pods", "-l", apps, "-o", "name")) === "");
  const from = await now();
  const sent = async () => {
    const metrics = await k("exec", "fleet-simulator-0", "--", "node", "--input-type=module", "-e", PRINT_METRICS);
    return Number(/^telemetry_simulator_acknowledged_total\{kind="valid"\} (\d+)/m.exec(metrics)![1]);
  };
  const before = await sent();
  await waitFor("some events", 240_000, async () => (await sent()) > before + 20);
  left = {clusterId: await clusterId(), from, until: await now()};
  expect(left.clusterId).not.toBe("");
}, 600_000);

test("a deleted pipeline leaves its volumes and credentials, and nothing else", async () => {
  await k("delete", "tp", "fleet", "--timeout=240s");
  await waitFor(
    "everything else to go",
    240_000,
    async () =>
      (await k("get", "deploy,sts,job,pod,kafka,kafkatopic,kafkauser,k8ssandracluster", "-o", "name")).trim() === "",
  );
  const kinds = "service,configmap,cronjob,serviceaccount,role,rolebinding,networkpolicy,podmonitor,prometheusrule,pdb";
  // What upstream made goes a moment after what it was made for.
  await waitFor("what Kafka's volumes are known by to be all that is left", 240_000, async () => {
    const left = await k("get", kinds, "-l", "telemetry.dev/pipeline=fleet", "-o", "name");
    return left.trim() === "configmap/fleet-kafka-identity";
  });
  expect((await k("get", "pvc", "-o", "name")).trim().split("\n")).toHaveLength(3);
  expect((await k("get", "secret", "-o", "name")).trim().split("\n").sort()).toEqual([
    "secret/fleet-alert-receiver",
    "secret/fleet-cassandra",
    "secret/fleet-cassandra-reader",
    "secret/fleet-console",
    "secret/fleet-superuser",
    "secret/fleet-timescaledb",
    "secret/fleet-timescaledb-monitor",
    "secret/fleet-timescaledb-reader",
  ]);
}, 600_000);

test("a pipeline of the same name finds its data again, and Delete removes it", async () => {
  await bringUp();
  expect(await clusterId()).toBe(left.clusterId);
  await waitFor("what had waited in Kafka", 240_000, async () => {
    const count = `SELECT count(*) FROM telemetry WHERE ts BETWEEN '${left.from}' AND '${left.until}'`;
    return Number(await sql("fleet", count)) > 20;
  });
  for (const store of ["timescaledb", "cassandra"])
    expect(await audit("fleet", store)).toMatchObject({missing: 0, extra: 0, altered: 0});
  await patch("fleet", {deletionPolicy: "Delete"});
  await waitFor(
    "the policy to be applied",
    240_000,
    async () =>
      (await k("get", "kafkanodepool", "fleet-pool", "-o", "jsonpath={.spec.storage.volumes[0].deleteClaim}")) ===
        "true" &&
      (await k(
        "get",
        "sts",
        "fleet-fleet-pool",
        "-o",
        "jsonpath={.spec.persistentVolumeClaimRetentionPolicy.whenDeleted}",
      )) === "Delete",
  );
  await k("delete", "tp", "fleet", "--timeout=240s");
  await waitFor("the volumes to go", 240_000, async () => (await k("get", "pvc,secret", "-o", "name")).trim() === "");
  await waitFor("all that was kept to go", 240_000, async () => {
    return (await k("get", "configmap", "-l", "telemetry.dev/pipeline=fleet", "-o", "name")) === "";
  });
}, 700_000);
