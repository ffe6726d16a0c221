import {afterAll, beforeAll, expect, test} from "vitest";
import {kubectl} from "../../cluster/lifecycle.ts";
import {waitFor} from "../../cluster/shell.ts";
import {instance, startCluster} from "../e2e/cluster.ts";
import {user} from "../e2e/steps.ts";
import {startGitServer} from "./git-server.ts";
import {startPostgres} from "./postgres.ts";

/**
 * Airflow as Production has it, on one node: each task in a pod of its own, its database on another's PostgreSQL, DAGs from a repository of git. What of it
 * runs with the executor Local is in test/e2e/lake/airflow.ts: docs/workflows.md.
 */
const NAMESPACE = "workflows";
const own = user(NAMESPACE);
const workflows = (...args: string[]) => own.cliAside("workflows", "fleet", ...args);
const DAY_MS = 86_400_000;
/** Of the yesterday that the daily prediction looks at. */
const [VEHICLES, RATE, HOURS] = [6, 0.1, 12];
/** Of the backup, which a schedule starts every minute, by each means. */
const RUNS = 3;
const BACKUP = "fleet-timescaledb-backup";

const MINE = `
import os
from datetime import timedelta

from airflow.providers.standard.triggers.temporal import TimeDeltaTrigger
from airflow.sdk import BaseOperator, dag, task


class Waits(BaseOperator):
    def execute(self, context):
        self.defer(trigger=TimeDeltaTrigger(timedelta(seconds=2)), method_name="goes_on")

    def goes_on(self, context, event=None):
        print("goes on after", event)


@dag(schedule=None, is_paused_upon_creation=False)
def mine_where():
    @task
    def where():
        print("this is pod", os.environ["HOSTNAME"])

    where()


@dag(schedule=None, is_paused_upon_creation=False)
def mine_waits():
    Waits(task_id="wait")


@dag(schedule=None, is_paused_upon_creation=False)
def mine_fails():
    @task
    def fails():
        raise ValueError("on purpose")

    fails()


mine_where()
mine_waits()
mine_fails()
`;
const CLAIM = {
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: {name: "backups"},
  spec: {accessModes: ["ReadWriteOnce"], resources: {requests: {storage: "1Gi"}}},
};
let git: Awaited<ReturnType<typeof startGitServer>>;
let postgres: Awaited<ReturnType<typeof startPostgres>>;

beforeAll(async () => {
  await startCluster();
  await own.makeNamespace();
  [git, postgres] = await Promise.all([startGitServer(NAMESPACE), startPostgres(NAMESPACE, "airflow")]);
  await git.commit("dags/mine.py", MINE);
  await kubectl(instance, ["-n", NAMESPACE, "apply", "-f", "-"], JSON.stringify(CLAIM));
  await own.apply("fleet", {
    cassandra: {enabled: false},
    lake: {enabled: true, commitInterval: "5s"},
    timescaledb: {backup: {claim: "backups", schedule: "* * * * *"}},
    simulator: {scenario: "cold-chain", vehicles: 2},
    predictions: {enabled: true},
    workflows: {
      enabled: true,
      executor: "Kubernetes",
      triggerer: true,
      database: postgres.spec,
      dags: {git: {...git.spec, folder: "dags", interval: "5s"}},
    },
    observability: {alerting: {groupWait: "1s", groupInterval: "5s"}},
    deletionPolicy: "Delete",
  });
  await own.untilReady("fleet", 1_200_000);
}, 3_600_000);
afterAll(async () => {
  await own.k("delete", "tp", "fleet", "--timeout=240s");
  await kubectl(instance, ["delete", "namespace", NAMESPACE, "--timeout=240s"]);
}, 600_000);

const dags = async (): Promise<string[]> =>
  JSON.parse(await workflows("list", "-o", "json")).map(({dag}: {dag: string}) => dag);
const podsOf = async (...selector: string[]) => JSON.parse(await own.k("get", "pods", ...selector, "-o", "json")).items;
const run = async (dag: string): Promise<string> => {
  expect(await workflows("run", dag)).toContain(`${dag} succeeded`);
  return workflows("logs", dag);
};
/** The pod of which a run of mine_where says that it runs there. */
const where = async () => /this is pod (\S+)/.exec(await run("mine_where"))?.[1];
const message = async () =>
  (await own.pipeline("fleet")).status.components.find(({name}: {name: string}) => name === "workflows").message;

test("its database is on another's PostgreSQL, by TLS, and the pipeline's own server has none", async () => {
  const roles = await postgres.sql(
    "SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = 'airflow'",
  );
  expect(roles).toBe("f|f|f");
  expect(Number(await postgres.sql("SELECT count(*) FROM dag"))).toBeGreaterThan(0);
  const links = "FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = 'airflow'";
  expect(await postgres.sql(`SELECT bool_and(ssl), count(*) > 2 ${links}`)).toBe("t|t");
  expect(await own.sql("fleet", "SELECT count(*) FROM pg_database WHERE datname = 'airflow'")).toBe("0");
});

test("each DAG of the platform and of the repository is there", async () => {
  const expected = [
    "cooling_units",
    "data_checks",
    "lake_maintenance",
    "mine_fails",
    "mine_waits",
    "mine_where",
    "predictions_lake",
    "timescaledb_backup",
    "timescaledb_restore_drill",
    "timescaledb_retention",
    "train_breach",
    "train_cooling",
    "workflows_retention",
  ];
  await waitFor("the DAGs", 600_000, async () => (await dags()).length >= expected.length);
  expect(await dags()).toEqual(expected);
});

test("a task is a pod of its own, also one that lets the triggerer wait", async () => {
  expect(await where()).toMatch(/^mine-where-/);
  expect(await run("mine_waits")).toContain("goes on after");
});

