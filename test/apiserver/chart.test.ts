import {cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {beforeAll, expect, test} from "vitest";
import {parseAllDocuments, stringify} from "yaml";
import {defaultImages, imagesFrom} from "../../cdk8s/context.ts";
import {kubectl} from "../../cluster/lifecycle.ts";
import {dashboards, installation} from "../../operator/install.ts";
import {chart, helmFor} from "../helm.ts";
import {instance, kubeconfig} from "./cluster.ts";
import * as h from "./harness.ts";

/** What the real helm makes of the chart, and what a real API server says to it. */
const helm = helmFor(kubeconfig);
const namespace = "rendered";
const release = ["telemetry", chart, "--namespace", namespace];
// A helm that was not released knows no newer Kubernetes by itself.
const template = ["--kube-version", "1.34.0"];

beforeAll(() => h.namespace(namespace));

const parsed = (text: string): any[] =>
  parseAllDocuments(text)
    .map((document) => document.toJS())
    .filter(Boolean);
/** Every object, the test's pod too. */
const objectsOf = async (...flags: string[]) => parsed(await helm("template", ...release, ...template, ...flags));
const flagsFor = (values: object) =>
  Object.entries(values).flatMap(([key, value]) => ["--set-json", `${key}=${JSON.stringify(value)}`]);
const rendered = async (values: object = {}): Promise<any[]> =>
  (await objectsOf(...flagsFor(values))).filter(({metadata}) => !metadata.annotations?.["helm.sh/hook"]);
const deploymentOf = (objects: any[]) => objects.find(({kind}) => kind === "Deployment").spec.template;
const podOf = async (values: object) => deploymentOf(await rendered(values)).spec;

test("the chart passes helm lint", async () => {
  expect(await helm("lint", "--strict", chart)).toMatch(/0 chart\(s\) failed/);
});

test("the chart says the same as the plain manifests", async () => {
  const without = ({metadata: {labels: _, namespace: _namespace, ...metadata}, ...rest}: any) => ({...rest, metadata});
  const plain = (installation() as any[]).filter(({kind}) => kind !== "Namespace").map(without);
  for (const object of plain) for (const subject of object.subjects ?? []) subject.namespace = namespace;
  const deployment = deploymentOf(plain);
  delete deployment.metadata.annotations;
  Object.assign(deployment.spec, {priorityClassName: ""});
  const [container] = deployment.spec.containers;
  container.imagePullPolicy = "IfNotPresent";
  for (const [name, value] of [
    ["LEASE_NAME", "telemetry-operator"],
    ["WATCH_NAMESPACE", ""],
    ["LOG_LEVEL", "info"],
    ["RUNBOOK_URL", ""],
    ["WORKLOADS_IMAGE", defaultImages.workloads],
    ["TIMESCALEDB_IMAGE", defaultImages.timescaledb],
    ["FLINK_IMAGE", defaultImages.flink],
    ["LAKE_IMAGE", defaultImages.lake],
    ["SEAWEEDFS_IMAGE", defaultImages.seaweedfs],
    ["AIRFLOW_IMAGE", defaultImages.airflow],
    ["DRUID_IMAGE", defaultImages.druid],
    ["SUPERSET_IMAGE", defaultImages.superset],
    ["SCORER_IMAGE", defaultImages.scorer],
    ["TRAINING_IMAGE", defaultImages.training],
    ["METABASE_IMAGE", defaultImages.metabase],
    ["IMAGE_PULL_SECRETS", ""],
  ])
    container.env.push({name, value});
  const objects = (await rendered()).filter(({kind}) => kind !== "CustomResourceDefinition").map(without);
  const byKind = (a: any, b: any) => `${a.kind}${a.metadata.name}`.localeCompare(`${b.kind}${b.metadata.name}`);
  expect(objects.sort(byKind)).toEqual(plain.sort(byKind));
});

test("runbookUrl reaches the pipelines' alerts by the operator, and the operator's own", async () => {
  const urlsOf = async (...flags: string[]) =>
    (await objectsOf("--api-versions", "monitoring.coreos.com/v1/ServiceMonitor", ...flags))
      .filter(({kind}) => kind === "PrometheusRule")
      .flatMap(({spec}) => spec.groups[0].rules.map(({annotations}: any) => annotations.runbook_url));
  expect(new Set(await urlsOf())).toEqual(new Set([undefined]));
  const runbookUrl = "https://git.example.com/alerts.md#";
  expect(await urlsOf(...flagsFor({runbookUrl}))).toContain(`${runbookUrl}telemetryoperatoraway`);
  expect((await podOf({runbookUrl})).containers[0].env).toContainEqual({name: "RUNBOOK_URL", value: runbookUrl});
});

test("dashboards are objects of the Grafana operator too where that is, and can be left out", async () => {
  const names = async (...more: string[]) =>
    (await objectsOf(...more))
      .filter(({kind}) => kind === "ConfigMap" || kind === "GrafanaDashboard")
      .map(({kind, metadata}) => `${kind}/${metadata.name.replace("telemetry-operator-dashboard-", "")}`)
      .sort();
  const keys = dashboards.map(([key]) => key);
  const configMaps = keys.map((key) => `ConfigMap/${key}`).sort();
  expect(await names()).toEqual(configMaps);
  // Datasources alone, as with a definition of the kind that is not there yet.
  expect(await names("--api-versions", "grafana.integreatly.org/v1beta1")).toEqual(configMaps);
  const served = ["--api-versions", "grafana.integreatly.org/v1beta1/GrafanaDashboard"];
  expect(await names(...served)).toEqual([...configMaps, ...keys.map((key) => `GrafanaDashboard/${key}`).sort()]);
  expect(await names(...served, "--set", "dashboards.grafanaOperator=false")).toEqual(configMaps);
  expect(await names(...served, "--set", "dashboards.enabled=false")).toEqual([]);
});

test("the operator is scraped and watched where ServiceMonitors are served, unless the values say otherwise", async () => {
  const both = ["PrometheusRule", "ServiceMonitor"];
  const monitored = async (...more: string[]) =>
    (await objectsOf(...more)).filter(({kind}) => both.includes(kind)).sort((a, b) => a.kind.localeCompare(b.kind));
  const kinds = async (...more: string[]) => (await monitored(...more)).map(({kind}) => kind);
  const served = ["--api-versions", "monitoring.coreos.com/v1/ServiceMonitor"];
  expect(await kinds()).toEqual([]);
  expect(await kinds("--set", "serviceMonitor.enabled=true")).toEqual(both);
  expect(await kinds(...served, "--set", "serviceMonitor.enabled=false")).toEqual([]);
  const [rules, monitor] = await monitored(...served, "--set", "fullnameOverride=north");
  // What the operator tells of is the pipelines', not its own.
  expect(monitor.spec.endpoints[0].honorLabels).toBe(true);
  expect(rules.metadata.labels.release).toBe("kps");
  for (const {expr} of rules.spec.groups[0].rules) expect(expr).toContain(`{namespace="${namespace}",job="north"}`);
  expect(rules.spec.groups[0].rules[1].annotations.summary).toMatch(/^\{\{ \$value \| humanize \}\} reconciles/);
});

test("a GrafanaDashboard that no Grafana takes does not hold Argo CD's Application", async () => {
  const dashboards = (
    await objectsOf(
      "--api-versions",
      "grafana.integreatly.org/v1beta1/GrafanaDashboard",
      "--set",
      "commonAnnotations.a=b",
    )
  ).filter(({kind}) => kind === "GrafanaDashboard");
  expect(dashboards).not.toEqual([]);
  for (const {metadata} of dashboards)
    expect(metadata.annotations).toEqual({"argocd.argoproj.io/ignore-healthcheck": "true", a: "b"});
});

test("a mirror, digests and pull secrets reach the operator and the pipelines' pods", async () => {
  const images = async (values: object) => {
    const {env} = (await podOf(values)).containers[0];
    return imagesFrom(Object.fromEntries(env.map(({name, value}: any) => [name, value])));
  };
  expect(await images({})).toEqual(defaultImages);
  expect(await images({imageRegistry: "mirror.invalid/hub", imagePullSecrets: [{name: "a"}, {name: "b"}]})).toEqual({
    ...Object.fromEntries(
      Object.entries(defaultImages).map(([name, image]) => [name, image.replace("docker.io", "mirror.invalid/hub")]),
    ),
    pullSecrets: ["a", "b"],
  });
  expect((await images({workloadsImage: "other.invalid/w@sha256:1"})).workloads).toBe("other.invalid/w@sha256:1");
  const digest = `sha256:${"0a".repeat(32)}`;
  const pod = await podOf({imageRegistry: "mirror.invalid", image: {digest}, imagePullSecrets: [{name: "a"}]});
  expect(pod.containers[0].image).toBe(`mirror.invalid/telemetry-operator/operator@${digest}`);
  expect(pod.imagePullSecrets).toEqual([{name: "a"}]);
});

/** Every value that an operator's pod is expected to take, with something in it. */
const everything = {
  replicas: 2,
  logLevel: "debug",
  commonLabels: {team: "fleet"},
  commonAnnotations: {owner: "fleet@example.com"},
  podLabels: {tier: "control"},
  podAnnotations: {note: "x"},
  serviceAccount: {name: "robot", annotations: {role: "reader"}},
  resources: {requests: {cpu: "100m", memory: "128Mi"}},
  nodeSelector: {disk: "ssd"},
  tolerations: [{key: "dedicated", operator: "Exists", effect: "NoSchedule"}],
  affinity: {podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: []}},
  topologySpreadConstraints: [{maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "ScheduleAnyway"}],
  priorityClassName: "system-cluster-critical",
  networkPolicy: {from: [{namespaceSelector: {matchLabels: {monitoring: "yes"}}}]},
};

