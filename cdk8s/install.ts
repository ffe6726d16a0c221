import {App, Chart, Yaml} from "cdk8s";
import {k8s} from "cdk8s-plus-28";
import {containerResources, containerSecurity, podSecurity} from "./context.ts";

/** The operator's own manifests, printed as YAML: `node cdk8s/install.ts`. */
const NAMESPACE = "telemetry-system";
const NAME = "telemetry-operator";

export const rules: k8s.PolicyRule[] = (() => {
  const all = ["get", "list", "watch", "create", "patch", "delete"];
  return [
    {apiGroups: ["telemetry.dev"], resources: ["telemetrypipelines"], verbs: ["get", "list", "watch", "patch"]},
    {apiGroups: ["telemetry.dev"], resources: ["telemetrypipelines/status"], verbs: ["patch"]},
    // blockOwnerDeletion in an owner reference needs this.
    {apiGroups: ["telemetry.dev"], resources: ["telemetrypipelines/finalizers"], verbs: ["update"]},
    {apiGroups: [""], resources: ["services", "secrets"], verbs: all},
    // Volumes of a StatefulSet grow by their claims.
    {apiGroups: [""], resources: ["persistentvolumeclaims"], verbs: ["get", "patch"]},
    {apiGroups: [""], resources: ["events"], verbs: ["create", "patch"]},
    {apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["get", "create", "patch"]},
    {apiGroups: ["apps"], resources: ["deployments", "statefulsets"], verbs: all},
    {apiGroups: ["batch"], resources: ["jobs", "cronjobs"], verbs: all},
    {apiGroups: ["kafka.strimzi.io"], resources: ["kafkas", "kafkanodepools", "kafkatopics", "kafkausers"], verbs: all},
    {apiGroups: ["k8ssandra.io"], resources: ["k8ssandraclusters"], verbs: all},
  ];
})();

/** Namespace, ServiceAccount, RBAC and Deployment. */
export function install({imageDigest = ""} = {}): object[] {
  const http = k8s.IntOrString.fromString("http");
  const labels = {"app.kubernetes.io/name": NAME};
  const chart = new Chart(new App(), "install", {disableResourceNameHashes: true, labels});
  new k8s.KubeNamespace(chart, "namespace", {
    metadata: {name: NAMESPACE, labels: {"pod-security.kubernetes.io/enforce": "restricted"}},
  });
  new k8s.KubeServiceAccount(chart, "account", {metadata: {name: NAME, namespace: NAMESPACE}});
  new k8s.KubeClusterRole(chart, "role", {metadata: {name: NAME}, rules});
  new k8s.KubeClusterRoleBinding(chart, "binding", {
    metadata: {name: NAME},
    roleRef: {apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: NAME},
    subjects: [{kind: "ServiceAccount", name: NAME, namespace: NAMESPACE}],
  });
  new k8s.KubeDeployment(chart, "deployment", {
    metadata: {name: NAME, namespace: NAMESPACE},
    spec: {
      replicas: 1,
      selector: {matchLabels: labels},
      template: {
        metadata: {labels, annotations: {"telemetry.dev/images": imageDigest}},
        spec: {
          serviceAccountName: NAME,
          securityContext: podSecurity(),
          containers: [
            {
              name: "operator",
              image: "docker.io/telemetry-operator/operator:dev",
              env: [{name: "POD_NAMESPACE", valueFrom: {fieldRef: {fieldPath: "metadata.namespace"}}}],
              ports: [{name: "http", containerPort: 8080}],
              livenessProbe: {httpGet: {path: "/healthz", port: http}, periodSeconds: 10, failureThreshold: 6},
              readinessProbe: {httpGet: {path: "/readyz", port: http}, periodSeconds: 2},
              resources: containerResources({cpu: "50m", memory: "256Mi"}),
              securityContext: containerSecurity,
              volumeMounts: [{name: "tmp", mountPath: "/tmp"}],
            },
          ],
          volumes: [{name: "tmp", emptyDir: {}}],
        },
      },
    },
  });
  return chart.toJson() as object[];
}

if (import.meta.main) console.log(Yaml.stringify(...install({imageDigest: process.env.IMAGE_DIGEST ?? ""})));
