import type {Chart} from "cdk8s";
import {k8s} from "cdk8s-plus-28";
import {componentOf, enabledOf, type PlanContext, usedBy, usersOf} from "./component.ts";
import {type BuildContext, COMPONENT_LABEL, PIPELINE_LABEL} from "./context.ts";

export type Peer = k8s.NetworkPolicyPeer;
/** Ports, and who is at the other end of them; without peers: anyone. */
export interface Rule {
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

/** This operator, wherever it runs: it asks the ingesters for the newest row. */
export const telemetryOperator: Peer = {
  namespaceSelector: {},
  podSelector: {matchLabels: {"app.kubernetes.io/name": "telemetry-operator"}},
};

/** The API server: the port of its Service, and its own. */
export const API_SERVER: Rule = {ports: [443, 6443]};

/** Our own pods of a component. */
export const podsOf = (name: string, component: string): k8s.LabelSelector => ({
  matchLabels: {[PIPELINE_LABEL]: name, [COMPONENT_LABEL]: component},
});

/** The pods that may connect to a component. */
export const clientsOf = (server: string, {name, components}: PlanContext): Peer[] => [
  {
    podSelector: {
      matchLabels: {[PIPELINE_LABEL]: name},
      matchExpressions: [
        {
          key: COMPONENT_LABEL,
          operator: "In",
          values: usersOf(components, server).map(({name}) => name),
        },
      ],
    },
  },
];

const port = (value: number | string): k8s.NetworkPolicyPort => ({
  protocol: "TCP",
  port: typeof value === "number" ? k8s.IntOrString.fromNumber(value) : k8s.IntOrString.fromString(value),
});
const DNS: k8s.NetworkPolicyEgressRule = {
  ports: ["UDP", "TCP"].map((protocol) => ({protocol, port: k8s.IntOrString.fromNumber(53)})),
};

/**
 * Closes the pods of the chart's component to all but the given connections. They reach the components that it uses, DNS, and what `to`
 * adds.
 */
export function isolate(chart: Chart, context: PlanContext, {from = [], to = []}: {from?: Rule[]; to?: Rule[]} = {}) {
  const component = chart.labels[COMPONENT_LABEL]!;
  const used = usedBy(componentOf(context.components, component), context.components);
  const servers = enabledOf(context.components, context.spec).filter(({name}) => used.includes(name));
  const out = [...servers.flatMap(({serves}) => serves?.(context) ?? []), ...to];
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
