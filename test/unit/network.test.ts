import {readFileSync} from "node:fs";
import {join} from "node:path";
import {describe, expect, test} from "vitest";
import {parseAllDocuments} from "yaml";
import type {PipelineSpec} from "../../api/pipeline.ts";
import {resolveSpec} from "../../api/pipeline.ts";
import {defaultImages} from "../../cdk8s/context.ts";
import {installation} from "../../operator/install.ts";
import {plan} from "../../operator/reconcile/plan.ts";
import type {KubeObject} from "../../operator/runtime/types.ts";

/**
 * The NetworkPolicies of a plan, judged by Kubernetes' rules for the pods that the plan leads to: the connections that
 * the programs need are let through, and no others. The embedded cluster's network plugin does not enforce policies.
 */
interface Pod {
  name: string;
  namespace: string;
  labels: Record<string, string>;
  /** Named or not, what it listens on. */
  ports: {name?: string; containerPort: number}[];
  env?: {name: string; value?: string}[];
}

const NAMESPACE = "cars";

describe.each([
  ["Small", {profile: "Small"}],
  ["Production", {profile: "Production"}],
  ["Dev with policies", {networkPolicies: {enabled: true}}],
] as [string, PipelineSpec][])("%s", (_, spec) => {
  const objects = planOf(spec);
  const ours = podsOf(objects);
  const listener = resolveSpec(spec).tls ? 9093 : 9092;
  const broker = kafkaPod(listener);
  const everyone = [...ours, broker, entityOperator, cassandraNode, ...strangers];
  const needed = new Set([
    ...ours.flatMap((pod) => serversOf(pod).map(([server, port]) => `${pod.name} > ${server}:${port}`)),
    // What propagated labels make of the entity operator: a client of the brokers, which it is.
    `entity-operator > broker:${listener}`,
    ...["broker", "entity-operator"].flatMap((peer) => [`${peer} > broker:9090`, `${peer} > broker:9091`]),
    `broker > broker:${listener}`,
    ...["9090", "9091", "8443"].map((port) => `strimzi > broker:${port}`),
    ...["7000", "7001"].map((port) => `cassandra-node > cassandra-node:${port}`),
    ...["k8ssandra-operator", "cass-operator"].map((operator) => `${operator} > cassandra-node:8080`),
    ...["timescaledb", "cassandra"].map((store) => `telemetry-operator > fleet-ingester-${store}:8080`),
    ...["broker:9404", "cassandra-node:9000"].map((target) => `prometheus > ${target}`),
    ...ours.filter(({ports}) => ports.some(({name}) => name === "http")).map(({name}) => `prometheus > ${name}:8080`),
    "prometheus > fleet-timescaledb-exporter:9187",
    "fleet-timescaledb-exporter > fleet-timescaledb:5432",
    "grafana > fleet-timescaledb:5432",
    // It reads from TimescaleDB, and from Cassandra where there is none.
    "fleet-console > cassandra-node:9042",
    // These pages are behind a token and open to whatever leads people, or Alertmanager, to them; our own pods have nothing to ask.
    ...["fleet-console", "fleet-alert-receiver"].flatMap((page) =>
      everyone.filter((pod) => !ours.includes(pod)).map(({name}) => `${name} > ${page}:8080`),
    ),
  ]);

  test("exactly the connections that are needed are let through", () => {
    const allowed = everyone.flatMap((from) =>
      [...ours, broker, cassandraNode].flatMap((to) =>
        to.ports
          .filter(({containerPort}) => !(from === to && ours.includes(to)) && lets(objects, from, to, containerPort))
          .map(({containerPort}) => `${from.name} > ${to.name}:${containerPort}`),
      ),
    );
    expect(allowed.sort()).toEqual([...needed].sort());
  });

  test("every pod resolves names, and only the console reaches the API server", () => {
    const outside: Pod = {name: "outside", namespace: "kube-system", labels: {}, ports: []};
    for (const pod of ours) expect(lets(objects, pod, outside, 53), pod.name).toBe(true);
    expect(ours.filter((pod) => lets(objects, pod, outside, 443)).map(({name}) => name)).toEqual(["fleet-console"]);
  });
});

