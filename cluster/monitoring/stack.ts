import {MONITORING, STACK} from "./names.ts";
import {kubelet, rbac} from "./node.ts";
import {IMAGE, security, small} from "./pods.ts";
import {stateMetrics} from "./state.ts";

/**
 * The real Prometheus operator with a Prometheus, an Alertmanager and kube-state-metrics, named, labelled and selecting as kube-prometheus-stack does
 * when it is installed as release "kps" in namespace "monitoring".
 */
const labels = {release: "kps", app: STACK};
const all = {};
const byRelease = {matchLabels: {release: "kps"}};
const metadata = (name: string) => ({name, namespace: MONITORING, labels});

export const stack: object[] = [
  {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {name: MONITORING, labels: {"pod-security.kubernetes.io/enforce": "restricted"}},
  },
  ...rbac,
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadata(`${STACK}-operator`),
    spec: {
      selector: {matchLabels: {app: `${STACK}-operator`}},
      template: {
        metadata: {labels: {app: `${STACK}-operator`}},
        spec: {
          serviceAccountName: `${STACK}-operator`,
          securityContext: security,
          containers: [
            {
              name: STACK,
              image: IMAGE,
              command: ["/bin/operator"],
              args: [
                `--prometheus-config-reloader=${IMAGE}`,
                "--config-reloader-cpu-request=0",
                "--config-reloader-memory-request=0",
                "--config-reloader-cpu-limit=0",
                "--config-reloader-memory-limit=0",
                `--kubelet-service=kube-system/${STACK}-kubelet`,
                "--kubelet-endpointslice=true",
                "--kubelet-endpoints=false",
              ],
              ports: [{name: "http", containerPort: 8080}],
              resources: small("64Mi"),
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
    apiVersion: "monitoring.coreos.com/v1",
    kind: "Prometheus",
    metadata: metadata(`${STACK}-prometheus`),
    spec: {
      image: IMAGE,
      version: "v2.53.3",
      portName: "http-web",
      containers: [{name: "prometheus", command: ["/usr/bin/prometheus"]}],
      serviceAccountName: `${STACK}-prometheus`,
      securityContext: security,
      resources: small("256Mi"),
      retention: "1d",
      serviceDiscoveryRole: "EndpointSlice",
      serviceMonitorSelector: byRelease,
      serviceMonitorNamespaceSelector: all,
      podMonitorSelector: byRelease,
      podMonitorNamespaceSelector: all,
      probeSelector: byRelease,
      probeNamespaceSelector: all,
      ruleSelector: byRelease,
      ruleNamespaceSelector: all,
      alerting: {
        alertmanagers: [
          {namespace: MONITORING, name: `${STACK}-alertmanager`, port: "http-web", pathPrefix: "/", apiVersion: "v2"},
        ],
      },
    },
  },
  {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "Alertmanager",
    metadata: metadata(`${STACK}-alertmanager`),
    spec: {
      image: IMAGE,
      version: "v0.28.1",
      portName: "http-web",
      containers: [{name: "alertmanager", command: ["/usr/bin/prometheus-alertmanager"]}],
      securityContext: security,
      resources: small("64Mi"),
      alertmanagerConfigSelector: all,
      alertmanagerConfigNamespaceSelector: all,
    },
  },
  server("prometheus", 9090),
  server("alertmanager", 9093),
  ...["prometheus", "alertmanager"].map((program) => ({
    apiVersion: "monitoring.coreos.com/v1",
    kind: "ServiceMonitor",
    metadata: metadata(`${STACK}-${program}`),
    spec: {selector: {matchLabels: {app: `${STACK}-${program}`}}, endpoints: [{port: "http-web", path: "/metrics"}]},
  })),
  kubelet,
  ...stateMetrics,
];

function server(program: string, port: number): object {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: {...metadata(`${STACK}-${program}`), labels: {...labels, app: `${STACK}-${program}`}},
    spec: {
      selector: {"app.kubernetes.io/name": program, [program]: `${STACK}-${program}`},
      ports: [{name: "http-web", port, targetPort: port}],
    },
  };
}
