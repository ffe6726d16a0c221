import {createHash} from "node:crypto";
import type {Chart} from "cdk8s";
import {k8s} from "cdk8s-plus-28";
import type {PlanContext} from "../../component.ts";
import {containerResources, containerSecurity, credentialsAnnotation, fromSecret} from "../../context.ts";
import {keepAffinity, madeBy, podTemplate} from "../../pod-template.ts";
import {timescaledbClient} from "../timescaledb/client.ts";
import {databaseToMake, viewerSecret, workflowsName} from "./client.ts";
import {SETUP, setupName, setupScript} from "./dags.ts";
import {airflow, airflowVolumes, besideScheduler} from "./pods.ts";

const FOLDER = "/etc/setup";

/** The Job that makes the database on a server of ours, brings it to this version of Airflow, and sets the passwords of its logins. */
export function setup(chart: Chart, context: PlanContext): void {
  const {sizing, database} = context.spec.workflows;
  const options = besideScheduler(context);
  const name = setupName(context);
  const main = airflow(context, "migrate", [], sizing.api);
  const login = (prefix: string, secret: string) =>
    ["username", "password"].map((key) => fromSecret(`${prefix}_${key.toUpperCase()}`, secret, key));
  const env = [...main.env!, ...login("ADMIN", workflowsName(context)), ...login("VIEWER", viewerSecret(context))];
  const create: k8s.Container = {
    name: "database",
    image: context.images.workloads,
    args: ["workloads/schema/main.ts", "workflows"],
    env: [...timescaledbClient(context).env, ...databaseToMake(context)],
    resources: containerResources(context, {cpu: "20m", memory: "128Mi"}),
    securityContext: containerSecurity,
    volumeMounts: [{name: "tmp", mountPath: "/tmp"}],
  };
  const annotations = credentialsAnnotation(context, [...env, ...(database ? [] : create.env!)]);
  const template = podTemplate(
    context,
    options,
    {labels: {...chart.labels}, annotations},
    {
      restartPolicy: "OnFailure",
      ...(database ? {} : {initContainers: [create]}),
      containers: [
        {
          ...main,
          command: ["python3", `${FOLDER}/${SETUP}`],
          env,
          terminationMessagePolicy: "FallbackToLogsOnError",
          volumeMounts: [...main.volumeMounts!, {name: "setup", mountPath: FOLDER, readOnly: true}],
        },
      ],
      volumes: [...airflowVolumes(context), {name: "setup", configMap: {name}}],
    },
  );
  const script = setupScript();
  new k8s.KubeConfigMap(chart, `ConfigMap-${name}`, {metadata: {name}, data: {[SETUP]: script}});
  const hash = createHash("sha256").update(JSON.stringify([script, template.spec, annotations, ...madeBy(options)]));
  const object = new k8s.KubeJob(chart, `Job-${name}`, {
    metadata: {name: `${name}-${hash.digest("hex").slice(0, 8)}`},
    spec: {backoffLimit: 1_000, template},
  });
  keepAffinity(object, options, template);
}
