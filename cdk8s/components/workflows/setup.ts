import type {Chart} from "cdk8s";
import {k8s} from "cdk8s-plus-28";
import type {PlanContext} from "../../component.ts";
import {credentialsAnnotation, fromSecret} from "../../context.ts";
import {podTemplate} from "../../pod-template.ts";
import {jobOf} from "../../workload.ts";
import {makeDatabase} from "../timescaledb/own-database.ts";
import {database, viewerSecret, workflowsName} from "./client.ts";
import {SETUP, setupName, setupScript} from "./dags.ts";
import {airflow, airflowVolumes, besideScheduler} from "./pods.ts";

const FOLDER = "/etc/setup";

/** The Job that makes the database on a server of ours, brings it to this version of Airflow, and sets the passwords of its logins. */
export function setup(chart: Chart, context: PlanContext): void {
  const {sizing} = context.spec.workflows;
  const options = besideScheduler(context);
  const name = setupName(context);
  const main = airflow(context, "migrate", [], sizing.api);
  const login = (prefix: string, secret: string) =>
    ["username", "password"].map((key) => fromSecret(`${prefix}_${key.toUpperCase()}`, secret, key));
  const env = [...main.env!, ...login("ADMIN", workflowsName(context)), ...login("VIEWER", viewerSecret(context))];
  const initContainers = makeDatabase(context, database(context));
  const annotations = credentialsAnnotation(context, [
    ...env,
    ...initContainers.flatMap((container) => container.env!),
  ]);
  const template = podTemplate(
    context,
    options,
    {labels: {...chart.labels}, annotations},
    {
      restartPolicy: "OnFailure",
      ...(initContainers.length > 0 ? {initContainers} : {}),
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
  jobOf(chart, name, template, options, script);
}
