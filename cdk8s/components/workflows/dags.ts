import {readFileSync} from "node:fs";
import {join} from "node:path";
import type {Chart} from "cdk8s";
import {k8s} from "cdk8s-plus-28";
import type {PlanContext} from "../../component.ts";
import {PIPELINE_LABEL} from "../../context.ts";
import type {ScheduledJob} from "../../scheduled.ts";
import {workflowsName} from "./client.ts";

export const OUR_DAGS = "/dags/telemetry";
export const YOUR_DAGS = "/dags/user";
/** What the executor Kubernetes makes pods from: for tasks of the user, and for those of the platform. */
export const WORKER_TEMPLATE = "/etc/workers/pod.yaml";
export const PLATFORM_WORKER_TEMPLATE = "/etc/workers/telemetry.yaml";
/** Kubernetes swaps the content of a mounted ConfigMap by folders with two dots, in which Airflow would find each file again. */
const IGNORED = "..*\n";

const RETRY_SECONDS = 60;
/** Of a job that says nothing else: its next run is due. */
const TIMEOUT_SECONDS = 3_600;

/** Before any pipeline. */
const EPOCH = "2026-01-01T00:00:00Z";

const python = (file: string): string => readFileSync(join(import.meta.dirname, "python", file), "utf8");

/** The ConfigMaps of what runs in Airflow: the DAGs of the pipeline, and what sets up its database. */
export const dagsName = (context: Pick<PlanContext, "name">): string => `${workflowsName(context)}-dags`;
export const setupName = (context: Pick<PlanContext, "name">): string => `${workflowsName(context)}-setup`;
export const SETUP = "setup.py";

export const setupScript = (): string => python(SETUP);

/** @param own the jobs of Airflow itself */
export function dags(chart: Chart, context: PlanContext, own: ScheduledJob[]): void {
  const jobs = [...context.scheduledJobs, ...own].map((job) => dagOf(job, context));
  const data = {"telemetry.py": python("telemetry.py"), "jobs.json": JSON.stringify(jobs), ".airflowignore": IGNORED};
  new k8s.KubeConfigMap(chart, `ConfigMap-${dagsName(context)}`, {metadata: {name: dagsName(context)}, data});
}

/** The id of a job's DAG: its name without the pipeline's. */
const dagId = ({name}: Pick<ScheduledJob, "name">, pipeline: string): string =>
  name.slice(pipeline.length + 1).replaceAll("-", "_");

/** What telemetry.py makes a DAG of. */
function dagOf(job: ScheduledJob, {name: pipeline, namespace, uid, created = EPOCH, spec}: PlanContext) {
  const {name, component, schedule, description, retries, timeoutSeconds = TIMEOUT_SECONDS, template} = job;
  return {
    id: dagId(job, pipeline),
    name,
    namespace,
    component,
    schedule,
    description,
    // What was due before there was a pipeline is not made good.
    start: created,
    retries,
    retryDelaySeconds: RETRY_SECONDS,
    timeoutSeconds,
    ...(spec.workflows.executor === "Kubernetes" ? {workerTemplate: PLATFORM_WORKER_TEMPLATE} : {}),
    pod: {
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        ...template.metadata,
        // Airflow removes them; with the pipeline they go even if it cannot.
        ...(uid ? {ownerReferences: [ownerOf(template.metadata.labels![PIPELINE_LABEL]!, uid)]} : {}),
      },
      spec: {...template.spec, restartPolicy: "Never"},
    },
  };
}

const ownerOf = (name: string, uid: string) => ({
  apiVersion: "telemetry.dev/v1alpha1",
  kind: "TelemetryPipeline",
  name,
  uid,
});
