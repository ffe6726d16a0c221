import {TelemetryError} from "../../api/errors.ts";
import {bytesOf} from "../../api/quantities.ts";
import {bucketSecrets} from "../../api/s3.ts";
import {flink as manifests} from "../../cdk8s/components/flink/manifests.ts";
import type {KubeObject} from "../runtime/types.ts";
import {type Component, neverLess, type Readiness, ready, waiting} from "./component.ts";
import {readFlinkFacts} from "./flink/facts.ts";
import {observeJob} from "./flink/job.ts";
import {sameStorageClass} from "./storage-class.ts";

/** The stream job. What a user adds to its SQL is checked by a Job before anything that runs is changed. */
export const flink: Component = {
  ...manifests,
  dependsOn: ["kafka", "timescaledb"],
  version: () => "2.2.1",
  without: "spec.flink.enabled needs the Flink operator",
  upstreamPods: (pipeline) => `type=flink-native-kubernetes,app=${pipeline}-flink`,
  checkFirst: "InvalidFlinkSql",
  facts: readFlinkFacts,
  observe: observeJob,
  // The age of the checkpoints and a user's ConfigMap come by no watch.
  pollMs: () => 5_000,
  // Its end needs the account and the volume.
  deleteBefore: {consumers: ["FlinkDeployment"]},
  secrets: ({flink: {s3}}) => bucketSecrets("spec.flink.s3", s3),
  readiness: (live, spec) => {
    // While the SQL of a change is checked, what runs is as good as before.
    const deployment = live.find((object) => object?.kind === "FlinkDeployment");
    if (!deployment) return waiting("Creating", "objects are being created");
    return spec.state === "Stopped" ? suspended(deployment) : jobState(deployment);
  },
  validate(pairs, {flink: {parallelism, storageClass}, kafka: {topic}}) {
    const size = (claim: any): string => claim.spec.resources.requests.storage;
    neverLess(pairs, "PersistentVolumeClaim", "spec.flink.storage", "volumes cannot shrink", size, bytesOf);
    // Without a class in the spec the live volume has the cluster's default.
    const given = storageClass ? pairs : [];
    const classOf = ({spec}: KubeObject): string => spec.storageClassName;
    sameStorageClass(given, "PersistentVolumeClaim", "spec.flink.storageClass", storageClass, classOf);
    if (parallelism <= topic.partitions) return;
    throw new TelemetryError(
      "TooMuchParallelism",
      `spec.flink.parallelism: ${parallelism} is more than spec.kafka.topic.partitions (${topic.partitions}), so some subtasks would be idle; lower it or add partitions`,
    );
  },
};

/** The job as upstream's operator reports it: running once the JobManager is ready, the job runs and the last change is settled. */
function jobState({metadata, status = {}}: KubeObject): Readiness {
  const {jobManagerDeploymentStatus: manager, jobStatus = {}, lifecycleState, error} = status;
  const words = shorten(error ?? "see the log of the JobManager");
  const withError = error ? `: ${words}` : "";
  // Upstream reports a failure also for a JobManager that it could not create the first time, and tries again.
  const neverMade = lifecycleState === "FAILED" && !status.reconciliationStatus?.lastReconciledSpec;
  if (neverMade) return waiting("JobManagerError", `the JobManager was not created: ${words}`);
  if (status.observedGeneration !== metadata.generation)
    return waiting("Upgrading", `the change has not been observed yet${withError}`);
  if (lifecycleState === "FAILED" || jobStatus.state === "FAILED")
    return waiting("Failed", `the job has failed: ${words}`);
  if (manager === "ERROR") return waiting("JobManagerError", `the JobManager does not start: ${words}`);
  if (["RESTARTING", "FAILING"].includes(jobStatus.state)) return waiting("Restarting", `the job restarts${withError}`);
  if (manager === "READY" && jobStatus.state === "RUNNING" && lifecycleState === "STABLE")
    return {...ready("the job runs"), reason: "Running"};
  // Until a job runs upstream keeps its first error, though its cause has gone: once there is a JobManager, the pod says what is wrong.
  const why = (manager ?? "MISSING") === "MISSING" ? withError : "";
  return waiting("Deploying", `JobManager ${manager ?? "MISSING"}, job ${jobStatus.state ?? "not there yet"}${why}`);
}

function suspended({spec, status = {}}: KubeObject): Readiness {
  if (status.lifecycleState === "SUSPENDED") return ready("the job is suspended, its state is kept");
  // Upstream writes no status of a job that is made suspended.
  const neverRan = !status.lifecycleState || status.lifecycleState === "CREATED";
  if (neverRan && spec.job.state === "suspended") return ready("the job has not run yet");
  return waiting("Suspending", "the job is being suspended");
}

/** Upstream's error is a stack in JSON; people need its message. */
function shorten(error: string): string {
  let message = error;
  try {
    const {message: outer, throwableList = []} = JSON.parse(error);
    message = throwableList.at(-1)?.message ?? outer ?? error;
  } catch {
    // Plain text.
  }
  return message.length > 300 ? `${message.slice(0, 300)}…` : message;
}
