import {beforeAll, expect, test} from "vitest";
import {parseAllDocuments} from "yaml";
import {defaultImages, imagesFrom} from "../../cdk8s/context.ts";
import {dashboards} from "../../cdk8s/dashboards/all.ts";
import {install} from "../../cdk8s/install.ts";
import {kubectl} from "../../cluster/lifecycle.ts";
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

const rendered = async (values: object = {}): Promise<any[]> => {
  const set = Object.entries(values).flatMap(([key, value]) => ["--set-json", `${key}=${JSON.stringify(value)}`]);
  return parseAllDocuments(await helm("template", ...release, ...template, ...set))
    .map((document) => document.toJS())
    .filter((object) => object && !object.metadata.annotations?.["helm.sh/hook"]);
};
const deploymentOf = (objects: any[]) => objects.find(({kind}) => kind === "Deployment").spec.template;
const podOf = async (values: object) => deploymentOf(await rendered(values)).spec;

test("the chart passes helm lint", async () => {
  expect(await helm("lint", "--strict", chart)).toMatch(/0 chart\(s\) failed/);
});

test("the chart says the same as the plain manifests", async () => {
  const without = ({metadata: {labels: _, namespace: _namespace, ...metadata}, ...rest}: any) => ({...rest, metadata});
  const plain = (install() as any[]).filter(({kind}) => kind !== "Namespace").map(without);
  for (const object of plain) for (const subject of object.subjects ?? []) subject.namespace = namespace;
  const deployment = deploymentOf(plain);
  delete deployment.metadata.annotations;
  Object.assign(deployment.spec, {priorityClassName: ""});
  const [container] = deployment.spec.containers;
  container.imagePullPolicy = "IfNotPresent";
  for (const [name, value] of [
    ["WATCH_NAMESPACE", ""],
    ["LOG_LEVEL", "info"],
    ["WORKLOADS_IMAGE", defaultImages.workloads],
    ["TIMESCALEDB_IMAGE", defaultImages.timescaledb],
    ["FLINK_IMAGE", defaultImages.flink],
    ["IMAGE_PULL_SECRETS", ""],
  ])
    container.env.push({name, value});
  const objects = (await rendered()).filter(({kind}) => kind !== "CustomResourceDefinition").map(without);
  const byKind = (a: any, b: any) => `${a.kind}${a.metadata.name}`.localeCompare(`${b.kind}${b.metadata.name}`);
  expect(objects.sort(byKind)).toEqual(plain.sort(byKind));
});

test("dashboards are objects of the Grafana operator too where that is, and can be left out", async () => {
  const names = async (...more: string[]) =>
    parseAllDocuments(await helm("template", ...release, ...template, ...more))
      .map((document) => document.toJS())
      .filter((object) => object?.kind === "ConfigMap" || object?.kind === "GrafanaDashboard")
      .map(({kind, metadata}) => `${kind}/${metadata.name.replace("telemetry-operator-dashboard-", "")}`)
      .sort();
  const keys = dashboards().map(([key]) => key);
  const configMaps = keys.map((key) => `ConfigMap/${key}`).sort();
  expect(await names()).toEqual(configMaps);
  const served = ["--api-versions", "grafana.integreatly.org/v1beta1"];
  expect(await names(...served)).toEqual([...configMaps, ...keys.map((key) => `GrafanaDashboard/${key}`).sort()]);
  expect(await names(...served, "--set", "dashboards.enabled=false")).toEqual([]);
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
  const objects = await rendered(everything);
  const {metadata, spec} = deploymentOf(objects);
  expect(metadata).toMatchObject({labels: {team: "fleet", tier: "control"}, annotations: {note: "x"}});
  const {nodeSelector, tolerations, affinity, topologySpreadConstraints, priorityClassName} = everything;
  expect(spec).toMatchObject({nodeSelector, tolerations, affinity, topologySpreadConstraints, priorityClassName});
  expect(spec).toMatchObject({serviceAccountName: "robot", containers: [{resources: everything.resources}]});
  const own = objects.filter(({kind}) => kind !== "CustomResourceDefinition");
  for (const object of own) {
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
  ["pull secrets by name alone", {imagePullSecrets: ["mine"]}, /imagePullSecrets\/0.*want object/],
  ["memory that is no quantity", {resources: {limits: {memory: "lots"}}}, /limits\/memory/],
  ["an account that nobody makes", {serviceAccount: {create: false}}, /serviceAccount\.name has to name one/],
])("%s is refused with its name", async (_, values, message) => {
  await expect(rendered(values)).rejects.toThrow(message);
});

test("a Kubernetes that is too old is refused with its version", async () => {
  await expect(helm("template", ...release, "--kube-version", "1.29.0")).rejects.toThrow(/requires kubeVersion.*1\.29/);
});
