import {App, Chart} from "cdk8s";
import {k8s} from "cdk8s-plus-28";
import type {Kind, Manifests} from "./component.ts";
import {containerResources, containerSecurity, custom, defaultImages} from "./context.ts";
import type {Keyed} from "./dashboards/all.ts";
import {provision} from "./dashboards/provision.ts";
import type {PrometheusRule} from "./imports/prometheusrule.ts";
import type {ServiceMonitor} from "./imports/servicemonitor.ts";
import {operatorRules} from "./operator-alerts.ts";
import {podTemplate} from "./pod-template.ts";
import {probes} from "./probes.ts";

/** The operator's own manifests. */
const NAMESPACE = "telemetry-system";
export const NAME = "telemetry-operator";
/** By what Prometheus tells this operator's series from another's: where its Service is, and what that is called. */
export const operatorSeries = `namespace="${NAMESPACE}",job="${NAME}"`;

const all = ["get", "list", "watch", "create", "patch", "delete"];

/** The operator's rights in the pipelines' namespaces, whatever these consist of. */
const rules: k8s.PolicyRule[] = [
  {apiGroups: ["telemetry.dev"], resources: ["telemetrypipelines"], verbs: ["get", "list", "watch", "patch"]},
  {apiGroups: ["telemetry.dev"], resources: ["telemetrypipelines/status"], verbs: ["patch"]},
  // Whether another operator is gone that a pipeline belongs to, and that it does not come back unseen.
  {apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["get"]},
  {apiGroups: ["coordination.k8s.io"], resources: ["leases"], resourceNames: [NAME], verbs: ["patch"]},
  // blockOwnerDeletion in an owner reference needs this.
  {apiGroups: ["telemetry.dev"], resources: ["telemetrypipelines/finalizers"], verbs: ["update"]},
  // For a console to read its pipeline; the API server refuses a Role that gives more than the operator itself has.
  {apiGroups: ["rbac.authorization.k8s.io"], resources: ["roles", "rolebindings"], verbs: all},
  {apiGroups: [""], resources: ["services", "configmaps", "secrets", "serviceaccounts"], verbs: all},
  // The pipeline's status says why a pod does not run, and that a broker is away.
  {apiGroups: [""], resources: ["pods"], verbs: ["list", "watch"]},
  // Events alone say that Pod Security or a quota keeps pods from being created.
  {apiGroups: [""], resources: ["events"], verbs: ["list"]},
  // Whether one takes only containers that limit their CPU.
  {apiGroups: [""], resources: ["resourcequotas"], verbs: ["list", "watch"]},
  // Volumes of a StatefulSet grow by their claims.
  {apiGroups: [""], resources: ["persistentvolumeclaims"], verbs: all},
  {apiGroups: [""], resources: ["events"], verbs: ["create", "patch"]},
  {apiGroups: ["apps"], resources: ["deployments", "statefulsets"], verbs: all},
  {apiGroups: ["batch"], resources: ["jobs", "cronjobs"], verbs: all},
  {apiGroups: ["networking.k8s.io"], resources: ["networkpolicies"], verbs: all},
  {apiGroups: ["policy"], resources: ["poddisruptionbudgets"], verbs: all},
];

const groupOf = ({apiVersion}: Kind): string => apiVersion.split("/")[0]!;

/** Its rights on the custom resources of components, and others that these need. */
const rulesOf = (components: Manifests[]): k8s.PolicyRule[] => [
  ...[
    ...Map.groupBy(
      components.flatMap(({kinds = []}) => kinds),
      groupOf,
    ),
  ].map(([group, kinds]) => ({
    apiGroups: [group],
    resources: kinds.map(({plural}) => plural),
    verbs: all,
  })),
  ...components.flatMap(({rights = []}) => rights),
];

/** Its rights in its own namespace. */
const leaderRules: k8s.PolicyRule[] = [
  {apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["get", "create", "patch"]},
];

const labels = {"app.kubernetes.io/name": NAME};
const metadata = {name: NAME, namespace: NAMESPACE};

/**
 * Namespace, ServiceAccount, RBAC, Service, NetworkPolicy, PodDisruptionBudget, dashboards and Deployment; a ServiceMonitor with rules and
 * GrafanaDashboards for clusters that serve those kinds.
 */
