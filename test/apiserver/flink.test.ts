import {afterAll, beforeAll, expect, test} from "vitest";
import {telemetryPipeline} from "../../api/crd.ts";
import {waitFor} from "../../cluster/shell.ts";
import {ownedKinds} from "../../operator/reconcile/kinds.ts";
import {builtin} from "../../operator/runtime/types.ts";
import {startFakes} from "./fakes.ts";
import {
  admin,
  applyPipeline,
  conditionOf,
  getPipeline,
  objectsIn,
  type RunningOperator,
  removePipeline,
  startPlatform,
  stopPlatform,
  untilReady,
  untilStatus,
} from "./harness.ts";

/** The stream job's objects on a real API server with the real definition of Flink's operator; what would run them is faked. */
const NAMESPACE = "flink";
const flink = ownedKinds.find(({kind}) => kind === "FlinkDeployment")!;
let operator: RunningOperator;
let stopFakes: () => Promise<void>;

beforeAll(async () => {
  ({operator, stopFakes} = await startPlatform(NAMESPACE));
}, 600_000);
afterAll(() => stopPlatform(operator, stopFakes));

const live = () => admin.get(flink, {name: "fleet-flink", namespace: NAMESPACE});
const sql = (text: string) =>
  admin.apply(
    builtin.configMap,
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: {name: "mine", namespace: NAMESPACE},
      data: {"job.sql": text},
    } as any,
    {fieldManager: "test"},
  );
const spec = (more: object = {}) => ({deletionPolicy: "Delete", flink: {enabled: true, ...more}});

test("Flink's own definition takes the deployment, and the operator's rights are enough", async () => {
  await applyPipeline(NAMESPACE, spec());
  await untilReady(NAMESPACE);
  expect((await live())?.spec.job).toMatchObject({state: "running", upgradeMode: "last-state"});
  expect(operator.forbidden).toEqual([]);
});

test("a stopped pipeline suspends the job and keeps its state", async () => {
  await applyPipeline(NAMESPACE, {...spec(), state: "Stopped"});
  await untilStatus(
    NAMESPACE,
    "Stopped",
    ({phase, components}) => phase === "Stopped" && !!components?.every(({ready}) => ready),
  );
  expect((await live())?.spec.job).toMatchObject({state: "suspended", upgradeMode: "last-state"});
  await applyPipeline(NAMESPACE, spec());
  await untilReady(NAMESPACE);
});

test("a pipeline that is made stopped waits for no status of a job that never ran, and starts it later", async () => {
  await removePipeline(NAMESPACE);
  await applyPipeline(NAMESPACE, {...spec(), state: "Stopped"});
  await untilStatus(
    NAMESPACE,
    "Stopped from the start",
    ({phase, components}) => phase === "Stopped" && !!components?.every(({ready}) => ready),
  );
  expect((await live())?.status).toBeUndefined();
  await applyPipeline(NAMESPACE, spec());
  await untilReady(NAMESPACE);
});

test("another plan of the job begins without the old state, then keeps its own", async () => {
  const before = (await live())!.metadata.generation!;
  await applyPipeline(NAMESPACE, spec({window: "5m"}));
  await waitFor("the new job to keep its state from then on", 240_000, async () => {
    const {metadata, spec: now} = (await live())!;
    // One generation to begin without state, one to keep it.
    return metadata.generation! >= before + 2 && now.job.upgradeMode === "last-state";
  });
  await untilReady(NAMESPACE);
});

test("SQL that is missing or no job's is a condition, and the job is left alone; SQL that the check accepts replaces it", async () => {
  const before = (await live())!.metadata.generation;
  const refused = (reason: string, words: RegExp) =>
    untilStatus(
      NAMESPACE,
      reason,
      ({conditions}) =>
        !!conditions?.some(({type, reason: is, message}) => type === "Valid" && is === reason && words.test(message)),
    );
  await applyPipeline(NAMESPACE, spec({window: "5m", sql: {configMap: "mine"}}));
  await refused("MissingConfigMap", /ConfigMap mine does not exist/);
  await sql("DROP TABLE vehicle_window;");
  await refused("InvalidFlinkSql", /statement 1 \(DROP TABLE vehicle_window …\)/);
  expect((await live())!.metadata.generation).toBe(before);
  await sql("CREATE TABLE mine (n BIGINT) WITH ('connector' = 'blackhole'); INSERT INTO mine SELECT 1;");
  await waitFor("the SQL that runs to be the user's", 240_000, async () => {
    const script = (await objectsIn(NAMESPACE)).get("ConfigMap/fleet-flink-sql")?.data["job.sql"];
    return script?.includes("INSERT INTO mine SELECT 1;");
  });
  await waitFor("the job to follow", 240_000, async () => (await live())!.metadata.generation! > before!);
  expect(
    [...(await objectsIn(NAMESPACE)).keys()].filter((name) => name.startsWith("Job/fleet-flink-check-")),
  ).toHaveLength(1);
}, 600_000);

