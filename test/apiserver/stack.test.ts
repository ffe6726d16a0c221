import {cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterAll, beforeAll, expect, test} from "vitest";
import {parse, parseAllDocuments, stringify} from "yaml";
import {helmFor} from "../helm.ts";
import {kubeconfig} from "./cluster.ts";

/**
 * charts/telemetry-stack with the real helm. Upstream's charts cannot be fetched here: in their place are charts of the same names and versions
 * that show the values they were given.
 */
const source = join(import.meta.dirname, "../../charts/telemetry-stack");
const {dependencies} = parse(readFileSync(join(source, "Chart.yaml"), "utf8"));
const folder = mkdtempSync(join(tmpdir(), "stack-"));
const chart = join(folder, "telemetry-stack");
const helm = helmFor(kubeconfig);
const flags = ["--kube-version", "1.34.0"];

beforeAll(() => {
  cpSync(source, chart, {recursive: true});
  for (const {name, version} of dependencies) {
    const stub = join(chart, "charts", name);
    mkdirSync(join(stub, "templates"), {recursive: true});
    writeFileSync(join(stub, "Chart.yaml"), stringify({apiVersion: "v2", name, version}));
    writeFileSync(join(stub, "templates", "values.yaml"), `chart: ${name}\nvalues: {{ toJson .Values }}\n`);
  }
});
afterAll(() => rmSync(folder, {recursive: true}));

const given = async (...args: string[]): Promise<Record<string, any>> => {
  const text = await helm("template", "stack", chart, ...flags, "--api-versions", "cert-manager.io/v1", ...args);
  const documents = parseAllDocuments(text).map((document) => document.toJS());
  return Object.fromEntries(documents.map(({chart: name, values}) => [name, values]));
};

test("the chart passes helm lint", async () => {
  expect(await helm("lint", "--strict", chart)).toMatch(/0 chart\(s\) failed/);
});

test("every operator is installed, acts in every namespace and is given what it needs", async () => {
  const values = await given();
  expect(Object.keys(values).sort()).toEqual(dependencies.map(({name}: any) => name).sort());
  expect(values["strimzi-kafka-operator"].watchAnyNamespace).toBe(true);
  expect(values["strimzi-kafka-operator"].extraEnvs).toContainEqual({
    name: "STRIMZI_POD_SECURITY_PROVIDER_CLASS",
    value: "restricted",
  });
  expect(values["k8ssandra-operator"].global.clusterScoped).toBe(true);
  const selectors = Object.entries(values["kube-prometheus-stack"].prometheus.prometheusSpec);
  expect(selectors.filter(([name]) => /SelectorNilUsesHelmValues$/.test(name)).map(([, value]) => value)).toEqual(
    Array(5).fill(false),
  );
});

test("both operators of K8ssandra are given what their charts leave out of the restricted standard", async () => {
  const {"k8ssandra-operator": k8ssandra} = await given();
  for (const values of [k8ssandra, k8ssandra["cass-operator"]]) {
    expect(values.podSecurityContext).toEqual({seccompProfile: {type: "RuntimeDefault"}});
    expect(values.securityContext).toEqual({capabilities: {drop: ["ALL"]}});
  }
});

test("each one can be left out", async () => {
  for (const {name} of dependencies) expect(await given("--set", `${name}.enabled=false`)).not.toHaveProperty([name]);
});

test("one whose values are null is refused with its name: without the defaults it would act in one namespace", async () => {
  for (const {name} of dependencies)
    await expect(given("--set-json", `${name}=null`)).rejects.toThrow(`${name} has lost its defaults`);
});

test("without cert-manager it is refused with the command that brings it, unless nothing needs it", async () => {
  await expect(helm("template", "stack", chart, ...flags)).rejects.toThrow(/helm install cert-manager .*v1\.21\.1/);
  const off = ["k8ssandra-operator", "flink-kubernetes-operator"].flatMap((name) => ["--set", `${name}.enabled=false`]);
  await helm("template", "stack", chart, ...flags, ...off);
});
