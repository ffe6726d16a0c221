import type {Chart} from "cdk8s";
import {k8s} from "cdk8s-plus-28";
import {type BuildContext, COMPONENT_LABEL, PIPELINE_LABEL} from "./context.ts";

/** The servers of a pipeline and the components that connect to each: the policies of both ends are made from this. */
const CLIENTS = {
  kafka: ["kafka", "simulator", "ingester-timescaledb", "ingester-cassandra", "console", "flink"],
  timescaledb: ["timescaledb", "ingester-timescaledb", "console", "monitoring", "alert-receiver", "flink"],
  cassandra: ["cassandra", "ingester-cassandra", "console"],
} satisfies Record<string, string[]>;
type Server = keyof typeof CLIENTS;

type Peer = k8s.NetworkPolicyPeer;
/** Ports, and who is at the other end of them; without peers: anyone. */
interface Rule {
  ports: (number | string)[];
  peers?: Peer[];
}

/** Prometheus, wherever it runs: in the namespace of the spec or, unset, by the label of the Prometheus operator. */
export const prometheus = ({spec}: BuildContext): Peer => {
  const namespace = spec.networkPolicies.monitoringNamespace;
  return namespace
    ? {namespaceSelector: {matchLabels: {"kubernetes.io/metadata.name": namespace}}}
    : {namespaceSelector: {}, podSelector: {matchLabels: {"app.kubernetes.io/name": "prometheus"}}};
};

/** Grafana, by the label that its chart gives it: it asks TimescaleDB. */
export const grafana: Peer = {
  namespaceSelector: {},
  podSelector: {matchLabels: {"app.kubernetes.io/name": "grafana"}},
};

/** This operator, wherever it runs: it asks the ingesters for the newest row. */
export const telemetryOperator: Peer = {
  namespaceSelector: {},
  podSelector: {matchLabels: {"app.kubernetes.io/name": "telemetry-operator"}},
};

export const brokers = (name: string): k8s.LabelSelector => ({
  matchLabels: {"strimzi.io/cluster": name, "strimzi.io/name": `${name}-kafka`},
});
export const cassandraNodes = (name: string): k8s.LabelSelector => ({
  matchLabels: {"cassandra.datastax.com/cluster": name},
});
const podsOf = (name: string, component: string): k8s.LabelSelector => ({
  matchLabels: {[PIPELINE_LABEL]: name, [COMPONENT_LABEL]: component},
});

/** The pods that may connect to a server. */
export const clientsOf = (server: Server, {name}: BuildContext): Peer[] => [
  {
    podSelector: {
      matchLabels: {[PIPELINE_LABEL]: name},
      matchExpressions: [{key: COMPONENT_LABEL, operator: "In", values: CLIENTS[server]}],
    },
  },
];

/** Where a server is: its pods or, if it is not ours, its port at any address, since policies know no host names. */
const wayTo: Record<Server, (context: BuildContext) => Rule> = {
  kafka: ({name, spec: {kafka, tls}}) =>
    kafka.external
      ? {ports: kafka.external.bootstrapServers.split(",").map((server) => Number(server.split(":").at(-1)))}
      : {ports: [tls ? 9093 : 9092], peers: [{podSelector: brokers(name)}]},
  timescaledb: ({name, spec: {timescaledb}}) =>
    timescaledb.external
      ? {ports: [timescaledb.external.port ?? 5432]}
      : {ports: [5432], peers: [{podSelector: podsOf(name, "timescaledb")}]},
  cassandra: ({name, spec: {cassandra}}) =>
    cassandra.external
      ? {ports: [cassandra.external.port ?? 9042]}
      : {ports: [9042], peers: [{podSelector: cassandraNodes(name)}]},
};

const port = (value: number | string): k8s.NetworkPolicyPort => ({
  protocol: "TCP",
  port: typeof value === "number" ? k8s.IntOrString.fromNumber(value) : k8s.IntOrString.fromString(value),
});
const DNS: k8s.NetworkPolicyEgressRule = {
  ports: ["UDP", "TCP"].map((protocol) => ({protocol, port: k8s.IntOrString.fromNumber(53)})),
};

/**
 * Closes the pods of the chart's component to all but the given connections. They reach the servers that CLIENTS names
 * them for, DNS, and what `to` adds.
 */
export function isolate(chart: Chart, context: BuildContext, {from = [], to = []}: {from?: Rule[]; to?: Rule[]} = {}) {
  const component = chart.labels[COMPONENT_LABEL]!;
  const servers = (Object.keys(CLIENTS) as Server[]).filter((server) => CLIENTS[server].includes(component));
  const out = [...servers.map((server) => wayTo[server](context)), ...to];
  policy(chart, context, `${context.name}-${component}`, podsOf(context.name, component), from, out);
}

/** Closes pods of others (Strimzi's, K8ssandra's) to all but the given connections; what they connect to is theirs to say. */
export const isolateServer = (
  chart: Chart,
  context: BuildContext,
  name: string,
  pods: k8s.LabelSelector,
  from: Rule[],
): void => policy(chart, context, name, pods, from);

function policy(
  chart: Chart,
  {spec}: BuildContext,
  name: string,
  podSelector: k8s.LabelSelector,
  from: Rule[],
  to?: Rule[],
): void {
  if (!spec.networkPolicies.enabled) return;
  const ingress = from.map(({ports, peers}) => ({ports: ports.map(port), ...(peers ? {from: peers} : {})}));
  const egress = to && [DNS, ...to.map(({ports, peers}) => ({ports: ports.map(port), ...(peers ? {to: peers} : {})}))];
  new k8s.KubeNetworkPolicy(chart, `NetworkPolicy-${name}`, {
    metadata: {name},
    spec: {
      podSelector,
      policyTypes: ["Ingress", ...(egress ? ["Egress"] : [])],
      ...(ingress.length > 0 ? {ingress} : {}),
      ...(egress ? {egress} : {}),
    },
  });
}

/** The port of a URL. */
export const portOf = (url: string): number => {
  const {port, protocol} = new URL(url);
  return Number(port) || (protocol === "https:" ? 443 : 80);
};
