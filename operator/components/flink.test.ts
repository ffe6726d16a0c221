import {expect, test} from "vitest";
import {resolveSpec} from "../../api/pipeline.ts";
import {flink} from "./flink.ts";

const spec = resolveSpec({flink: {enabled: true}});
const running = {
  observedGeneration: 3,
  jobManagerDeploymentStatus: "READY",
  lifecycleState: "STABLE",
  jobStatus: {state: "RUNNING"},
};
const look = (status: object | undefined, state: "Running" | "Stopped" = "Running", asked = state) =>
  flink.readiness(
    [
      {
        apiVersion: "flink.apache.org/v1beta1",
        kind: "FlinkDeployment",
        metadata: {name: "fleet-flink", generation: 3},
        spec: {job: {state: asked === "Running" ? "running" : "suspended"}},
        ...(status ? {status} : {}),
      },
    ],
    {...spec, state},
  );

test.each([
  ["a job that runs", running, true, "Running", /the job runs/],
  ["a change that nobody has seen", {...running, observedGeneration: 2}, false, "Upgrading", /not been observed yet/],
  [
    "a change that upstream refuses",
    {...running, observedGeneration: 2, error: "invalid memory"},
    false,
    "Upgrading",
    /not been observed yet: invalid memory/,
  ],
  [
    "a job that restarts, with the cause",
    {...running, jobStatus: {state: "RESTARTING"}, error: "PSQLException: refused"},
    false,
    "Restarting",
    /restarts: PSQLException: refused/,
  ],
  [
    "a failed job, in the words of upstream's JSON",
    {
      ...running,
      reconciliationStatus: {lastReconciledSpec: "{}"},
      lifecycleState: "FAILED",
      error: JSON.stringify({message: "outer", throwableList: [{message: "Table 'x' was not found"}]}),
    },
    false,
    "Failed",
    /Table 'x' was not found/,
  ],
  [
    "a JobManager that does not start",
    {...running, jobManagerDeploymentStatus: "ERROR", lifecycleState: "DEPLOYED", error: "exceeded quota"},
    false,
    "JobManagerError",
    /does not start: exceeded quota/,
  ],
  [
    "a job that upstream gives up",
    {
      ...running,
      reconciliationStatus: {lastReconciledSpec: "{}"},
      jobManagerDeploymentStatus: "ERROR",
      lifecycleState: "FAILED",
      error: "HA metadata not available",
    },
    false,
    "Failed",
    /HA metadata not available/,
  ],
  [
    "one whose JobManager upstream could not make",
    {lifecycleState: "FAILED", error: "exceeded quota"},
    false,
    "JobManagerError",
    /was not created: exceeded quota/,
  ],
  [
    "one that starts, without an error that has passed",
    {...running, lifecycleState: "DEPLOYED", jobStatus: {state: "RECONCILING"}, error: "not found"},
    false,
    "Deploying",
    /JobManager READY, job RECONCILING$/,
  ],
  ["one that is being made", {observedGeneration: 3}, false, "Deploying", /JobManager MISSING, job not there yet/],
])("%s", (_, status, ready, reason, message) => {
  expect(look(status)).toMatchObject({ready, reason, message: expect.stringMatching(message)});
});

test("a stopped pipeline's job is ready once it is suspended", () => {
  expect(look(running, "Stopped")).toMatchObject({ready: false, reason: "Suspending"});
  expect(look({...running, lifecycleState: "SUSPENDED"}, "Stopped").ready).toBe(true);
});

test("a job that was made suspended is ready without the status that upstream never writes", () => {
  expect(look(undefined, "Stopped")).toMatchObject({ready: true, message: "the job has not run yet"});
  expect(look(undefined, "Stopped", "Running").ready).toBe(false);
  expect(look({lifecycleState: "DEPLOYED"}, "Stopped").ready).toBe(false);
});

test("more subtasks than partitions are refused with field and fix", () => {
  const wanted = resolveSpec({flink: {enabled: true, parallelism: 7}, kafka: {topic: {partitions: 6}}});
  expect(() => flink.validate!([], wanted)).toThrow(
    expect.objectContaining({
      reason: "TooMuchParallelism",
      message: expect.stringContaining("spec.flink.parallelism: 7 is more than spec.kafka.topic.partitions (6)"),
    }),
  );
});

test("the class of a live volume stays, whether the spec or the cluster chose it", () => {
  const claim: any = {
    kind: "PersistentVolumeClaim",
    spec: {storageClassName: "slow", resources: {requests: {storage: "2Gi"}}},
  };
  const change = (storageClass?: string) => () =>
    flink.validate!([{planned: claim, live: claim}], resolveSpec({flink: {enabled: true, storageClass}}));
  expect(change("fast")).toThrow(/^spec\.flink\.storageClass: fast .*set it to slow$/);
  expect(change()).not.toThrow();
});
