import {afterAll, beforeAll, expect, test} from "vitest";
import {kubectl} from "../../cluster/lifecycle.ts";
import {waitFor} from "../../cluster/shell.ts";
import {platform} from "../../cluster/up.ts";
import {instance, kubeconfig, startCluster} from "../e2e/cluster.ts";
import {user} from "../e2e/steps.ts";
import {chart, helmBinary, helmFor} from "../helm.ts";

/** The chart with the real helm on a cluster with pods: for the whole cluster in place of kubectl's, then for one namespace. */
const helm = helmFor(kubeconfig);
const system = "telemetry-system";
const patience = ["--wait", "--timeout", "240s"];
const own = user("helmed");
const METRICS = "/api/v1/namespaces/helmed/services/telemetry-operator:http/proxy/metrics";

beforeAll(async () => {
  await helmBinary();
  await startCluster();
  await kubectl(instance, ["create", "namespace", "helmed"]);
}, 1_800_000);
afterAll(async () => {
  await kubectl(instance, ["delete", "namespace", "helmed", "--timeout=240s"]);
  await platform(instance);
}, 600_000);

const pods = async (namespace: string): Promise<string[]> => {
  const args = ["-n", namespace, "get", "pods", "-l", "app.kubernetes.io/name=telemetry-operator"];
  const {items} = JSON.parse(await kubectl(instance, [...args, "-o", "json"]));
  return items.filter(({metadata}: any) => !metadata.deletionTimestamp).map(({metadata}: any) => metadata.name);
};

test("what kubectl installed becomes a release, which is upgraded, tested, rolled back and removed", async () => {
  const release = ["telemetry", chart, "-n", system];
  await helm("install", ...release, "--take-ownership", ...patience);
  const [first] = await pods(system);
  // Helm 4 applies server-side: what kubectl set as well is changed only when one says so.
  const values = ["--set", "replicas=2", "--set", "logLevel=debug"];
  await expect(helm("upgrade", ...release, ...values, ...patience)).rejects.toThrow(/conflict with "kubectl"/);
  await helm("upgrade", ...release, ...values, "--force-conflicts", ...patience);
  expect(await pods(system)).toHaveLength(2);
  expect(await helm("test", "telemetry", "-n", system, "--timeout", "240s")).toMatch(/Phase: +Succeeded/);
  await helm("rollback", "telemetry", "1", "-n", system, ...patience);
  await waitFor("one pod", 240_000, async () => (await pods(system)).length === 1);
  expect(await pods(system)).not.toContain(first);
  await helm("uninstall", "telemetry", "-n", system, ...patience);
  expect(await kubectl(instance, ["get", "deployment,clusterrole", "-A", "-o", "name"])).not.toContain(
    "telemetry-operator",
  );
  await kubectl(instance, ["get", "crd", "telemetrypipelines.telemetry.dev"]);
}, 600_000);

test("an operator of one namespace, with the rights to that alone, brings a pipeline up", async () => {
  const values = ["--set", "watchNamespace=helmed", "--set", "crds.install=false"];
  await helm("install", "own", chart, "-n", "helmed", ...values, ...patience);
  await own.apply("small", {cassandra: {enabled: false}, deletionPolicy: "Delete"});
  await own.untilReady("small");
  expect(await helm("test", "own", "-n", "helmed", "--timeout", "240s")).toMatch(/Phase: +Succeeded/);
  const metrics = await own.k("get", "--raw", METRICS);
  expect(metrics).toMatch(/^rest_client_requests_total\{.*code="200"/m);
  expect(metrics).not.toMatch(/^rest_client_requests_total\{.*code="403"/m);
  // The pipeline goes on without its operator, and is taken up again by the next.
  await helm("uninstall", "own", "-n", "helmed", ...patience);
  await own.k("rollout", "status", "deploy/small-ingester-timescaledb", "--timeout=240s");
  await helm("install", "own", chart, "-n", "helmed", ...values, ...patience);
  await own.k("delete", "tp", "small", "--timeout=240s");
  await helm("uninstall", "own", "-n", "helmed", ...patience);
}, 600_000);
