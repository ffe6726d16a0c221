import {setTimeout as sleep} from "node:timers/promises";
import pg from "pg";
import {expect, type TestContext} from "vitest";
import {waitFor} from "../../cluster/shell.ts";
import {readTimescaleDB} from "../../workloads/console/timescaledb.ts";
import {copyIn} from "../../workloads/ingester/copy.ts";
import {copied, copyRows} from "../../workloads/ingester/copy-rows.ts";
import {runProgram, startProgram} from "./ingester.ts";
import {test} from "./lanes.ts";
import {expectExact, underLoad} from "./load.ts";
import {startPgbouncer} from "./pgbouncer.ts";
import {makeDatabase, prepareSchemas} from "./prepare.ts";
import {LINK_FAULTS} from "./proxy.ts";
import {stack} from "./shared.ts";
import {postgresOf, sqlAs} from "./stack.ts";
import type {Trial} from "./trial.ts";

const LOGIN = {user: "telemetry", password: stack.password};

/** A pooler of the lane's own between a trial's programs and its link to the store. */
async function pooled(trial: Trial, lane: number, onTestFinished: TestContext["onTestFinished"]) {
  const at = {host: stack.address, port: 6_432 + lane};
  const pooler = await startPgbouncer(at, {host: stack.address, port: trial.store.port}, LOGIN);
  onTestFinished(pooler.stop);
  return {pooler, env: {PGHOST: at.host, PGPORT: String(at.port)}};
}

test("PgBouncer in transaction mode: rows are exact, whatever becomes of it and of its link to the server", async ({
  open,
  lane,
  onTestFinished,
}) => {
  const trial = await open("timescaledb");
  const {pooler, env} = await pooled(trial, lane, onTestFinished);
  const ingesters = [await trial.start(env), await trial.start(env)];
  await underLoad(trial, () => sleep(2_000));
  await expectExact(trial);
  for (const ingester of ingesters) expect(await ingester.metrics()).not.toMatch(/store_errors_total\{.*\} [1-9]/);
  await underLoad(trial, async () => {
    for (let time = 0; time < 3; time++) {
      await pooler.bounce();
      await sleep(500);
    }
  });
  await expectExact(trial);
  for (const fault of LINK_FAULTS) {
    await underLoad(trial, async () => {
      await trial.store.set(fault);
      await sleep(1_000);
    });
    await trial.store.set();
    await trial.caughtUp();
  }
  await expectExact(trial);
  for (const ingester of ingesters) expect((await ingester.drain()).code).toBe(0);
});

test("PgBouncer in transaction mode: a COPY that is refused at its first row leaves its connections in step", async ({
  open,
  lane,
  onTestFinished,
}) => {
  const trial = await open("timescaledb", {partitions: 1});
  const {env} = await pooled(trial, lane, onTestFinished);
  const login = {...postgresOf(env.PGHOST), port: Number(env.PGPORT)};
  const figures = {latitude: 1, longitude: 2, speed: 3, temperature: 4, humidity: 5, extra: null};
  const rows = Array.from({length: 4_000}, (_, at) => ({
    vehicle_id: `copied-${process.pid}`,
    ts: new Date(Date.UTC(2026, 10, 1) + at),
    ...figures,
  }));
  const copy = (client: pg.Client) =>
    copyIn(client, `COPY telemetry (${copied([])}) FROM STDIN (FORMAT binary)`, copyRows(rows, []));
  const clients = Array.from({length: 4}, () => new pg.Client({...login, query_timeout: 60_000}));
  onTestFinished(async () => void (await Promise.all(clients.map((client) => client.end()))));
  await Promise.all(clients.map((client) => client.connect()));
  await copy(clients[0]!);
  const refused = async (client: pg.Client) => {
    for (let time = 0; time < 25; time++) {
      await expect(copy(client)).rejects.toMatchObject({code: "23505"});
      expect((await client.query("SELECT $1::int AS time", [time])).rows).toEqual([{time}]);
    }
  };
  await Promise.all(clients.map(refused));
});