test("what people set of a pod is set, and common labels and annotations are on every object", async () => {
  const objects = await objectsOf(...flagsFor(everything));
  const {metadata, spec} = deploymentOf(objects);
  expect(metadata).toMatchObject({labels: {team: "fleet", tier: "control"}, annotations: {note: "x"}});
  const {nodeSelector, tolerations, affinity, topologySpreadConstraints, priorityClassName} = everything;
  expect(spec).toMatchObject({nodeSelector, tolerations, affinity, topologySpreadConstraints, priorityClassName});
  expect(spec).toMatchObject({serviceAccountName: "robot", containers: [{resources: everything.resources}]});
  expect(objects.map(({kind}) => kind)).toEqual(expect.arrayContaining(["CustomResourceDefinition", "Pod"]));
  for (const object of objects) {
    expect(object.metadata).toMatchObject({labels: {team: "fleet"}, annotations: {owner: "fleet@example.com"}});
    for (const subject of object.subjects ?? []) expect(subject.name).toBe("robot");
  }
  const policy = objects.find(({kind}) => kind === "NetworkPolicy");
  expect(policy.spec.ingress[0].from).toEqual(everything.networkPolicy.from);
});

test.each([
  ["as it comes", {}],
  ["with every value set", everything],
  ["in one namespace", {watchNamespace: namespace}],
])("a real API server takes the chart %s, unknown fields refused", async (_, values) => {
  const objects = await rendered(values);
  const text = objects.map((object) => JSON.stringify(object)).join("\n---\n");
  const flags = ["--server-side", "--force-conflicts", "--dry-run=server", "--validate=strict"];
  const out = await kubectl(instance, ["apply", ...flags, "-f", "-"], text);
  expect(out.trim().split("\n")).toHaveLength(objects.length);
});