test("a server outside is reached by its port, from the pods that need it", () => {
  const kafka = {provider: "External" as const, external: {bootstrapServers: "a.example:19092,b.example:19093"}};
  const timescaledb = {provider: "External" as const, external: {host: "db.example", port: 15432, secret: "db"}};
  const objects = planOf({profile: "Small", kafka, timescaledb});
  const outside: Pod = {name: "outside", namespace: "elsewhere", labels: {}, ports: []};
  const reach = (port: number) =>
    podsOf(objects)
      .filter((pod) => lets(objects, pod, outside, port))
      .map(({name}) => name.replace(/-[0-9a-f]{8}$/, ""));
  const clients = ["fleet-ingester-timescaledb", "fleet-ingester-cassandra", "fleet-simulator", "fleet-console"];
  expect(reach(19_092).sort()).toEqual(["fleet-kafka-topics", ...clients].sort());
  expect(reach(19_093)).toEqual(reach(19_092));
  const jobs = ["fleet-timescaledb-schema", "fleet-timescaledb-retention"];
  expect(reach(15_432).sort()).toEqual(
    [...jobs, "fleet-ingester-timescaledb", "fleet-console", "fleet-alert-receiver"].sort(),
  );
});

test("servers with an IPv6 address are reached by their ports as well", () => {
  const kafka = {
    provider: "External" as const,
    external: {bootstrapServers: "[2001:db8::1]:19092,[2001:db8::2]:19093"},
  };
  const timescaledb = {provider: "External" as const, external: {host: "2001:db8::3", port: 15432, secret: "db"}};
  const login = {contactPoints: ["[2001:db8::4]", "2001:db8::5"], datacenter: "dc1", secret: "login"};
  const cassandra = {provider: "External" as const, external: {...login, port: 19042}};
  const objects = planOf({profile: "Small", kafka, timescaledb, cassandra});
  const outside: Pod = {name: "outside", namespace: "elsewhere", labels: {}, ports: []};
  const reach = (port: number) => podsOf(objects).filter((pod) => lets(objects, pod, outside, port)).length;
  expect([19_092, 19_093, 15_432, 19_042].map((port) => reach(port) > 0)).toEqual([true, true, true, true]);
  const valuesOf = (name: string) =>
    objects
      .flatMap(({spec}) => spec?.template?.spec.containers ?? [])
      .flatMap(({env = []}: any) => env.filter((variable: any) => variable.name === name).map(({value}: any) => value));
  expect(new Set(valuesOf("PGHOST"))).toEqual(new Set(["2001:db8::3"]));
  expect(new Set(valuesOf("CASSANDRA_CONTACT_POINTS"))).toEqual(new Set(["2001:db8::4,2001:db8::5"]));
});

test("the namespace that the spec names may scrape, and no other", () => {
  const objects = planOf({profile: "Small", networkPolicies: {monitoringNamespace: "observe"}});
  const simulator = podsOf(objects).find(({name}) => name === "fleet-simulator")!;
  const scraper = (namespace: string): Pod => ({...prometheus, labels: {}, namespace});
  expect(lets(objects, scraper("observe"), simulator, 8080)).toBe(true);
  expect(lets(objects, prometheus, simulator, 8080)).toBe(false);
});

