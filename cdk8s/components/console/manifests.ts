import type {Chart} from "cdk8s";
import {k8s} from "cdk8s-plus-28";
import {secondsOf} from "../../../api/quantities.ts";
import {enabledStores, STORES} from "../../../api/stores.ts";
import {connectionTo, type Manifests, type PlanContext} from "../../component.ts";
import {credentials, env, fromSecret, running} from "../../context.ts";
import {API_SERVER, isolate, portOf} from "../../network.ts";
import {deployment} from "../../workload.ts";
import {kafkaClient} from "../kafka/client.ts";
import {consoleEndpoint, consoleName} from "./client.ts";

export const console: Manifests = {
  name: "console",
  title: "console",
  enabled: (spec) => spec.observability.console.enabled,
  build,
  uses: ["kafka", ...STORES, "workflows"],
  login: "console-kafka",
  passwords: {suffixes: ["console"]},
  endpoints: (context) => [consoleEndpoint(context)],
  metrics: {port: "http"},
  notReady: "aside",
};

/** The web console: its token, its program, and a ServiceAccount that may read its own pipeline and nothing else. */
function build(chart: Chart, context: PlanContext): void {
  const name = consoleName(context);
  const {observability} = context.spec;
  const {alertmanager} = observability.console;
  const {thresholds} = observability.alerting;
  const kafka = kafkaClient(context, "console-kafka");
  // It reads from one store: the first of the list.
  const [first] = enabledStores(context.spec);
  const store = first ? connectionTo(context, first, true) : {env: [], files: []};
  const apiGroup = "rbac.authorization.k8s.io";
  credentials(chart, context, name, {});
  new k8s.KubeServiceAccount(chart, `ServiceAccount-${name}`, {
    metadata: {name},
    automountServiceAccountToken: false,
  });
  new k8s.KubeRole(chart, `Role-${name}`, {
    metadata: {name},
    rules: [
      {
        apiGroups: ["telemetry.dev"],
        resources: ["telemetrypipelines"],
        resourceNames: [context.name],
        verbs: ["get"],
      },
    ],
  });
  new k8s.KubeRoleBinding(chart, `RoleBinding-${name}`, {
    metadata: {name},
    roleRef: {apiGroup, kind: "Role", name},
    subjects: [{kind: "ServiceAccount", name, namespace: context.namespace}],
  });
  // People come by way of an ingress or a load balancer, which may be anywhere; the token is what keeps others out.
  isolate(chart, context, {from: [{ports: ["http"]}], to: [API_SERVER, {ports: [portOf(alertmanager)]}]});
  deployment(chart, context, {
    name,
    command: ["workloads/console/main.ts"],
    replicas: running(context) ? 1 : 0,
    serviceAccount: name,
    sizing: observability.console.sizing,
    options: observability.console.pod,
    files: [...kafka.files, ...store.files],
    env: [
      ...env({
        PIPELINE: context.name,
        NAMESPACE: context.namespace,
        ALERTMANAGER_URL: alertmanager,
      }),
      fromSecret("CONSOLE_TOKEN", name, "password"),
      ...env(observability.console.proxyHeader ? {PROXY_HEADER: observability.console.proxyHeader} : {}),
      ...kafka.env,
      ...env({
        STORES: enabledStores(context.spec).join(),
        FRESHNESS_SECONDS: secondsOf(thresholds.freshness),
        LAG_SECONDS: secondsOf(thresholds.lag),
        SILENT_SECONDS: secondsOf(thresholds.silent),
        ...(context.spec.predictions.enabled ? {PREDICTIONS: "on"} : {}),
      }),
      ...store.env,
      ...(context.spec.workflows.enabled ? connectionTo(context, "workflows", true).env : []),
    ],
  });
}
