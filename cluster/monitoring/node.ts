import {MONITORING, STACK} from "./names.ts";

/** The rights of the stack, and its view of the node: the kubelet's own metrics, its volumes, and the containers. */
const group = "rbac.authorization.k8s.io";

/** An account that may do what its rules say, everywhere. */
export function account(name: string, rules: object[]): object[] {
  return [
    {apiVersion: "v1", kind: "ServiceAccount", metadata: {name, namespace: MONITORING}},
    {apiVersion: `${group}/v1`, kind: "ClusterRole", metadata: {name}, rules},
    {
      apiVersion: `${group}/v1`,
      kind: "ClusterRoleBinding",
      metadata: {name},
      roleRef: {apiGroup: group, kind: "ClusterRole", name},
      subjects: [{kind: "ServiceAccount", name, namespace: MONITORING}],
    },
  ];
}

const read = ["get", "list", "watch"];

export const rbac: object[] = [
  ...account(`${STACK}-operator`, [
    {apiGroups: ["monitoring.coreos.com"], resources: ["*"], verbs: ["*"]},
    {apiGroups: ["apps"], resources: ["statefulsets"], verbs: ["*"]},
    {apiGroups: [""], resources: ["configmaps", "secrets"], verbs: ["*"]},
    {apiGroups: [""], resources: ["pods"], verbs: ["list", "delete"]},
    {
      apiGroups: [""],
      resources: ["services", "services/finalizers", "endpoints"],
      verbs: ["get", "create", "update", "delete"],
    },
    {
      apiGroups: ["discovery.k8s.io"],
      resources: ["endpointslices"],
      verbs: ["get", "list", "create", "update", "patch", "delete"],
    },
    {apiGroups: [""], resources: ["nodes", "namespaces"], verbs: read},
    {apiGroups: [""], resources: ["events"], verbs: ["create", "patch"]},
    {apiGroups: ["storage.k8s.io"], resources: ["storageclasses"], verbs: ["get"]},
  ]),
  ...account(`${STACK}-prometheus`, [
    {apiGroups: [""], resources: ["nodes", "nodes/metrics", "services", "endpoints", "pods"], verbs: read},
    {apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: read},
    {nonResourceURLs: ["/metrics", "/metrics/cadvisor"], verbs: ["get"]},
  ]),
];

const endpoint = {
  port: "https-metrics",
  scheme: "https",
  honorLabels: true,
  bearerTokenFile: "/var/run/secrets/kubernetes.io/serviceaccount/token",
  // The kubelet signs its certificate itself.
  tlsConfig: {insecureSkipVerify: true},
};
/** Of the thousands of series that a node has, those that people ask for. */
const keep = (regex: string) => [{sourceLabels: ["__name__"], action: "keep", regex}];

export const kubelet: object = {
  apiVersion: "monitoring.coreos.com/v1",
  kind: "ServiceMonitor",
  metadata: {name: `${STACK}-kubelet`, namespace: MONITORING, labels: {release: "kps"}},
  spec: {
    jobLabel: "k8s-app",
    namespaceSelector: {matchNames: ["kube-system"]},
    selector: {matchLabels: {"k8s-app": "kubelet"}},
    endpoints: [
      {...endpoint, metricRelabelings: keep("kubelet_(volume_stats|running|node)_.*|process_.*")},
      {
        ...endpoint,
        path: "/metrics/cadvisor",
        metricRelabelings: keep(
          "container_(cpu_usage_seconds_total|cpu_cfs_throttled_seconds_total|memory_(working_set_bytes|rss)|oom_events_total|fs_(reads|writes)_bytes_total|network_(receive|transmit)_bytes_total)",
        ),
      },
    ],
  },
};
