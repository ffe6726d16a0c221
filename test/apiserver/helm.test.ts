import {readFileSync} from "node:fs";
import {join} from "node:path";
import {afterAll, beforeAll, expect, test} from "vitest";
import {parse, parseAllDocuments} from "yaml";
import {defaultImages, imagesFrom} from "../../cdk8s/context.ts";
import {install} from "../../cdk8s/install.ts";
import {waitFor} from "../../cluster/shell.ts";
import {crd, telemetryPipeline} from "../../operator/api/crd.ts";
import {builtin} from "../../operator/runtime/types.ts";
import {startFakes} from "./fakes.ts";
import * as h from "./harness.ts";
import {chart, helm, helmBinary} from "./helm.ts";

/** The chart with the real helm: what it renders, and a release through its life. */
const {admin} = h;
const stop = new AbortController();
let fakes: Promise<unknown>;
const namespace = "helmed";
const release = ["telemetry", chart, "--namespace", namespace];
// A helm that was not released knows no newer Kubernetes by itself.
const template = ["--kube-version", "1.34.0"];
const operator = {name: "telemetry-operator", namespace};

beforeAll(async () => {
  await helmBinary();
  await h.applyCrds(h.upstreamCrds());
  // Other tests install by the plain manifests; helm takes over nothing that it did not make.
  for (const type of h.clusterRbac) await admin.delete(type, {name: "telemetry-operator"});
  fakes = startFakes(admin, stop.signal);
}, 600_000);
afterAll(async () => {
  stop.abort();
  await fakes;
});

const rendered = async (...args: string[]): Promise<any[]> =>
  parseAllDocuments(await helm("template", ...release, ...template, ...args))
    .map((document) => document.toJS())
    .filter((object) => object && !object.metadata.annotations?.["helm.sh/hook"]);

test("the chart passes helm lint", async () => {
  expect(await helm("lint", "--strict", chart)).toMatch(/0 chart\(s\) failed/);
});

test("the chart says the same as the plain manifests", async () => {
  const without = ({metadata: {labels: _, namespace: _namespace, ...metadata}, ...rest}: any) => ({...rest, metadata});
  const plain = (install() as any[]).filter(({kind}) => kind !== "Namespace").map(without);
  for (const object of plain) for (const subject of object.subjects ?? []) subject.namespace = namespace;
  const deployment = plain.find(({kind}) => kind === "Deployment").spec.template;
  delete deployment.metadata.annotations;
  Object.assign(deployment.spec, {priorityClassName: ""});
  const [container] = deployment.spec.containers;
  container.imagePullPolicy = "IfNotPresent";
  for (const [name, value] of [
    ["WATCH_NAMESPACE", ""],
    ["LOG_LEVEL", "info"],
    ["WORKLOADS_IMAGE", ""],
    ["TIMESCALEDB_IMAGE", ""],
  ])
    container.env.push({name, value});
  const objects = (await rendered()).filter(({kind}) => kind !== "CustomResourceDefinition").map(without);
  const byKind = (a: any, b: any) => `${a.kind}${a.metadata.name}`.localeCompare(`${b.kind}${b.metadata.name}`);
  expect(objects.sort(byKind)).toEqual(plain.sort(byKind));
});

test("the chart's image values reach the pipelines' pods; left empty, they are the built ones", async () => {
  const images = async (...args: string[]) => {
    const {env} = (await rendered(...args)).find(({kind}) => kind === "Deployment").spec.template.spec.containers[0];
    return imagesFrom(Object.fromEntries(env.map(({name, value}: any) => [name, value])));
  };
  expect(await images()).toEqual(defaultImages);
  expect((await images("--set", "workloadsImage=mirror.invalid/w:1")).workloads).toBe("mirror.invalid/w:1");
});

test("one namespace gets a Role there instead of a ClusterRole", async () => {
  const objects = await rendered("--set", "watchNamespace=fleets");
  const roles = objects
    .filter(({kind}) => /Role$/.test(kind))
    .map(({kind, metadata}) => `${kind} ${metadata.namespace}`);
  expect(roles.sort()).toEqual(["Role fleets", `Role ${namespace}`]);
  expect(objects.some(({kind}) => kind.startsWith("Cluster"))).toBe(false);
});

test.each([
  ["a replica count that is no number", "replicas=many", /replicas.*integer/],
  ["an unknown value", "image.repo=x", /repo.*not allowed/],
  ["an unknown log level", "logLevel=loud", /logLevel/],
])("%s is refused with its name", async (_, value, message) => {
  await expect(
    helm("template", ...release, ...template, "--set-json", value.replace(/=(.*)/, '="$1"')),
  ).rejects.toThrow(message);
});

test("every value of values.yaml is in the schema, and the other way round", () => {
  const values = parse(readFileSync(join(chart, "values.yaml"), "utf8"));
  const {properties} = JSON.parse(readFileSync(join(chart, "values.schema.json"), "utf8"));
  expect(
    Object.keys(properties)
      .filter((key) => key !== "global")
      .sort(),
  ).toEqual(Object.keys(values).sort());
});

test("install, upgrade, rollback and uninstall; the definition and its pipelines outlive the release", async () => {
  const replicas = async () => (await admin.get(builtin.deployment, operator))?.spec.replicas;
  await admin.delete(builtin.customResourceDefinition, {name: crd().metadata.name});
  await waitFor(
    "the definition to go",
    60_000,
    async () => !(await admin.get(builtin.customResourceDefinition, {name: crd().metadata.name})),
  );
  await helm("install", ...release, "--create-namespace", "--wait", "--timeout", "60s");
  expect(await replicas()).toBe(1);
  await h.applyPipeline(namespace);
  await helm("upgrade", ...release, "--set", "replicas=2", "--set", "podAnnotations.a=b", "--wait", "--timeout", "60s");
  expect(await replicas()).toBe(2);
  await helm("rollback", "telemetry", "1", "--namespace", namespace, "--wait", "--timeout", "60s");
  expect(await replicas()).toBe(1);
  await helm("uninstall", "telemetry", "--namespace", namespace, "--wait");
  expect(await admin.get(builtin.deployment, operator)).toBeUndefined();
  expect(await admin.get(telemetryPipeline, {name: "fleet", namespace})).toBeDefined();
  await h.removePipeline(namespace);
}, 300_000);
