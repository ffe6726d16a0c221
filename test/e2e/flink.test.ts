import {afterAll, beforeAll, expect, test} from "vitest";
import {kubectl} from "../../cluster/lifecycle.ts";
import {waitFor} from "../../cluster/shell.ts";
import {platform} from "../../cluster/up.ts";
import {instance} from "./cluster.ts";
import {startObjectStore} from "./object-store.ts";
import {installedBoards, panelsOf} from "./panels.ts";
import {user} from "./steps.ts";
import {type Again, againProgram, countedRows, differingWindows} from "./windows.ts";

/** The stream job of one pipeline through faults, upgrades and a user's own SQL: its windows stay what the raw rows say. */
const {k, makeNamespace, apply, patch, pipeline, untilReady, ...own} = user("flink");
/** Too long for every run: TRIAL=1 runs it with the others. */
const trial = process.env.TRIAL ? test : test.skip;
const WINDOW_SECONDS = 10;
const LATENESS_SECONDS = 10;
/** Low enough to be passed in the rush hour too: the vehicles drive by the time of day. */
const SPEED_LIMIT = 20;
const faults = {
  outOfOrderPerMillion: 20_000,
  duplicatePerMillion: 20_000,
  burstPerMillion: 2_000,
  malformedPerMillion: 5_000,
};
const sql = (text: string) => own.sql("live", text);
const rest = async (path: string) =>
  JSON.parse(await k("get", "--raw", `/api/v1/namespaces/flink/services/live-flink-rest:rest/proxy${path}`));
const kill = (...pods: string[]) => k("delete", "pod", ...pods, "--grace-period=0", "--force");
const flinkState = async () => (await pipeline("live")).status?.components?.find(({name}: any) => name === "flink");
const newestWindow = () => sql("SELECT coalesce(max(window_end), 'epoch') FROM vehicle_window");

const inIngester = (program: string) =>
  k("exec", "deploy/live-ingester-timescaledb", "--", "node", "--input-type=module-typescript", "-e", program);
const sentAgain = async (): Promise<Again[]> =>
  JSON.parse((await inIngester(againProgram(LATENESS_SECONDS * 1_000))).trim().split("\n").at(-1)!);

/** Waits until a query answers "n 0": n right ones, none wrong. The error has the last answer and what the job says of itself. */
async function untilNoneWrong(what: string, timeoutMs: number, query: () => Promise<string | undefined>) {
  let seen: string | undefined;
  try {
    await waitFor(what, timeoutMs, async () => {
      seen = await query();
      return /^[1-9]\d* 0$/.test(seen ?? "");
    });
  } catch (error) {
    const state = JSON.stringify(await flinkState());
    throw new Error(`${(error as Error).message}; right and wrong: ${seen}; newest ${await newestWindow()}; ${state}`);
  }
}

/** Windows that began after this call have been written, and every window is what the raw rows say. */
async function untilExact(timeoutMs = 400_000) {
  const from = Date.parse(await sql("SELECT now()"));
  await untilNoneWrong("newer windows, all exact", timeoutMs, async () => {
    if (Date.parse(await newestWindow()) < from + 2 * WINDOW_SECONDS * 1_000) return undefined;
    return sql(differingWindows(WINDOW_SECONDS, await sentAgain()));
  });
}

beforeAll(async () => {
  await platform(instance);
  await makeNamespace();
  await apply("live", {
    deletionPolicy: "Delete",
    cassandra: {enabled: false},
    observability: {console: {enabled: false}},
    simulator: {vehicles: 20, ratePerVehicle: 2, faults},
    flink: {
      enabled: true,
      window: `${WINDOW_SECONDS}s`,
      lateness: `${LATENESS_SECONDS}s`,
      checkpointInterval: "2s",
      speedLimit: SPEED_LIMIT,
      geofences: [{name: "depot", latitude: 48.137, longitude: 11.575, radiusKm: 3}],
    },
  });
  await untilReady("live");
}, 1_800_000);
afterAll(async () => {
  await k("delete", "tp", "live", "--timeout=240s");
  await kubectl(instance, ["delete", "namespace", "flink", "--timeout=240s"]);
}, 600_000);

test("windows are exactly what the raw rows say, with duplicates, disorder, late and broken events", async () => {
  expect(await flinkState()).toMatchObject({ready: true, reason: "Running"});
  await untilExact();
  await waitFor(
    "an event that came too late",
    240_000,
    async () => Number(await sql("SELECT count(*) FROM vehicle_late")) > 0,
  );
}, 600_000);

test("alerts are raised where the raw rows pass the limit, and are in the topic as well", async () => {
  const wrong = (again: Again[]) => `WITH counted AS (${countedRows(again)}), moves AS (
      SELECT vehicle_id, ts, speed, lag(speed) OVER (PARTITION BY vehicle_id ORDER BY ts) AS before FROM counted
    ), expected AS (SELECT vehicle_id, ts FROM moves WHERE speed > ${SPEED_LIMIT} AND (before IS NULL OR before <= ${SPEED_LIMIT})),
    found AS (SELECT vehicle_id, ts, 1 AS one FROM vehicle_alert WHERE kind = 'speeding'),
    closed AS (SELECT max(window_end) - interval '10 seconds' AS until FROM vehicle_window)
    SELECT count(*) FILTER (WHERE e.ts IS NOT NULL AND one = 1) || ' ' || count(*) FILTER (WHERE e.ts IS NULL OR one IS NULL)
    FROM expected e FULL JOIN found f USING (vehicle_id, ts), closed WHERE coalesce(e.ts, f.ts) < until`;
  await untilNoneWrong("alerts that are all right", 300_000, async () => sql(wrong(await sentAgain())));
  const program = `import {connectKafka} from "/app/workloads/lib/kafka.ts";
    import {logger} from "/app/workloads/lib/process.ts";
    const consumer = connectKafka("test", logger("test")).consumer({groupId: "test"});
    await consumer.connect();
    await consumer.subscribe({topic: "telemetry.alerts", fromBeginning: true});
    await consumer.run({eachMessage: async ({message}) => { console.log(String(message.value)); process.exit(0); }});
    setTimeout(() => process.exit(1), 30_000);`;
  const lines = (await inIngester(program)).trim().split("\n");
  expect(JSON.parse(lines.at(-1)!)).toMatchObject({kind: expect.stringMatching(/^(speeding|geofence-)/)});
}, 600_000);

test("each panel of the Flink dashboard has data, asked as Grafana would", async () => {
  const board = (await installedBoards(instance)).find(({uid}) => uid === "telemetry-flink");
  const panels = await panelsOf(instance, {namespace: "flink", pipeline: "live"});
  expect(await panels.untilData(board)).toEqual([]);
});

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
  await waitFor("the savepoint", 240_000, async () => {
    const {status} = JSON.parse(await k("get", "flinkdeployment", "live-flink", "-o", "json"));
    return /^file:\/+flink-data\/savepoints\//.test(status.jobStatus.savepointInfo?.lastSavepoint?.location);
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

trial(
  "checkpoints in a bucket: a job that is moved there begins anew, its windows stay exact, and it goes on from there",
  async () => {
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
  },
  1_500_000,
);
