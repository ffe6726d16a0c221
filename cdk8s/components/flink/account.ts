import type {Chart} from "cdk8s";
import {k8s} from "cdk8s-plus-28";

/** The rights of Flink in the pipeline's namespace: it creates its own TaskManagers, and keeps leader and checkpoints in ConfigMaps. */
export const flinkRules: k8s.PolicyRule[] = [
  {
    apiGroups: [""],
    resources: ["pods", "configmaps"],
    verbs: ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"],
  },
  {apiGroups: [""], resources: ["services"], verbs: ["get", "list", "watch"]},
  {apiGroups: ["apps"], resources: ["deployments"], verbs: ["get", "list", "watch", "delete"]},
  {apiGroups: ["apps"], resources: ["deployments/finalizers"], verbs: ["update"]},
];

/** The account that Flink runs as. */
export function account(chart: Chart, name: string, namespace: string): void {
  new k8s.KubeServiceAccount(chart, `ServiceAccount-${name}`, {metadata: {name}});
  new k8s.KubeRole(chart, `Role-${name}`, {metadata: {name}, rules: flinkRules});
  new k8s.KubeRoleBinding(chart, `RoleBinding-${name}`, {
    metadata: {name},
    roleRef: {apiGroup: "rbac.authorization.k8s.io", kind: "Role", name},
    subjects: [{kind: "ServiceAccount", name, namespace}],
  });
}