test("the NetworkPolicy of docs/data.md lets a gateway of one's own reach the brokers' listener, and nothing else", () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/data.md"), "utf8");
  const block = /```yaml\n(apiVersion: kafka[^`]*)```/.exec(page)![1]!;
  const [user, policy] = parseAllDocuments(block).map((document) => document.toJS());
  const objects = planOf({profile: "Small"});
  const [listener] = objects.find(({kind}) => kind === "Kafka")!.spec.kafka.listeners;
  expect(user.spec.authentication.type).toBe(listener.authentication.type);
  expect(user.metadata.labels).toEqual({"strimzi.io/cluster": "fleet"});
  policy.metadata.namespace = NAMESPACE;
  const gateway = stranger("gateway", NAMESPACE, {app: "gateway"});
  const broker = kafkaPod(listener.port);
  const reached = (from: Pod, all: KubeObject[]) =>
    broker.ports.map(({containerPort}) => containerPort).filter((port) => lets(all, from, broker, port));
  expect(reached(gateway, objects)).toEqual([]);
  expect(reached(gateway, [...objects, policy])).toEqual([listener.port]);
  expect(reached(stranger("neighbour", NAMESPACE, {}), [...objects, policy])).toEqual([]);
  expect(reached(stranger("namesake", "elsewhere", {app: "gateway"}), [...objects, policy])).toEqual([]);
});

test("the NetworkPolicy of docs/applications.md lets an application reach TimescaleDB, and nothing else", () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/applications.md"), "utf8");
  const policy = parseAllDocuments(/```yaml\n(apiVersion: networking[^`]*)```/.exec(page)![1]!)[0]!.toJS();
  policy.metadata.namespace = NAMESPACE;
  const objects = planOf({profile: "Small"});
  const application = stranger("app", NAMESPACE, {app: "app"});
  const servers = podsOf(objects).filter(({labels}) => labels["telemetry.dev/component"]);
  const reached = (all: KubeObject[]) =>
    servers.flatMap((pod) =>
      pod.ports
        .filter(({containerPort}) => lets(all, application, pod, containerPort))
        .map(({containerPort}) => `${pod.name}:${containerPort}`),
    );
  const before = reached(objects);
  expect(reached([...objects, policy]).filter((port) => !before.includes(port))).toEqual(["fleet-timescaledb:5432"]);
});

test("a pod of a component without a policy of its own is reached by nobody", () => {
  const objects = planOf({profile: "Small"});
  const labels = {"telemetry.dev/pipeline": "fleet", "telemetry.dev/component": "new"};
  const added: Pod = {name: "new", namespace: NAMESPACE, labels, ports: [{containerPort: 80}]};
  expect(lets(objects, prometheus, added, 80)).toBe(false);
});

test("no policy is made in Dev, nor where they are switched off", () => {
  for (const spec of [{}, {profile: "Production" as const, networkPolicies: {enabled: false}}]) {
    const objects = planOf(spec);
    expect(objects.filter(({kind}) => kind === "NetworkPolicy")).toEqual([]);
    expect(JSON.stringify(objects)).not.toContain("networkPolicyPeers");
  }
});

function planOf(spec: PipelineSpec): KubeObject[] {
  const context = {name: "fleet", namespace: NAMESPACE, spec: resolveSpec(spec), images: defaultImages, passwords: {}};
  return plan(context).flatMap(({objects}) => objects);
}

/** One pod of each template in a plan. */
function podsOf(objects: KubeObject[]): Pod[] {
  return objects.flatMap(({kind, metadata, spec}) => {
    const template = kind === "CronJob" ? spec.jobTemplate.spec.template : spec?.template;
    if (!["Deployment", "StatefulSet", "Job", "CronJob"].includes(kind)) return [];
    const [container] = template.spec.containers;
    const {ports = [], env} = container;
    return [{name: metadata.name, namespace: NAMESPACE, labels: template.metadata.labels, ports, env}];
  });
}

/** The servers that a program's environment leads it to. */
function serversOf({env = []}: Pod): [server: string, port: number][] {
  const value = (wanted: string) => env.find(({name}) => name === wanted)?.value;
  const kafka = value("KAFKA_BROKERS");
  return [
    ...(kafka ? [["broker", Number(kafka.split(":")[1])] as [string, number]] : []),
    ...(value("PGHOST") ? [["fleet-timescaledb", Number(value("PGPORT"))] as [string, number]] : []),
    ...(value("CASSANDRA_CONTACT_POINTS") ? [["cassandra-node", 9042] as [string, number]] : []),
  ];
}

