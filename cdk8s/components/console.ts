import type {Chart} from "cdk8s";
import {k8s} from "cdk8s-plus-28";
import {type BuildContext, credentials, env, fromSecret, running} from "../context.ts";
import {deployment} from "../workload.ts";
import {cassandraReaderEnv} from "./cassandra.ts";
import {kafkaClient} from "./kafka.ts";
import {timescaledbReaderEnv} from "./timescaledb.ts";

/** The web console: its token, its program, and a ServiceAccount that may read its own pipeline and nothing else. */
export function console(chart: Chart, context: BuildContext): void {
  const name = `${context.name}-console`;
  const {timescaledb, cassandra, observability} = context.spec;
  const {env: kafkaEnv, files} = kafkaClient(context, "console-kafka");
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
  deployment(chart, context, {
    name,
    command: ["workloads/console/main.ts"],
    replicas: running(context) ? 1 : 0,
    strategy: "RollingUpdate",
    serviceAccount: name,
    sizing: observability.console.sizing,
    files,
    env: [
      ...env({PIPELINE: context.name, NAMESPACE: context.namespace}),
      fromSecret("CONSOLE_TOKEN", name, "password"),
      ...env(observability.console.proxyHeader ? {PROXY_HEADER: observability.console.proxyHeader} : {}),
      ...kafkaEnv,
      ...env({
        STORES: [...(timescaledb.enabled ? ["timescaledb"] : []), ...(cassandra.enabled ? ["cassandra"] : [])].join(),
      }),
      // It reads from one store: TimescaleDB if there is one.
      ...(timescaledb.enabled ? timescaledbReaderEnv(context) : cassandra.enabled ? cassandraReaderEnv(context) : []),
    ],
  });
}
