import {basename} from "node:path";
import {App, Chart} from "cdk8s";
import {k8s} from "cdk8s-plus-28";
import {stringify} from "yaml";
import type {PlanContext} from "../../component.ts";
import {podTemplate} from "../../pod-template.ts";
import {workflowsName} from "./client.ts";
import {PLATFORM_WORKER_TEMPLATE, WORKER_TEMPLATE} from "./dags.ts";
import {gitSync} from "./git-sync.ts";
import {airflow, airflowVolumes, besideScheduler, dagFolders, workersName} from "./pods.ts";

/** The executor gives the arguments, of which the first is `python`: Debian has it by its version alone. */
const PYTHON = ["sh", "-c", 'shift; exec python3 "$@"', "worker"];

/** The pods in which the executor Kubernetes runs the code of DAGs; those of the platform's own tasks do not wait for the user's files. */
export function workers(chart: Chart, context: PlanContext): void {
  const {spec} = context;
  const platform = {...context, spec: {...spec, workflows: {...spec.workflows, dags: {}}}};
  const name = workersName(context);
  const data = {
    [basename(WORKER_TEMPLATE)]: templateOf(chart, context),
    [basename(PLATFORM_WORKER_TEMPLATE)]: templateOf(chart, platform),
  };
  new k8s.KubeConfigMap(chart, `ConfigMap-${name}`, {metadata: {name}, data});
}

/** A pod as Airflow reads it. */
function templateOf(chart: Chart, context: PlanContext): string {
  const {sizing} = context.spec.workflows;
  const options = besideScheduler(context);
  const folders = dagFolders(context);
  // The executor knows its container by this name, and says what it runs.
  const main = airflow(context, "base", [], sizing.worker);
  const initContainers = gitSync(context, true);
  const {metadata, spec} = podTemplate(
    context,
    options,
    {labels: {...chart.labels}},
    {
      serviceAccountName: workflowsName(context),
      restartPolicy: "Never",
      ...(initContainers.length > 0 ? {initContainers} : {}),
      containers: [{...main, command: PYTHON, volumeMounts: [...main.volumeMounts!, ...folders.mounts]}],
      volumes: [...airflowVolumes(context), ...folders.volumes],
    },
  );
  // In a chart of its own: it is no object of the plan.
  const pod = new k8s.KubePod(new Chart(new App(), "worker"), "worker", {
    metadata: {...metadata, name: "worker"},
    spec,
  });
  return stringify(pod.toJson(), {lineWidth: 0});
}