test("one namespace gets a Role there instead of a ClusterRole", async () => {
  const objects = await rendered({watchNamespace: "fleets"});
  const roles = objects
    .filter(({kind}) => /Role$/.test(kind))
    .map(({kind, metadata}) => `${kind} ${metadata.namespace}`);
  expect(roles.sort()).toEqual(["Role fleets", `Role ${namespace}`]);
  expect(objects.some(({kind}) => kind.startsWith("Cluster"))).toBe(false);
});

test("what is switched off is left out", async () => {
  const switches = ["CustomResourceDefinition", "NetworkPolicy", "PodDisruptionBudget", "ServiceAccount"];
  const kindsOf = (objects: any[]): string[] => [...new Set<string>(objects.map(({kind}) => kind))].sort();
  const off = await rendered({
    serviceAccount: {create: false, name: "robot"},
    networkPolicy: {enabled: false},
    podDisruptionBudget: {enabled: false},
    crds: {install: false},
  });
  expect(kindsOf(await rendered()).filter((kind) => !kindsOf(off).includes(kind))).toEqual(switches);
});

test.each([
  ["a replica count that is no number", {replicas: "many"}, /replicas.*got string, want integer/],
  ["an unknown value", {image: {repo: "x"}}, /\/image.*'repo' not allowed/],
  ["an unknown log level", {logLevel: "loud"}, /logLevel.*one of 'trace', 'debug'/],
  ["a tag where a digest belongs", {image: {digest: "latest"}}, /digest.*'latest' does not match pattern/],
  ["a label that the chart sets", {commonLabels: {"helm.sh/chart": "x"}}, /invalid propertyName 'helm.sh.chart'/],
  [
    "a label that no object may have",
    {commonLabels: {team: "two words"}},
    /commonLabels\/team.*does not match pattern/,
  ],
  ["a name that no object may have", {fullnameOverride: "Fleet_1"}, /fullnameOverride.*does not match pattern/],
  ["pull secrets by name alone", {imagePullSecrets: ["mine"]}, /imagePullSecrets\/0.*want object/],
  ["memory that is no quantity", {resources: {limits: {memory: "lots"}}}, /limits\/memory/],
  ["an account that nobody makes", {serviceAccount: {create: false}}, /serviceAccount\.name has to name one/],
])("%s is refused with its name", async (_, values, message) => {
  await expect(rendered(values)).rejects.toThrow(message);
});