test("a check that is evicted or killed says nothing of the SQL; its own word does", async () => {
  const before = (await live())!.metadata.generation;
  // From here on this test is the kubelet.
  await stopFakes();
  await sql("CREATE TABLE mine (n BIGINT) WITH ('connector' = 'blackhole'); INSERT INTO mine SELECT 2;");
  const ended = new Set<string>();
  let job = "";
  const end = async (exitCode: number, conditions: object[] = [], message = "") => {
    const pod = await waitFor("a pod of the check", 240_000, async () => {
      const {items} = await admin.list(builtin.pod, {
        namespace: NAMESPACE,
        labelSelector: "batch.kubernetes.io/job-name",
      });
      return items.find(({metadata, status}) => {
        const owner = metadata.labels!["batch.kubernetes.io/job-name"]!;
        return owner.startsWith("fleet-flink-check-") && status?.phase === "Pending" && !ended.has(metadata.uid!);
      });
    });
    ended.add(pod.metadata.uid!);
    job = pod.metadata.labels!["batch.kubernetes.io/job-name"]!;
    const containerStatuses = [
      {
        ...{name: "check", image: "flink", imageID: "", ready: false, restartCount: 0},
        // So long ago that the Job's controller owes it no more patience before the next pod.
        state: {terminated: {exitCode, message, reason: "Error", finishedAt: "2026-01-01T00:00:00Z"}},
      },
    ];
    await admin.patch(builtin.pod, pod.metadata, {status: {phase: "Failed", conditions, containerStatuses}}, "status");
  };
  const jobUid = async () => (await admin.get(builtin.job, {name: job, namespace: NAMESPACE}))?.metadata.uid;
  const refused = async () =>
    (await getPipeline(NAMESPACE))!.status.conditions.some(({reason}: any) => reason === "InvalidFlinkSql");
  await end(143, [{type: "DisruptionTarget", status: "True", reason: "EvictionByEvictionAPI"}]);
  const first = await jobUid();
  expect(await refused()).toBe(false);
  for (const _ of [1, 2, 3]) await end(137);
  await waitFor("the check to be made anew", 240_000, async () => {
    const uid = await jobUid();
    return uid !== undefined && uid !== first;
  });
  expect(await refused()).toBe(false);
  await end(1, [], "Object 'mine' not found");
  await untilStatus(
    NAMESPACE,
    "InvalidFlinkSql",
    ({conditions}) =>
      !!conditions?.some(
        ({reason, message}) => reason === "InvalidFlinkSql" && /Object 'mine' not found/.test(message),
      ),
  );
  expect((await live())!.metadata.generation).toBe(before);
  stopFakes = startFakes(admin);
  await sql("CREATE TABLE mine (n BIGINT) WITH ('connector' = 'blackhole'); INSERT INTO mine SELECT 3;");
  await waitFor("the job to follow", 240_000, async () => (await live())!.metadata.generation! > before!);
  expect(operator.forbidden).toEqual([]);
}, 600_000);

const jobObjects = async () => [...(await objectsIn(NAMESPACE)).keys()].filter((name) => name.includes("flink"));

test("switched off, nothing of the job is left", async () => {
  expect(await jobObjects()).toContain("FlinkDeployment/fleet-flink");
  await applyPipeline(NAMESPACE, {deletionPolicy: "Delete", flink: {enabled: false}});
  await waitFor("the job's objects to go", 240_000, async () => (await jobObjects()).length === 0);
  await applyPipeline(NAMESPACE, spec());
  await untilReady(NAMESPACE);
});

test("deleted, the job goes before its account", async () => {
  // As Flink's operator holds a job until it has ended it, for which the job needs its account.
  const ref = {name: "fleet-flink", namespace: NAMESPACE};
  await admin.patch(flink, ref, {metadata: {finalizers: ["flinkdeployments.flink.apache.org/finalizer"]}});
  await admin.delete(telemetryPipeline, {name: "fleet", namespace: NAMESPACE});
  await waitFor("the job to be on its way out", 240_000, async () => (await live())!.metadata.deletionTimestamp);
  await waitFor("the pipeline to wait for it", 240_000, async () =>
    /FlinkDeployment fleet-flink to end/.test(
      conditionOf((await getPipeline(NAMESPACE))!.status, "Ready")?.message ?? "",
    ),
  );
  expect(await jobObjects()).toEqual(expect.arrayContaining(["ServiceAccount/fleet-flink", "RoleBinding/fleet-flink"]));
  await admin.patch(flink, ref, {metadata: {finalizers: null}});
  await waitFor("the pipeline to go", 240_000, async () => !(await getPipeline(NAMESPACE)));
  await waitFor("its account to go", 240_000, async () => (await jobObjects()).length === 0);
  expect(operator.forbidden).toEqual([]);
});
