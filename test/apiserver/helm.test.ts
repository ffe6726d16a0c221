import {mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, beforeAll, expect, test} from "vitest";
import {crd, telemetryPipeline} from "../../api/crd.ts";
import {waitFor} from "../../cluster/shell.ts";
import {builtin, type KubeObject} from "../../operator/runtime/types.ts";
import {chart, helmFor} from "../helm.ts";
import {kubeconfig} from "./cluster.ts";
import {startFakes} from "./fakes.ts";
import * as h from "./harness.ts";

/** A release through its life, with the real helm. */
const {admin} = h;
const helm = helmFor(kubeconfig);
let stopFakes: () => Promise<void>;
const namespace = "helmed";
const release = ["telemetry", chart, "--namespace", namespace];
const patience = ["--wait", "--timeout", "240s"];
const operator = {name: "telemetry-operator", namespace};

beforeAll(async () => {
  // Other tests install by the plain manifests; helm takes over nothing that it did not make.
  for (const type of h.clusterRbac) await admin.delete(type, {name: "telemetry-operator"});
  await h.applyCrds([crd() as unknown as KubeObject]);
  await h.removeAllPipelines();
  const definition = {name: crd().metadata.name};
  await admin.delete(builtin.customResourceDefinition, definition);
  await waitFor(
    "the definition to go",
    240_000,
    async () => !(await admin.get(builtin.customResourceDefinition, definition)),
  );
  await h.removeUpstreamCrds();
  await waitFor("discovery to follow", 240_000, async () => {
    const {groups} = await admin.request("GET", "/apis");
    return !groups.some(({name}: any) => /strimzi|k8ssandra|coreos/.test(name));
  });
  stopFakes = startFakes(admin);
}, 600_000);
afterAll(async () => {
  await stopFakes();
});

const replicas = async () => (await admin.get(builtin.deployment, operator))?.spec.replicas;

test("a cluster without a default StorageClass is told the command that marks one", async () => {
  const mark = async (value: string) => {
    const annotations = {"storageclass.kubernetes.io/is-default-class": value};
    await admin.patch(builtin.storageClass, {name: "standard"}, {metadata: {annotations}});
  };
  await mark("false");
  try {
    const notes = await helm("install", ...release, "--create-namespace", "--dry-run=server");
    expect(notes).toMatch(/! There is no default StorageClass.*\n +kubectl annotate storageclass NAME/);
  } finally {
    await mark("true");
  }
});

test("install tells what the cluster lacks", async () => {
  const notes = await helm("install", ...release, "--create-namespace", ...patience);
  expect(await replicas()).toBe(1);
  expect(notes).toMatch(/! Strimzi is missing/);
  expect(notes).toMatch(/! K8ssandra is missing/);
  expect(notes).toMatch(/! The Prometheus operator is missing/);
  expect(notes).not.toMatch(/No StorageClass/);
}, 600_000);

test("a second operator for the whole cluster is refused, one for a namespace is not", async () => {
  const second = ["install", "again", chart, "--namespace", "another", "--create-namespace", "--dry-run=server"];
  await expect(helm(...second)).rejects.toThrow(
    /release telemetry in namespace helmed already acts in the whole cluster.*watchNamespace/,
  );
  const notes = await helm(...second, "--set", "watchNamespace=another", "--set", "crds.install=false");
  expect(notes).toMatch(/acts in another/);
});

test("upgrade and rollback change the operator", async () => {
  await h.applyUpstreamCrds();
  const notes = await helm("upgrade", ...release, "--set", "replicas=2", "--set", "podAnnotations.a=b", ...patience);
  expect(await replicas()).toBe(2);
  expect(notes).not.toMatch(/missing/);
  await helm("rollback", "telemetry", "1", "--namespace", namespace, ...patience);
  expect(await replicas()).toBe(1);
}, 600_000);

test("the values of an older chart, which lacks all of this one's, do for an upgrade", async () => {
  const old = mkdtempSync(join(tmpdir(), "old-chart-"));
  const [aside, args] = ["older", ["--namespace", "another", "--create-namespace"]];
  try {
    writeFileSync(join(old, "Chart.yaml"), "{apiVersion: v2, name: telemetry-operator, version: 0.0.1}");
    writeFileSync(join(old, "values.yaml"), "{watchNamespace: another, image: {tag: old}}");
    await helm("install", aside, old, ...args);
    const kept = ["--reuse-values", "--set", "crds.install=false", "--dry-run=server"];
    const manifest = await helm("upgrade", aside, chart, ...args.slice(0, 2), ...kept);
    expect(manifest).toMatch(/image: docker.io\/telemetry-operator\/operator:old/);
    expect(manifest).toMatch(/kind: PodDisruptionBudget/);
  } finally {
    await helm("uninstall", aside, "--namespace", "another");
    rmSync(old, {recursive: true});
  }
}, 600_000);

test("the definition and its pipelines outlive the release, and a new one finds them", async () => {
  await h.applyPipeline(namespace);
  await helm("uninstall", "telemetry", "--namespace", namespace, "--wait");
  expect(await admin.get(builtin.deployment, operator)).toBeUndefined();
  expect(await admin.get(telemetryPipeline, {name: "fleet", namespace})).toBeDefined();
  await helm("install", ...release, ...patience);
  expect(await admin.get(telemetryPipeline, {name: "fleet", namespace})).toBeDefined();
  await helm("uninstall", "telemetry", "--namespace", namespace, "--wait");
  await h.removePipeline(namespace);
}, 600_000);

test("what kubectl installed is taken over by --take-ownership, and not without", async () => {
  await h.operatorToken();
  const args = ["install", "telemetry", chart, "--namespace", "telemetry-system"];
  await expect(helm(...args)).rejects.toThrow(/cannot be imported/);
  await helm(...args, "--take-ownership");
  await helm("uninstall", "telemetry", "--namespace", "telemetry-system", "--wait");
}, 600_000);
