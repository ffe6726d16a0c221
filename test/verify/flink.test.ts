import {afterAll, beforeAll, expect, test} from "vitest";
import {kubectl} from "../../cluster/lifecycle.ts";
import {waitFor} from "../../cluster/shell.ts";
import {instance} from "../e2e/cluster.ts";
import {startObjectStore} from "../e2e/object-store.ts";
import {flinkState, job, startJob, stopJob, untilExact} from "../e2e/stream-job.ts";

/** The stream job through faults, upgrades and a user's own SQL: its windows stay what the raw rows say. */
const {k, patch, pipeline, untilReady} = job;
const rest = async (path: string) =>
  JSON.parse(await k("get", "--raw", `/api/v1/namespaces/flink/services/live-flink-rest:rest/proxy${path}`));
const kill = (...pods: string[]) => k("delete", "pod", ...pods, "--grace-period=0", "--force");

beforeAll(startJob, 1_800_000);
afterAll(stopJob, 600_000);

test("killed TaskManager, JobManager and broker change no window", async () => {
  const [before] = (await rest("/jobs")).jobs;
  await kill("-l", "app=live-flink,component=taskmanager");
  await untilExact();
  await kill("-l", "app=live-flink,component=jobmanager");
  await kill("live-live-pool-0");
  await untilExact();
  expect((await rest("/jobs")).jobs[0].id).toBe(before.id);
}, 500_000);

test("another parallelism goes on from the state, and so does a job that was stopped", async () => {
  const path = async () => `/jobs/${(await rest("/jobs")).jobs[0].id}`;
  await waitFor(
    "a checkpoint to go on from",
    240_000,
    async () => (await rest(`${await path()}/checkpoints`)).latest.completed,
  );
  await patch("live", {flink: {parallelism: 2}});
  await untilReady("live");
  await untilExact();
  expect((await rest(await path())).vertices[0].parallelism).toBe(2);
  expect((await rest(`${await path()}/checkpoints`)).latest.restored).not.toBeNull();
  await k(
    "patch",
    "flinkdeployment",
    "live-flink",
    "--type=merge",
    "-p",
    '{"spec":{"job":{"savepointTriggerNonce":1}}}',
  );
  const byHand = {
    apiVersion: "flink.apache.org/v1beta1",
    kind: "FlinkStateSnapshot",
    metadata: {name: "before-maintenance"},
    spec: {jobReference: {kind: "FlinkDeployment", name: "live-flink"}, savepoint: {}},
  };
  await kubectl(instance, ["-n", "flink", "apply", "-f", "-"], JSON.stringify(byHand));
  await waitFor("both savepoints", 240_000, async () => {
    const {items} = JSON.parse(await k("get", "flinkstatesnapshots", "-o", "json"));
    const paths = items.map(({status}: any) => (status?.state === "COMPLETED" ? status.path : ""));
    return paths.filter((path: string) => /^file:\/+flink-data\/savepoints\//.test(path)).length === 2;
  });
  await patch("live", {state: "Stopped"});
  await waitFor("only the broker to run", 240_000, async () => {
    const pods = (await k("get", "pods", "--field-selector=status.phase=Running", "-o", "name")).trim();
    return pods === "pod/live-live-pool-0";
  });
  await patch("live", {state: "Running"});
  await untilReady("live");
  await untilExact();
}, 900_000);

test("a user's SQL joins the job once Flink's planner accepts it; one that it refuses is a condition and the job goes on", async () => {
  const write = (text: string) =>
    kubectl(
      instance,
      ["-n", "flink", "apply", "-f", "-"],
      JSON.stringify({apiVersion: "v1", kind: "ConfigMap", metadata: {name: "mine"}, data: {"job.sql": text}}),
    );
  const sink = (query: string) => `-- The fastest of all; a comment may hold a ;
    CREATE TABLE fastest (window_start TIMESTAMP(3), speed DOUBLE) WITH ('connector' = 'blackhole');
    INSERT INTO fastest ${query};`;
  const running = await k("get", "flinkdeployment", "live-flink", "-o", "jsonpath={.metadata.generation}");
  await write(sink("SELECT window_start, MAX(velocity) FROM vehicle_event GROUP BY window_start"));
  await patch("live", {flink: {sql: {configMap: "mine"}}});
  await waitFor("the refusal", 240_000, async () =>
    (await pipeline("live")).status.conditions.some(
      ({type, status, reason, message}: any) =>
        type === "Valid" && status === "False" && reason === "InvalidFlinkSql" && /velocity|window_start/.test(message),
    ),
  );
  expect(await k("get", "flinkdeployment", "live-flink", "-o", "jsonpath={.metadata.generation}")).toBe(running);
  expect(await flinkState()).toMatchObject({ready: true, reason: "Running"});
  await write(
    sink(`SELECT window_start, MAX(speed) FROM TABLE(TUMBLE(TABLE vehicle_event, DESCRIPTOR(ts), INTERVAL '10' SECOND))
      GROUP BY window_start, window_end`),
  );
  await waitFor("the job with the user's sink", 240_000, async () => {
    const {jobs} = await rest("/jobs").catch(() => ({jobs: []}));
    const plan = jobs[0] ? JSON.stringify(await rest(`/jobs/${jobs[0].id}`).catch(() => "")) : "";
    return plan.includes("fastest") && plan.includes('"state":"RUNNING"');
  });
  await untilReady("live");
  await untilExact();
}, 900_000);

test("checkpoints in a bucket: a job that is moved there begins anew, its windows stay exact, and it goes on from there", async () => {
  const store = await startObjectStore("flink", "checkpoints");
  await patch("live", {flink: {s3: store.spec}});
  await untilReady("live");
  await untilExact();
  await kill("-l", "app=live-flink,component=taskmanager");
  await kill("-l", "app=live-flink,component=jobmanager");
  await untilExact();
  const {latest} = await rest(`/jobs/${(await rest("/jobs")).jobs[0].id}/checkpoints`);
  expect(latest.restored.external_path).toMatch(/^s3:\/\/checkpoints\/flink\/live\/flink\/checkpoints\//);
  expect(await k("get", "pvc", "-o", "name")).not.toContain("live-flink");
  await store.stop();
}, 1_500_000);
