import {App, Chart} from "cdk8s";
import {k8s} from "cdk8s-plus-28";
import {stringify} from "yaml";
import type {PlanContext} from "../../component.ts";
import {podTemplate} from "../../pod-template.ts";
import {workflowsName} from "./client.ts";
import {WORKER_TEMPLATE} from "./environment.ts";
import {gitSync} from "./git-sync.ts";
import {airflow, airflowVolumes, besideScheduler, dagFolders, workersName} from "./pods.ts";

/** The executor gives the arguments, of which the first is `python`: Debian has it by its version alone. */
const PYTHON = ["sh", "-c", 'shift; exec python3 "$@"', "worker"];

/** The template of the pods in which the executor Kubernetes runs the code of DAGs. */
export function workers(chart: Chart, context: PlanContext): void {
  const {sizing} = context.spec.workflows;
  const options = besideScheduler(context);
  const folders = dagFolders(context);
  // The executor knows its container by this name, and says what it runs.
  const main = airflow(context, "base", [], sizing.worker);
  const {metadata, spec} = podTemplate(
    context,
    options,
    {labels: {...chart.labels}},
    {
      serviceAccountName: workflowsName(context),
      restartPolicy: "Never",
      initContainers: gitSync(context, true),
      containers: [{...main, command: PYTHON, volumeMounts: [...main.volumeMounts!, ...folders.mounts]}],
      volumes: [...airflowVolumes(context), ...folders.volumes],
    },
  );
  const name = workersName(context);
  // In a chart of its own: it is no object of the plan, but a text that Airflow reads.
  const template = new k8s.KubePod(new Chart(new App(), "worker"), "worker", {
    metadata: {...metadata, name: "worker"},
    spec,
  });
  const data = {[WORKER_TEMPLATE.split("/").at(-1)!]: stringify(template.toJson(), {lineWidth: 0})};
  new k8s.KubeConfigMap(chart, `ConfigMap-${name}`, {metadata: {name}, data});
}