test("PgBouncer in transaction mode: schema, retention, query, export, audit, alerts and console go through it", async ({
  open,
  lane,
  onTestFinished,
}) => {
  const database = "behind_a_pooler";
  await makeDatabase(stack, database);
  const trial = await open("timescaledb", {partitions: 1});
  const {env: address} = await pooled(trial, lane, onTestFinished);
  const env = {...trial.environment, ...address, PGDATABASE: database};
  await prepareSchemas(stack, env, ["timescaledb"]);
  await trial.start(env);
  await trial.send(30);
  await trial.caughtUp();
  const {acknowledged} = await trial.verdict();
  const ask = async (program: string, ...args: string[]) =>
    (await runProgram(`workloads/${program}/main.ts`, args, {...env, RETENTION_SECONDS: "864000000"})).trimEnd();
  // Beside one another, so that they share the pooler's two connections.
  const [queried, exported, csv, audited] = await Promise.all([
    ask("query", "query", "--since", "2026-11-01T00:00:00Z", "--limit", "7"),
    ask("query", "export", "--since", "2026-11-01T00:00:00Z"),
    ask("query", "export", "--since", "2026-11-01T00:00:00Z", "--csv"),
    ask("audit"),
    ask("schema", "timescaledb-retention"),
    ask("schema", "timescaledb"),
  ]);
  expect(queried.split("\n")).toHaveLength(7);
  expect(exported.split("\n")).toHaveLength(acknowledged);
  expect(csv.split("\n")).toHaveLength(acknowledged);
  expect(JSON.parse(audited)).toMatchObject({missing: 0, extra: 0, altered: 0, rows: acknowledged});

  const token = "t".repeat(32);
  const receiver = await startProgram("workloads/alert-receiver/main.ts", {
    ...env,
    PIPELINE: "fleet",
    RECEIVER_TOKEN: token,
    TARGETS: "[]",
  });
  onTestFinished(() => receiver.signal("SIGKILL"));
  const alerts = [1, 2, 3].map((number) => ({
    status: "firing",
    labels: {alertname: `Alert${number}`, pipeline: "fleet", severity: "critical"},
    annotations: {summary: "."},
    startsAt: "2026-01-01T00:00:00Z",
  }));
  const tell = async () => {
    const headers = {authorization: `Bearer ${token}`};
    const body = JSON.stringify({alerts});
    return (await fetch(`http://127.0.0.1:${receiver.port}/alerts`, {method: "POST", headers, body})).status;
  };
  await waitFor("the receiver", 120_000, receiver.ready);
  expect(await Promise.all([tell(), tell(), tell()])).toEqual([200, 200, 200]);

  Object.assign(process.env, {
    PGHOST: address.PGHOST,
    PGPORT: address.PGPORT,
    PGUSER: LOGIN.user,
    PGPASSWORD: LOGIN.password,
    PGDATABASE: database,
  });
  const source = readTimescaleDB();
  const from = Date.UTC(2026, 10, 1);
  const [vehicle] = (await sqlAs(postgresOf(stack.address, database), "SELECT vehicle_id FROM telemetry LIMIT 1")).map(
    ({vehicle_id}) => vehicle_id,
  );
  const wanted = {vehicle, from, to: from + 86_400_000, stepMs: 60_000, fields: []};
  const seen = await Promise.all(
    Array.from({length: 8}, () => Promise.all([source.since!(from), source.history!(wanted)])),
  );
  for (const [newest, history] of seen) {
    expect(newest).toHaveLength(20);
    expect(history.length).toBeGreaterThan(0);
  }
});

test("statements that took too long are ended at the server too, and hold no connections there", async ({
  open,
  onTestFinished,
}) => {
  const database = "locked_table";
  const env = await makeDatabase(stack, database);
  const trial = await open("timescaledb");
  const ingester = await trial.start({...env, PGHOST: stack.address, PGPORT: "5432"});
  await trial.send(2);
  await trial.caughtUp();
  const sql = (statement: string) => sqlAs(postgresOf(stack.address, database), statement);
  const waiting = async () =>
    (
      await sql(
        "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ~ '^(COPY|INSERT INTO) telemetry'",
      )
    ).length;
  const holder = new pg.Client(postgresOf(stack.address, database));
  await holder.connect();
  onTestFinished(() => holder.end());
  await holder.query("BEGIN");
  await holder.query("LOCK TABLE telemetry");
  await trial.send(2);
  await waitFor("a statement that took too long", 240_000, async () =>
    ingester.log.some((line) => line.includes("Query read timeout")),
  );
  // Twice as long: without an end at the server, each try would leave another one there.
  await waitFor("the second such statement", 240_000, async () => (await ingester.freshness()).problem !== undefined);
  expect(await waiting()).toBeLessThanOrEqual(3);
  await holder.query("COMMIT");
  await trial.caughtUp();
  const [{rows}] = await sql("SELECT count(*)::int AS rows FROM telemetry");
  expect(rows).toBe((await trial.verdict()).acknowledged);
});
