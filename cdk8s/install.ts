import {App, Chart, Yaml} from "cdk8s";
import {add, containerSecurity, podSecurity} from "./context.ts";

/** The operator's own manifests, printed as YAML: `node cdk8s/install.ts`. */
const NAMESPACE = "telemetry-system";
const NAME = "telemetry-operator";
const app = new App();
const chart = new Chart(app, "install", {disableResourceNameHashes: true, labels: {"app.kubernetes.io/name": NAME}});
const all = ["get", "list", "watch", "create", "patch", "delete"];

add(chart, {
  apiVersion: "v1",
  kind: "Namespace",
  metadata: {name: NAMESPACE, labels: {"pod-security.kubernetes.io/enforce": "restricted"}},
});
add(chart, {apiVersion: "v1", kind: "ServiceAccount", metadata: {name: NAME, namespace: NAMESPACE}});
add(chart, {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRole",
  metadata: {name: NAME},
  rules: [
    {apiGroups: ["telemetry.dev"], resources: ["telemetrypipelines"], verbs: ["get", "list", "watch", "patch"]},
    {apiGroups: ["telemetry.dev"], resources: ["telemetrypipelines/status"], verbs: ["patch"]},
    // blockOwnerDeletion in an owner reference needs this.
    {apiGroups: ["telemetry.dev"], resources: ["telemetrypipelines/finalizers"], verbs: ["update"]},
    {apiGroups: [""], resources: ["services", "secrets"], verbs: all},
    {apiGroups: ["apps"], resources: ["deployments", "statefulsets"], verbs: all},
    {apiGroups: ["batch"], resources: ["jobs"], verbs: all},
    {apiGroups: ["kafka.strimzi.io"], resources: ["kafkas", "kafkanodepools", "kafkatopics", "kafkausers"], verbs: all},
    {apiGroups: ["k8ssandra.io"], resources: ["k8ssandraclusters"], verbs: all},
  ],
});
add(chart, {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRoleBinding",
  metadata: {name: NAME},
  roleRef: {apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: NAME},
  subjects: [{kind: "ServiceAccount", name: NAME, namespace: NAMESPACE}],
});
const selector = {"app.kubernetes.io/name": NAME};
add(chart, {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: {name: NAME, namespace: NAMESPACE},
  spec: {
    replicas: 1,
    strategy: {type: "Recreate"},
    selector: {matchLabels: selector},
    template: {
      metadata: {labels: selector, annotations: {"telemetry.dev/images": process.env.IMAGE_DIGEST ?? ""}},
      spec: {
        serviceAccountName: NAME,
        securityContext: podSecurity(),
        containers: [
          {
            name: "operator",
            image: "docker.io/telemetry-operator/operator:dev",
            resources: {requests: {cpu: "50m", memory: "256Mi"}, limits: {memory: "256Mi"}},
            securityContext: containerSecurity,
            volumeMounts: [{name: "tmp", mountPath: "/tmp"}],
          },
        ],
        volumes: [{name: "tmp", emptyDir: {}}],
      },
    },
  },
});
console.log(Yaml.stringify(...(chart.toJson() as object[])));
