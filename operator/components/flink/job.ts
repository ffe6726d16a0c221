import type {ComponentStatus} from "../../../api/status.ts";
import {flinkDeployment} from "../../../cdk8s/components/flink/kinds.ts";
import {flinkName} from "../../../cdk8s/components/flink/names.ts";
import type {KubeObject} from "../../runtime/types.ts";
import {type Readiness, type View, waiting} from "../component.ts";

/** The job as the JobManager reports it. */
interface FlinkJob {
  /** ms since the epoch. */
  lastCheckpoint?: number;
  restarts: number;
}

/** Asks the job's REST Service; one that does not answer gives nothing. */
async function readJob({name, namespace, getJson}: View): Promise<FlinkJob | undefined> {
  const base = `http://${flinkName(name)}-rest.${namespace}.svc.cluster.local:8081`;
  try {
    const {jobs} = await getJson(`${base}/jobs`);
    const [checkpoints, metrics] = await Promise.all([
      getJson(`${base}/jobs/${jobs[0].id}/checkpoints`),
      getJson(`${base}/jobs/${jobs[0].id}/metrics?get=numRestarts`),
    ]);
    const {completed, restored} = checkpoints.latest;
    const lastCheckpoint = completed?.latest_ack_timestamp ?? restored?.restore_timestamp;
    const restarts = Number(metrics[0]?.value ?? 0);
    return lastCheckpoint === undefined ? {restarts} : {lastCheckpoint, restarts};
  } catch {
    return undefined;
  }
}

/** A job that runs with the age of its last checkpoint; one that starts is given its time. */
export async function observeJob(readiness: Readiness, view: View): Promise<Readiness> {
  if (readiness.reason === "Running") return describe(readiness, await readJob(view), view.now);
  return patient(readiness, view.find(flinkDeployment, flinkName(view.name)), view.reported, view.now);
}

/** Six reconciles of upstream's operator. */
const START_MS = 90_000;

/**
 * While a job starts, what upstream says of it passes: a ConfigMap that is not found, a job that is not there. It counts once it has
 * lasted since the job was deployed or, when upstream put it back, since it was last ready.
 */
export function patient(
  state: Readiness,
  deployment: KubeObject | undefined,
  before: ComponentStatus | undefined,
  now: number,
): Readiness {
  if (!["JobManagerError", "Deploying"].includes(state.reason)) return state;
  const deployed = deployment?.status?.reconciliationStatus?.reconciliationTimestamp ?? 0;
  const unready = before && !before.ready ? Date.parse(before.since) : now;
  if (now - Math.max(deployed, unready) >= START_MS) return state;
  return waiting("Deploying", "the JobManager and its job are being started");
}

/** The running job with the age of its last checkpoint, in minutes: a steady pipeline's status does not change. */
export function describe(state: Readiness, job: FlinkJob | undefined, now: number): Readiness {
  if (state.reason !== "Running" || !job) return state;
  const minutes = Math.floor((now - (job.lastCheckpoint ?? now)) / 60_000);
  const age =
    job.lastCheckpoint === undefined
      ? "no checkpoint has been completed yet"
      : minutes < 1
        ? "its last checkpoint is less than 1 min old"
        : `its last checkpoint is ${minutes} min old`;
  return {...state, message: `${state.message}, ${age}${job.restarts > 0 ? `, ${job.restarts} restarts` : ""}`};
}
