import {MONITORING} from "./names.ts";
import {account} from "./node.ts";
import {IMAGE, security, small} from "./pods.ts";

/** The real kube-state-metrics, under the names that kube-prometheus-stack gives it. */
const NAME = "kps-kube-state-metrics";
const selector = {"app.kubernetes.io/name": "kube-state-metrics", "app.kubernetes.io/instance": "kps"};
const metadata = {name: NAME, namespace: MONITORING, labels: {...selector, release: "kps"}};
/** Kinds, and of each the metrics, that rules and people ask for. */
const KINDS = {
  pods: "kube_pod_(info|owner|spec_volumes_persistentvolumeclaims_info|status_phase|status_ready|container_status_.*|container_resource_(requests|limits))",
  persistentvolumeclaims: "kube_persistentvolumeclaim_(status_phase|status_condition|resource_requests_storage_bytes)",
  replicasets: "kube_replicaset_owner",
  deployments: "kube_deployment_(spec_replicas|status_replicas.*)",
  statefulsets: "kube_statefulset_(replicas|status_replicas.*)",
  jobs: "kube_job_(owner|failed|complete)",
};

export const stateMetrics: object[] = [
  ...account(NAME, [
    {apiGroups: [""], resources: ["pods", "persistentvolumeclaims"], verbs: ["list", "watch"]},
    {apiGroups: ["apps"], resources: ["replicasets", "deployments", "statefulsets"], verbs: ["list", "watch"]},
    {apiGroups: ["batch"], resources: ["jobs"], verbs: ["list", "watch"]},
  ]),
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata,
    spec: {
      selector: {matchLabels: selector},
      template: {
        metadata: {labels: selector},
        spec: {
          serviceAccountName: NAME,
          securityContext: security,
          containers: [
            {
              name: "kube-state-metrics",
              image: IMAGE,
              command: ["/bin/kube-state-metrics"],
              args: [
                `--resources=${Object.keys(KINDS).join(",")}`,
                `--metric-allowlist=${Object.values(KINDS).join(",")}`,
              ],
              ports: [{name: "http", containerPort: 8080}],
              readinessProbe: {httpGet: {path: "/healthz", port: "http"}},
              resources: small("32Mi"),
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: {drop: ["ALL"]},
              },
            },
          ],
        },
      },
    },
  },
  {
    apiVersion: "v1",
    kind: "Service",
    metadata,
    spec: {selector, ports: [{name: "http", port: 8080, targetPort: "http"}]},
  },
  {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "ServiceMonitor",
    metadata,
    spec: {
      jobLabel: "app.kubernetes.io/name",
      selector: {matchLabels: selector},
      // The pods that it tells of, not itself.
      endpoints: [{port: "http", honorLabels: true}],
    },
  },
];
