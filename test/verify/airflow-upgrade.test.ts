import {existsSync, mkdirSync, rmSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {afterAll, beforeAll, expect, test} from "vitest";
import {resolveSpec} from "../../api/pipeline.ts";
import {defaultImages} from "../../cdk8s/context.ts";
import {buildDir} from "../../cluster/images/catalog.ts";
import {run} from "../../cluster/shell.ts";
import {plan} from "../../operator/reconcile/plan.ts";
import {type InImage, runIn, variablesOf} from "../data/in-image.ts";
import {rootfsOf} from "../data/rootfs.ts";
import type {Server} from "../data/server.ts";
import {loopback, postgresOf, sqlAs, startTimescaledb} from "../data/stack.ts";

/** The Job that sets up Airflow's database, on one that Airflow's minor version before left behind: the real programs of both. */
const OLD = "3.2.2";
const old = join(buildDir, `airflow-${OLD}`);
const folder = join(buildDir, `airflow-upgrade-${process.pid}`);
const address = loopback(0);
const login = postgresOf(address, "airflow");
const DAG = `
from airflow.sdk import dag, task

@dag(schedule=None)
def mine():
    @task
    def work():
        pass

    work()

mine()
`;
const PASSWORDS = `
from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder
from werkzeug.security import check_password_hash

with get_application_builder() as builder:
    for name, password in (("admin", "new of admin"), ("viewer", "new of viewer"), ("mine", "of mine")):
        user = builder.sm.find_user(username=name)
        print("LOGIN", name, check_password_hash(user.password, password), [role.name for role in user.roles])
`;
let server: Server;
let of: (version: "old" | "new", passwords?: string) => InImage;

beforeAll(async () => {
  const [root, database] = (await rootfsOf(["airflow", "timescaledb"])) as [string, string];
  if (!existsSync(join(old, "done"))) {
    const packages = [`apache-airflow==${OLD}`, "apache-airflow-providers-fab", "psycopg2-binary", "asyncpg"];
    const how = ["--quiet", "--python-version", "3.13", "--only-binary", ":all:", "--upgrade", "--target", old];
    await run("pip3", ["install", ...how, ...packages]);
    writeFileSync(join(old, "done"), "");
  }
  server = await startTimescaledb(database, address, join(folder, "server"));
  await sqlAs(postgresOf(address), "CREATE ROLE airflow LOGIN PASSWORD 'airflow'");
  await sqlAs(postgresOf(address), "CREATE DATABASE airflow OWNER airflow");
  const objects: any[] = plan({
    ...{name: "fleet", namespace: "default", passwords: {}, images: defaultImages},
    spec: resolveSpec({workflows: {enabled: true}}),
  }).flatMap((planned) => planned.objects);
  const [map, job] = ["ConfigMap", "Job"].map((kind) =>
    objects.find((object) => object.kind === kind && object.metadata.name.startsWith("fleet-workflows-setup")),
  );
  const [setup, dags] = [join(folder, "setup"), join(folder, "dags")];
  for (const path of [setup, dags]) mkdirSync(path, {recursive: true});
  writeFileSync(join(setup, "setup.py"), map.data["setup.py"]);
  writeFileSync(join(setup, "passwords.py"), PASSWORDS);
  writeFileSync(join(dags, "mine.py"), DAG);
  const variables = {
    ...variablesOf(job.spec.template.spec.containers[0], {fernet: `${"a".repeat(43)}=`}),
    ...{PGHOST: address, PGUSER: "airflow", PGPASSWORD: "airflow", PGDATABASE: "airflow"},
    AIRFLOW_HOME: "/tmp",
    AIRFLOW__LOGGING__BASE_LOG_FOLDER: "/tmp/logs",
    AIRFLOW__CORE__LOAD_EXAMPLES: "False",
    AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST: JSON.stringify([
      {name: "mine", classpath: "airflow.dag_processing.bundles.local.LocalDagBundle", kwargs: {path: "/etc/mine"}},
    ]),
  };
  of = (version, passwords = version) => ({
    root,
    folder: join(folder, version),
    mounts: {"/etc/setup": setup, "/etc/mine": dags, ...(version === "old" ? {"/opt/old": old} : {})},
    env: {
      ...variables,
      ...(version === "old" ? {PYTHONPATH: "/opt/old"} : {}),
      ...{ADMIN_USERNAME: "admin", ADMIN_PASSWORD: `${passwords} of admin`},
      ...{VIEWER_USERNAME: "viewer", VIEWER_PASSWORD: `${passwords} of viewer`},
    },
  });
}, 1_800_000);

afterAll(async () => {
  await server?.stop();
  rmSync(folder, {recursive: true, force: true});
}, 120_000);

const SETUP = "python3 /etc/setup/setup.py";
const versions = async () =>
  (
    await sqlAs(
      login,
      "SELECT 'airflow' AS of, version_num FROM alembic_version UNION ALL SELECT 'fab', version_num FROM alembic_version_fab ORDER BY 1",
    )
  ).map(({version_num}) => version_num);

/** Rows of each table, and what of users and runs has to stay. */
async function content() {
  const tables = await sqlAs(login, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1");
  // Airflow's own diary of commands.
  const counted = tables.map(({tablename}) => tablename).filter((name) => name !== "log");
  const counts = await Promise.all(
    counted.map(async (name) => [name, (await sqlAs(login, `SELECT count(*)::int AS n FROM "${name}"`))[0].n]),
  );
  const users = await sqlAs(login, "SELECT id, username, email, active, created_on FROM ab_user ORDER BY id");
  const runs = await sqlAs(login, "SELECT dag_id, run_id, state, queued_at FROM dag_run ORDER BY id");
  return {versions: await versions(), counts: Object.fromEntries(counts), users, runs};
}

test(`the database of Airflow ${OLD} keeps its runs, logins and variables, gets the passwords of the Secrets, and a second time changes nothing`, async () => {
  expect(await runIn(of("old"), "python3 -m airflow version")).toContain(OLD);
  await runIn(
    of("old"),
    `${SETUP}
    python3 -m airflow users create --username mine --password "of mine" --firstname m --lastname m --role Op --email mine@example.com
    python3 -m airflow dags reserialize
    python3 -m airflow dags trigger mine --run-id kept
    python3 -m airflow variables set kept "of ${OLD}"`,
  );
  const before = await content();
  expect(before.users.map(({username}) => username)).toEqual(["admin", "viewer", "mine"]);
  expect(before.runs).toMatchObject([{dag_id: "mine", run_id: "kept", state: "queued"}]);
  await expect(runIn(of("new"), "airflow db check-migrations --migration-wait-timeout 1")).rejects.toThrow(
    /unapplied migrations/,
  );

  await runIn(of("new"), SETUP);
  const after = await content();
  expect(after.versions).not.toEqual(before.versions);
  expect({users: after.users, runs: after.runs}).toEqual({users: before.users, runs: before.runs});
  const said = await runIn(
    of("new"),
    `airflow db check-migrations --migration-wait-timeout 1; python3 /etc/setup/passwords.py; airflow variables get kept`,
  );
  expect(said.match(/^LOGIN.*/gm)).toEqual([
    "LOGIN admin True ['Admin']",
    "LOGIN viewer True ['Viewer']",
    "LOGIN mine True ['Op']",
  ]);
  expect(said).toContain(`of ${OLD}`);

  await runIn(of("new"), SETUP);
  expect(await content()).toEqual(after);
}, 1_200_000);
