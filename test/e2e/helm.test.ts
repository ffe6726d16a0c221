import {afterAll, beforeAll, expect, test} from "vitest";
import {kubectl} from "../../cluster/lifecycle.ts";
import {chart, helmBinary, helmFor} from "../helm.ts";
import {instance, kubeconfig, startCluster} from "./cluster.ts";
import {user} from "./steps.ts";

/** The chart with the real helm on a cluster with pods, for one namespace. For the whole cluster: test/verify/helm.test.ts. */
const helm = helmFor(kubeconfig);
const patience = ["--wait", "--timeout", "120s"];
const own = user("helmed");

beforeAll(async () => {
  await helmBinary();
  await startCluster();
  // Two operators must not act on one pipeline.
  await clusterWide(0);
  await kubectl(instance, ["create", "namespace", "helmed"]);
}, 1_800_000);
afterAll(async () => {
  await kubectl(instance, ["delete", "namespace", "helmed", "--timeout=240s"]);
  await clusterWide(1);
}, 600_000);

/** Replicas of the operator that `platform` has installed. */
const clusterWide = async (replicas: number) => {
  const deployment = ["-n", "telemetry-system", "deploy/telemetry-operator"];
  await kubectl(instance, ["scale", ...deployment, `--replicas=${replicas}`]);
  await kubectl(instance, ["rollout", "status", ...deployment, "--timeout=240s"]);
  if (replicas === 0)
    await kubectl(instance, [
      "-n",
      "telemetry-system",
      "wait",
      "--for=delete",
      "pod",
      "-l",
      "app.kubernetes.io/name=telemetry-operator",
      "--timeout=240s",
    ]);
};

test("an operator of one namespace, with the rights to that alone, brings a pipeline up", async () => {
  const values = ["--set", "watchNamespace=helmed", "--set", "crds.install=false"];
  await helm("install", "own", chart, "-n", "helmed", ...values, ...patience);
  await own.apply("small", {cassandra: {enabled: false}, deletionPolicy: "Delete"});
  await own.untilReady("small");
  expect(await helm("test", "own", "-n", "helmed", "--timeout", "60s")).toMatch(/Phase: +Succeeded/);
  const metrics = await own.k(
    "get",
    "--raw",
    "/api/v1/namespaces/helmed/services/telemetry-operator:http/proxy/metrics",
  );
  expect(metrics).toMatch(/^rest_client_requests_total\{.*code="200"/m);
  expect(metrics).not.toMatch(/^rest_client_requests_total\{.*code="403"/m);
  // The pipeline goes on without its operator, and is taken up again by the next.
  await helm("uninstall", "own", "-n", "helmed", ...patience);
  await own.k("rollout", "status", "deploy/small-ingester-timescaledb", "--timeout=240s");
  await helm("install", "own", chart, "-n", "helmed", ...values, ...patience);
  await own.k("delete", "tp", "small", "--timeout=240s");
  await helm("uninstall", "own", "-n", "helmed", ...patience);
}, 600_000);
