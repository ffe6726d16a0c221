import type {Chart} from "cdk8s";
import {k8s} from "cdk8s-plus-28";
import type {Manifests, PlanContext} from "../../component.ts";
import {service} from "../../context.ts";
import {API_SERVER, isolate, podsOf, portOf, prometheus, type Rule} from "../../network.ts";
import {selectOf} from "../monitoring/records.ts";
import {account, taskRules} from "./account.ts";
import {KEPT, workflowsAlerts} from "./alerts.ts";
import {API_PORT, secrets, workflowsClient, workflowsEndpoint, workflowsName} from "./client.ts";
import {LOGIN} from "./connections.ts";
import {dags} from "./dags.ts";
import {login} from "./login.ts";
import {deployment, logsName, METRICS_PORT, parts} from "./pods.ts";
import {retention} from "./retention.ts";
import {setup} from "./setup.ts";
import {workers} from "./workers.ts";

export const workflows: Manifests = {
  name: "workflows",
  title: "workflows: Airflow's API server, scheduler and DAG processor",
  enabled: (spec) => spec.workflows.enabled,
  build,
  rights: taskRules,
  uses: ["kafka", "timescaledb", "lake", "workflows"],
  login: LOGIN,
  serves: ({name}) => ({ports: [API_PORT], peers: [{podSelector: podsOf(name, "workflows")}]}),
  client: workflowsClient,
  endpoints: (context) => [workflowsEndpoint(context)],
  passwords: {suffixes: ["workflows", "workflows-viewer", "workflows-keys", "workflows-database"]},
  metrics: {
    port: METRICS_PORT,
    pods: (name) => podsOf(name, "workflows").matchLabels!,
    ownAlerts: "missing",
    keep: [{sourceLabels: ["__name__"], regex: KEPT, action: "keep"}],
  },
  alerts: (context) => workflowsAlerts(selectOf(context), context.spec),
  notReady: "aside",
  dashboard: async () => (await import("./dashboard.ts")).workflows,
};

function build(chart: Chart, context: PlanContext): void {
  const {executor} = context.spec.workflows;
  const name = workflowsName(context);
  closeTo(chart, context);
  secrets(chart, context);
  account(chart, context);
  logs(chart, context);
  dags(chart, context, retention(chart, context));
  if (executor === "Kubernetes") workers(chart, context);
  setup(chart, context);
  login(chart, context);
  service(
    chart,
    name,
    {"app.kubernetes.io/instance": context.name, "app.kubernetes.io/name": name},
    {name: "http", port: API_PORT},
  );
  for (const part of parts(context)) deployment(chart, context, part);
}

/** People come by way of an ingress, which may be anywhere; the login keeps others out. Tasks of DAGs reach what the platform has, and the user's repository. */
function closeTo(chart: Chart, context: PlanContext): void {
  const {database, dags, oidc} = context.spec.workflows;
  const repository: Rule[] = dags?.git ? [{ports: [portOf(dags.git.repository)]}] : [];
  isolate(chart, context, {
    from: [{ports: ["http"]}, {ports: [METRICS_PORT], peers: [prometheus(context)]}],
    to: [
      API_SERVER,
      ...(database ? [{ports: [database.port ?? 5432]}] : []),
      ...repository,
      ...(oidc ? [{ports: [portOf(oidc.issuer)]}] : []),
    ],
  });
}

/** The logs of tasks, which whoever shows them reads where the others wrote them. */
function logs(chart: Chart, context: PlanContext): void {
  const {shared, storage, storageClass} = context.spec.workflows;
  new k8s.KubePersistentVolumeClaim(chart, `PersistentVolumeClaim-${logsName(context)}`, {
    metadata: {name: logsName(context)},
    spec: {
      accessModes: [shared ? "ReadWriteMany" : "ReadWriteOnce"],
      ...(storageClass ? {storageClassName: storageClass} : {}),
      resources: {requests: {storage: k8s.Quantity.fromString(storage)}},
    },
  });
}