test("a commit to the repository is a DAG within a minute or so", async () => {
  await git.commit("dags/later.py", MINE.replaceAll("mine_", "later_"));
  await waitFor("the DAG", 300_000, async () => (await dags()).includes("later_where"));
  await run("later_where");
});

test("with the repository away the platform's jobs run, the status has it after two minutes, and all goes on when it is back", async () => {
  await git.goAway();
  await own.sql("fleet", "INSERT INTO telemetry VALUES ('old', now() - interval '60 days', 1, 1, 1, 1, 1)");
  await run("timescaledb_retention");
  expect(await own.sql("fleet", "SELECT count(*) FROM telemetry WHERE vehicle_id = 'old'")).toBe("0");
  await waitFor("the status", 900_000, async () => /git-sync/.test(await message()));
  console.log(await message());
  await git.comeBack();
  await own.untilReady("fleet", 900_000);
  await run("later_where");
}, 1_800_000);

test("a run that fails on purpose is an alert at the receiver", async () => {
  await expect(workflows("run", "mine_fails")).rejects.toThrow(/mine_fails failed[\s\S]*ValueError: on purpose/);
  await waitFor("the alert at the receiver", 600_000, async () => {
    const count = `SELECT count(*) FROM alert WHERE name = 'WorkflowsRunFailed' AND labels->>'dag_id' = 'mine_fails'`;
    return (await own.sql("fleet", count)) === "1";
  });
}, 1_800_000);

test("the daily prediction looks at each vehicle's yesterday, and trainings say what they lack", async () => {
  const from = new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS + 6 * 3_600_000);
  await own.k(
    ...["exec", "fleet-simulator-0", "--", "env", "HTTP_PORT=8099", "node", "workloads/simulator/main.ts"],
    ...["--from", from.toISOString(), "--seconds", String(HOURS * 3_600), "--scenario", "cold-chain"],
    ...["--vehicles", String(VEHICLES), "--rate", String(RATE), "--seed", "9"],
  );
  const sent = VEHICLES * RATE * HOURS * 3_600;
  await waitFor("the past in the lake", 600_000, async () => {
    const {missing, rows} = await own.audit("fleet", "lake");
    return rows >= sent && missing < 60;
  });
  expect(await run("cooling_units")).toMatch(new RegExp(`"predicted":${VEHICLES},.*"version":0`));
  for (const dag of ["train_breach", "train_cooling"])
    expect(await run(dag)).toMatch(/"skipped":"not enough data yet: /);
}, 1_800_000);

test("runs and logs past the retention go, newer ones stay", async () => {
  const scheduler = ["exec", "deploy/fleet-workflows-scheduler", "-c", "scheduler", "--", "sh", "-ec"];
  const logs = async (dag: string) => Number(await own.k(...scheduler, `find /logs/dag_id=${dag} -type f | wc -l`));
  const runs = (dag: string) => postgres.sql(`SELECT count(*) FROM dag_run WHERE dag_id = '${dag}'`).then(Number);
  await postgres.sql("UPDATE dag_run SET start_date = start_date - interval '60 days' WHERE dag_id = 'mine_where'");
  await own.k(...scheduler, `find /logs/dag_id=mine_where -type f -exec touch -d "60 days ago" {} +`);
  expect([await runs("mine_where"), await logs("mine_where")]).toEqual([1, 1]);
  await run("workflows_retention");
  expect([await runs("mine_where"), await logs("mine_where")]).toEqual([0, 0]);
  expect(await runs("mine_waits")).toBe(1);
  expect(await logs("mine_waits")).toBeGreaterThan(0);
});

/** When a pod of the backup is due, if a schedule made it: ms since the epoch. */
function dueOf({metadata, spec}: any): number | undefined {
  const [owner] = metadata.ownerReferences ?? [];
  const minutes = owner?.kind === "Job" ? new RegExp(`^${BACKUP}-(\\d+)$`).exec(owner.name)?.[1] : undefined;
  if (minutes) return Number(minutes) * 60_000;
  const end = spec.containers[0].env?.find(({name}: {name: string}) => name === "INTERVAL_END")?.value;
  const due = Date.parse(end ?? "");
  return due % 60_000 === 0 ? due : undefined;
}

/** Seconds from the schedule to the first container of the backup's pod, of the runs from now on. */
async function delaysBy(means: string): Promise<void> {
  const since = Date.now();
  const seconds = new Map<number, number>();
  await waitFor(`${RUNS} runs by ${means}`, 1_800_000, async () => {
    for (const pod of await podsOf("-l", "telemetry.dev/component=timescaledb")) {
      const due = dueOf(pod);
      const {initContainerStatuses: [first] = []} = pod.status;
      const started = first?.state.running?.startedAt ?? first?.state.terminated?.startedAt;
      if (due && due > since && started && !seconds.has(due)) seconds.set(due, (Date.parse(started) - due) / 1_000);
    }
    return seconds.size >= RUNS;
  });
  console.log(`seconds from schedule to running pod, by ${means}: ${[...seconds.values()].join(", ")}`);
}

test("the same job runs on its schedule by both executors and by CronJob", async () => {
  await delaysBy("Airflow, executor Kubernetes");
  await own.patch("fleet", {workflows: {executor: "Local", triggerer: false}});
  await own.untilReady("fleet", 900_000);
  await delaysBy("Airflow, executor Local");
  expect(await where()).toMatch(/^fleet-workflows-scheduler-/);
  await own.patch("fleet", {workflows: {enabled: false}});
  await own.untilReady("fleet");
  await delaysBy("CronJob");
}, 3_600_000);