// Pods of others, with the labels that upstream gives them; Strimzi hands the labels of its resource on.
function kafkaPod(listener: number): Pod {
  const ports = [listener, 9090, 9091, 8443].map((containerPort) => ({containerPort}));
  const labels = {...entityOperator.labels, "strimzi.io/name": "fleet-kafka", "strimzi.io/pool-name": "fleet-pool"};
  return {
    name: "broker",
    namespace: NAMESPACE,
    labels,
    ports: [...ports, {name: "tcp-prometheus", containerPort: 9404}],
  };
}
const entityOperator: Pod = {
  name: "entity-operator",
  namespace: NAMESPACE,
  labels: {
    "strimzi.io/cluster": "fleet",
    "strimzi.io/name": "fleet-entity-operator",
    "telemetry.dev/pipeline": "fleet",
    "telemetry.dev/component": "kafka",
  },
  ports: [],
};
const cassandraNode: Pod = {
  name: "cassandra-node",
  namespace: NAMESPACE,
  labels: {"cassandra.datastax.com/cluster": "fleet", "cassandra.datastax.com/datacenter": "dc1"},
  ports: [7000, 7001, 8080, 9000, 9042].map((containerPort) => ({containerPort})),
};
const stranger = (name: string, namespace: string, labels: Record<string, string>): Pod => ({
  name,
  namespace,
  labels,
  ports: [],
});
const prometheus = stranger("prometheus", "monitoring", {"app.kubernetes.io/name": "prometheus"});
const operatorPod = (installation() as KubeObject[]).find(({kind}) => kind === "Deployment")!.spec.template.metadata
  .labels;
const fleet = {"telemetry.dev/pipeline": "fleet", "telemetry.dev/component": "ingester-timescaledb"};
const strangers = [
  prometheus,
  stranger("grafana", "monitoring", {"app.kubernetes.io/name": "grafana"}),
  stranger("telemetry-operator", "telemetry-system", operatorPod),
  stranger("strimzi", "kafka", {"strimzi.io/kind": "cluster-operator"}),
  stranger("k8ssandra-operator", "k8ssandra", {"control-plane": "k8ssandra-operator"}),
  stranger("cass-operator", "k8ssandra", {name: "cass-operator", "control-plane": "controller-manager"}),
  stranger("neighbour", NAMESPACE, {}),
  stranger("other-pipeline", NAMESPACE, {...fleet, "telemetry.dev/pipeline": "other"}),
  stranger("namesake", "elsewhere", fleet),
];

/** Whether the policies let a connection through: at the end that makes it and at the one that takes it. */
function lets(objects: KubeObject[], from: Pod, to: Pod, port: number): boolean {
  const judged = (pod: Pod, type: string) =>
    objects.filter(
      ({kind, metadata, spec}) =>
        kind === "NetworkPolicy" &&
        metadata.namespace === pod.namespace &&
        spec.policyTypes.includes(type) &&
        matches(spec.podSelector, pod.labels),
    );
  const passes = (policies: KubeObject[], rules: string, side: string, peer: Pod) =>
    policies.length === 0 ||
    policies.some(({spec, metadata}) =>
      (spec[rules] ?? []).some(
        (rule: any) =>
          (!rule.ports || rule.ports.some((wanted: any) => wanted.port === port || wanted.port === nameOf(to, port))) &&
          (!rule[side] || rule[side].some((selector: any) => isPeer(selector, metadata.namespace!, peer))),
      ),
    );
  return passes(judged(from, "Egress"), "egress", "to", to) && passes(judged(to, "Ingress"), "ingress", "from", from);
}

const nameOf = (pod: Pod, port: number) => pod.ports.find(({containerPort}) => containerPort === port)?.name;

function isPeer({podSelector, namespaceSelector}: any, namespace: string, pod: Pod): boolean {
  const there = namespaceSelector
    ? matches(namespaceSelector, {"kubernetes.io/metadata.name": pod.namespace})
    : pod.namespace === namespace;
  return there && (!podSelector || matches(podSelector, pod.labels));
}

function matches({matchLabels = {}, matchExpressions = []}: any, labels: Record<string, string>): boolean {
  const equal = Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
  const holds = ({key, operator, values}: any) =>
    operator === "Exists" ? key in labels : operator === "In" && values.includes(labels[key]);
  return equal && matchExpressions.every(holds);
}