/** Path of each value and of each map above it, from the schema. */
function paths({properties = {}}: any, above: string[] = []): string[] {
  return Object.entries<any>(properties).flatMap(([key, child]) => [
    [...above, key].join("."),
    ...paths(child, [...above, key]),
  ]);
}
const schema = JSON.parse(readFileSync(join(chart, "values.schema.json"), "utf8"));
const everyPath = paths(schema).filter((path) => !/^(affinity|resources)\./.test(path));

test("null, and so a key whose lines are all commented out, is the default of any value or map of values", async () => {
  const byDefault = await helm("template", ...release, ...template);
  expect(everyPath.length).toBeGreaterThan(35);
  for (const path of everyPath) {
    expect(await helm("template", ...release, ...template, "--set-json", `${path}=null`), path).toBe(byDefault);
  }
}, 600_000);

const nothing = Object.fromEntries(Object.keys(schema.properties).map((key) => [key, null]));

test("a file of values with nothing but keys is the default", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "values-")), "values.yaml");
  writeFileSync(file, stringify(nothing, {nullStr: ""}));
  const byDefault = await helm("template", ...release, ...template);
  expect(await helm("template", ...release, ...template, "-f", file)).toBe(byDefault);
});

/** A chart of one's own with this one in it. */
async function within<T>(values: object, work: (parent: string) => Promise<T>): Promise<T> {
  const parent = mkdtempSync(join(tmpdir(), "parent-"));
  try {
    cpSync(chart, join(parent, "charts/telemetry-operator"), {recursive: true});
    writeFileSync(join(parent, "Chart.yaml"), "{apiVersion: v2, name: parent, version: 1.0.0}");
    writeFileSync(join(parent, "values.yaml"), JSON.stringify({"telemetry-operator": values}));
    return await work(parent);
  } finally {
    rmSync(parent, {recursive: true});
  }
}

test("null in the values of a parent chart is the default too", async () => {
  const objects = (text: string) => parsed(text).map(({kind, metadata, spec}) => ({kind, name: metadata.name, spec}));
  const args = ["--namespace", namespace, ...template];
  const all = (values: object) => within(values, (parent) => helm("template", "telemetry", parent, ...args));
  expect(objects(await all(nothing))).toEqual(objects(await all({})));
});

test("a key of a map of one's own can be taken away by null, as always in Helm", async () => {
  const pod = await podOf({resources: {limits: null}});
  expect(pod.containers[0].resources).toEqual({requests: {cpu: "200m", memory: "256Mi", "ephemeral-storage": "64Mi"}});
});