export function install(
  components: Manifests[],
  dashboards: Keyed[],
  {imageDigest = "", serviceMonitor = false, grafanaOperator = false} = {},
): object[] {
  const chart = new Chart(new App(), "install", {disableResourceNameHashes: true, labels});
  new k8s.KubeNamespace(chart, "namespace", {
    metadata: {name: NAMESPACE, labels: {"pod-security.kubernetes.io/enforce": "restricted"}},
  });
  account(chart, components);
  service(chart);
  provision(chart, metadata, dashboards, {grafanaOperator});
  deployment(chart, imageDigest);
  if (serviceMonitor) monitor(chart);
  return chart.toJson() as object[];
}

/** The account of the operator with its rights. */
function account(chart: Chart, components: Manifests[]): void {
  const subjects = [{kind: "ServiceAccount", name: NAME, namespace: NAMESPACE}];
  const apiGroup = "rbac.authorization.k8s.io";
  new k8s.KubeServiceAccount(chart, "account", {metadata});
  new k8s.KubeClusterRole(chart, "role", {metadata: {name: NAME}, rules: [...rules, ...rulesOf(components)]});
  new k8s.KubeClusterRoleBinding(chart, "binding", {
    metadata: {name: NAME},
    roleRef: {apiGroup, kind: "ClusterRole", name: NAME},
    subjects,
  });
  new k8s.KubeRole(chart, "leader-role", {metadata: {...metadata, name: `${NAME}-leader`}, rules: leaderRules});
  new k8s.KubeRoleBinding(chart, "leader-binding", {
    metadata: {...metadata, name: `${NAME}-leader`},
    roleRef: {apiGroup, kind: "Role", name: `${NAME}-leader`},
    subjects,
  });
}

/** The Service for metrics, the policy for it, and the limit of evictions. */
function service(chart: Chart): void {
  const http = k8s.IntOrString.fromString("http");
  new k8s.KubeService(chart, "metrics", {
    metadata,
    spec: {selector: labels, ports: [{name: "http", port: 8080, targetPort: http}]},
  });
  // Requests may be for health and metrics, and nothing else. The operator's own requests are left open: the API server and external stores have
  // addresses and ports that only the cluster's owner knows.
  new k8s.KubeNetworkPolicy(chart, "ingress", {
    metadata,
    spec: {
      podSelector: {matchLabels: labels},
      policyTypes: ["Ingress"],
      // With what the API server would add: in a list that is merged as a whole, the next to apply it would be in conflict.
      ingress: [{ports: [{port: http, protocol: "TCP"}]}],
    },
  });
  // Of several replicas one at a time; a single one hinders no drain.
  new k8s.KubePodDisruptionBudget(chart, "disruption", {
    metadata,
    spec: {maxUnavailable: k8s.IntOrString.fromNumber(1), selector: {matchLabels: labels}},
  });
}

function deployment(chart: Chart, imageDigest: string): void {
  const namespace: k8s.EnvVarSource = {fieldRef: {apiVersion: "v1", fieldPath: "metadata.namespace"}};
  const container: k8s.Container = {
    name: "operator",
    image: "docker.io/telemetry-operator/operator:0.1.0",
    env: [{name: "POD_NAMESPACE", valueFrom: namespace}],
    ports: [{name: "http", containerPort: 8080}],
    ...probes,
    resources: containerResources({}, {cpu: "200m", memory: "256Mi"}),
    securityContext: containerSecurity,
    volumeMounts: [{name: "tmp", mountPath: "/tmp"}],
  };
  const template = podTemplate(
    {images: defaultImages},
    undefined,
    {labels, annotations: {"telemetry.dev/images": imageDigest}},
    {serviceAccountName: NAME, containers: [container], volumes: [{name: "tmp", emptyDir: {}}]},
  );
  new k8s.KubeDeployment(chart, "deployment", {
    metadata,
    spec: {replicas: 1, selector: {matchLabels: labels}, template},
  });
}

/** The operator's own metrics and alerts, for the Prometheus operator. */
function monitor(chart: Chart): void {
  custom<ServiceMonitor>(chart, {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "ServiceMonitor",
    metadata: {...metadata, labels: {release: "kps"}},
    spec: {
      selector: {matchLabels: labels},
      endpoints: [
        // The namespaces that it tells of are the pipelines', not its own.
        {port: "http", path: "/metrics", interval: "15s", honorLabels: true},
      ],
    },
  });
  custom<PrometheusRule>(chart, {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PrometheusRule",
    metadata: {...metadata, labels: {release: "kps"}},
    spec: {groups: operatorRules(NAME, operatorSeries)},
  });
}
