import type {Chart} from "cdk8s";
import {k8s} from "cdk8s-plus-28";
import type {BuildContext} from "../../context.ts";
import {workflowsName} from "./client.ts";

/** The rights that Airflow needs in the pipeline's namespace: to start tasks as pods, follow their logs, and say why one does not start. */
export const taskRules: k8s.PolicyRule[] = [
  {apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch", "create", "patch", "delete"]},
  {apiGroups: [""], resources: ["pods/log"], verbs: ["get"]},
  {apiGroups: [""], resources: ["events"], verbs: ["list"]},
];

/** The account of what starts tasks. */
export function account(chart: Chart, context: BuildContext): void {
  const name = workflowsName(context);
  new k8s.KubeServiceAccount(chart, `ServiceAccount-${name}`, {
    metadata: {name},
    automountServiceAccountToken: false,
  });
  new k8s.KubeRole(chart, `Role-${name}`, {metadata: {name}, rules: taskRules});
  new k8s.KubeRoleBinding(chart, `RoleBinding-${name}`, {
    metadata: {name},
    roleRef: {apiGroup: "rbac.authorization.k8s.io", kind: "Role", name},
    subjects: [{kind: "ServiceAccount", name, namespace: context.namespace}],
  });
}