/** The chart under another version, as Flux and a build write it. */
async function versioned<T>(version: string, work: (copy: string) => Promise<T>): Promise<T> {
  return within({}, async (parent) => {
    const copy = join(parent, "charts/telemetry-operator");
    const text = readFileSync(join(copy, "Chart.yaml"), "utf8");
    writeFileSync(
      join(copy, "Chart.yaml"),
      text.replace(/^(version|appVersion): .*$/gm, (_, key) => `${key}: ${version}`),
    );
    return work(copy);
  });
}

const LABEL = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

test.each([
  ["as released", "0.1.0"],
  ["with what Flux appends", "0.1.0+0123456789ab"],
  ["of a build with a long name", `0.1.0-pr.7+${"build.".repeat(12)}1`],
  ["that would end at a sign", `0.1.0+${"a".repeat(37)}.b`],
])("every label is valid in a chart version %s, and of a release that is called by a number", async (_, version) => {
  const all = await versioned(version, async (copy) =>
    parsed(
      await helm("template", "123", copy, "--namespace", "456", ...template, "--set", "serviceMonitor.enabled=true"),
    ),
  );
  expect(all.length).toBeGreaterThan(10);
  for (const {kind, metadata, spec} of all) {
    const labels = {...metadata.labels, ...spec?.template?.metadata?.labels};
    for (const value of Object.values<any>(labels)) expect(value, kind).toMatch(LABEL);
    if (metadata.namespace !== undefined) expect(metadata.namespace, kind).toBe("456");
  }
  expect(deploymentOf(all).spec.containers[0].image).toMatch(/^[^+]*$/);
});

test.each([
  ["nameOverride", {nameOverride: "fleet"}, "fleet"],
  ["fullnameOverride", {fullnameOverride: "true"}, "true"],
  ["both", {nameOverride: "fleet", fullnameOverride: "north"}, "north"],
])("%s names every object, and all that refers to one", async (_, values, name) => {
  const flags = flagsFor({...values, serviceMonitor: {enabled: true}});
  const objects = await objectsOf(...flags, "--api-versions", "grafana.integreatly.org/v1beta1/GrafanaDashboard");
  const own = objects.filter(({kind}) => kind !== "CustomResourceDefinition");
  const names = new Set(own.map(({kind, metadata}) => `${kind}/${metadata.name}`));
  const pod = deploymentOf(objects);
  for (const {kind, metadata, spec = {}, roleRef, subjects = []} of own) {
    expect(metadata.name, kind).toMatch(new RegExp(`^${name}(-|$)`));
    const references = [roleRef, ...subjects, spec.configMapRef && {kind: "ConfigMap", ...spec.configMapRef}];
    for (const one of references.filter(Boolean)) expect(names).toContain(`${one.kind}/${one.name}`);
    const selector = spec.podSelector?.matchLabels ?? spec.selector?.matchLabels ?? spec.selector;
    if (selector && kind !== "ServiceMonitor") expect(pod.metadata.labels, kind).toMatchObject(selector);
    // Another operator in this namespace has the name's label too.
    if (selector && kind !== "ServiceMonitor") expect(selector).toHaveProperty(["app.kubernetes.io/instance"]);
  }
  expect(names).toContain(`ServiceAccount/${pod.spec.serviceAccountName}`);
  expect(pod.metadata.labels).toMatchObject({"app.kubernetes.io/name": "telemetry-operator"});
  const monitor = objects.find(({kind}) => kind === "ServiceMonitor");
  const service = objects.find(({kind}) => kind === "Service");
  expect(service.metadata.labels).toMatchObject(monitor.spec.selector.matchLabels);
  const test = objects.find(({kind}) => kind === "Pod");
  expect(test.spec.containers[0].args[0]).toContain(`http://${name}:8080/`);
});

test("a Kubernetes that is too old is refused with its version", async () => {
  await expect(helm("template", ...release, "--kube-version", "1.29.0")).rejects.toThrow(/requires kubeVersion.*1\.29/);
});
