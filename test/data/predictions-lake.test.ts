import {spawn} from "node:child_process";
import {once} from "node:events";
import {createServer} from "node:http";
import type {AddressInfo} from "node:net";
import {join} from "node:path";
import {expect, test} from "vitest";
import {duckdbFolder} from "../../cluster/images/duckdb.ts";
import {repository} from "../../cluster/instance.ts";
import {PREDICTIONS} from "../../workloads/lake/tables.ts";
import {runProgram} from "./ingester.ts";
import {lakeAt, prepareLake} from "./lake-rows.ts";
import {CATALOGUE_PORT, lakeEnvironment, S3_PORT} from "./lake-server.ts";
import {test as trialTest} from "./lanes.ts";
import {expectExact} from "./load.ts";
import {makeDatabase} from "./prepare.ts";
import {stack} from "./shared.ts";
import {postgresOf, sqlAs} from "./stack.ts";

/** Predictions in TimescaleDB become a table of the lake, on real servers. */
const {address} = stack.servers.lake;
const extensions = await duckdbFolder();
const DAY_MS = 86_400_000;
const COPY = "workloads/predictions/lake/copy.ts";
const dayAgo = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);
let made = 0;

/** A database and a namespace of the lake of the test's own. */
async function fleet(namespace = `predictions_${process.pid}_${made}`) {
  const name = `predictions_lake_${process.pid}_${made++}`;
  const database = await makeDatabase(stack, name);
  await prepareLake(address, namespace);
  const login = postgresOf(stack.servers.timescaledb.address, name);
  const env: Record<string, string> = {
    ...lakeEnvironment(address, S3_PORT, CATALOGUE_PORT, namespace),
    ...{PGHOST: login.host, PGUSER: login.user, PGPASSWORD: login.password, ...database},
    DUCKDB_EXTENSIONS: extensions,
  };
  const sql = (statement: string) => sqlAs(login, statement);
  const program = async (path: string, args: string[], more: Record<string, string> = {}) =>
    runProgram(path, args, {...env, ...more});
  const select = async (statement: string): Promise<unknown[][]> => {
    const text = await program("workloads/lake/sql.ts", ["--", statement]);
    const [, ...lines] = text.trim().split("\n");
    return lines.map((line) => JSON.parse(line));
  };
  /** Of the lake and of TimescaleDB. */
  async function rows() {
    const order = "ORDER BY 1, 2, 3";
    const lake = await select(
      `SELECT vehicle_id, epoch_us(timestamp)::VARCHAR, model, version, horizon_seconds, score, label, actual FROM ${namespace}.${PREDICTIONS} ${order}`,
    );
    const source = await sql(`SELECT vehicle_id, (extract(epoch FROM ts) * 1000000)::bigint::text, model, version,
      extract(epoch FROM horizon)::float8, score, label, actual FROM prediction ORDER BY vehicle_id COLLATE "C", ts, model`);
    return {lake, timescaledb: source.map((row) => Object.values(row))};
  }
  return {
    env,
    sql,
    select,
    copy: async (more: Record<string, string> = {}) => JSON.parse(await program(COPY, [], more)),
    maintain: async (args: string[] = [], more: Record<string, string> = {}): Promise<any[]> =>
      JSON.parse(await program("workloads/lake/maintenance.ts", args, more)),
    /** Predictions each quarter of an hour of a day, of a vehicle, from an hour on. */
    predict: (vehicle: string, day: string, model = "cold-chain-breach", fromHour = 0) =>
      sql(`INSERT INTO prediction SELECT '${vehicle}', ts, '${model}', 3, '2 minutes', extract(epoch FROM ts) / 3e9,
        CASE WHEN extract(hour FROM ts) = 9 THEN 'breach' ELSE 'none' END, CASE WHEN extract(minute FROM ts) = 15 THEN 'none' END
        FROM generate_series(timestamptz '${day}Z' + interval '${fromHour} hours 1 microsecond', timestamptz '${day}Z' + interval '1 day', '15 minutes') ts`),
    rows,
    async expectSame() {
      const {lake, timescaledb} = await rows();
      expect(lake).toEqual(timescaledb);
      expect(lake.length).toBeGreaterThan(0);
    },
    async load() {
      const lake = lakeAt(address);
      const table = lake.table(namespace, PREDICTIONS);
      const head = await table.load();
      const files = await table.files(head);
      await lake.close();
      return {...head, files};
    },
  };
}

const NOTHING = {rows: 0, copied: [], kept: []};
const [LONG_AGO, EARLIER, YESTERDAY, TODAY] = [30, 3, 1, 0].map(dayAgo) as [string, string, string, string];

test("each day is what TimescaleDB has; what is the same is not written again, and what becomes known later comes", async () => {
  const {copy, predict, sql, expectSame, load, select} = await fleet();
  for (const day of [LONG_AGO, EARLIER, YESTERDAY, TODAY]) await predict("v-1", day);
  await predict("Lkw Ä 7", YESTERDAY);
  await predict("v-1", YESTERDAY, "sensor-fault");
  expect(await copy()).toEqual({rows: 6 * 96, copied: [LONG_AGO, EARLIER, YESTERDAY, TODAY], kept: []});
  await expectSame();
  expect(await select("SELECT name FROM (SHOW TABLES) ORDER BY 1")).toContainEqual([PREDICTIONS]);
  const {location} = await load();
  expect(await copy()).toEqual(NOTHING);
  expect((await load()).location).toBe(location);
  await sql(`UPDATE prediction SET actual = 'breach' WHERE ts < '${EARLIER}Z'::timestamptz + interval '1 day' AND actual IS NULL
    AND ts > '${EARLIER}Z'`);
  await sql(`UPDATE prediction SET version = 4, score = 0.5 WHERE vehicle_id = 'v-1' AND model = 'sensor-fault'`);
  await predict("v-2", TODAY);
  expect((await copy()).copied).toEqual([EARLIER, YESTERDAY, TODAY]);
  await expectSame();
  // As from a replay: a day that is over for long comes if the lake has nothing of it.
  await predict("v-1", dayAgo(20));
  expect((await copy()).copied).toEqual([dayAgo(20)]);
  await expectSame();
  expect(await copy()).toEqual(NOTHING);
});

/** Runs a copy that is killed before or after its nth commit of rows has reached the catalogue. */
async function killed(env: Record<string, string>, when: "before" | "after", nth: number): Promise<void> {
  let commits = 0;
  const proxy = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const isCommit = request.method === "POST" && body.includes("add-snapshot") && ++commits === nth;
    if (isCommit && when === "before") child.kill("SIGKILL");
    else {
      const headers = Object.entries(request.headers).filter(
        ([name]) => !/^(host|connection|content-length)$/.test(name),
      );
      const answer = await fetch(`http://${address}:${CATALOGUE_PORT}${request.url}`, {
        ...{method: request.method!, headers: headers as [string, string][]},
        ...(body.length > 0 ? {body} : {}),
      });
      const text = await answer.text();
      if (isCommit) child.kill("SIGKILL");
      else response.writeHead(answer.status, {"content-type": "application/json"}).end(text);
    }
  }).listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const {port} = proxy.address() as AddressInfo;
  const child = spawn(process.execPath, [join(repository, COPY)], {
    env: {PATH: process.env.PATH, ...env, LAKE_CATALOG_URI: `http://127.0.0.1:${port}`},
    stdio: "ignore",
  });
  const [code, signal] = await once(child, "exit");
  proxy.closeAllConnections();
  proxy.close();
  expect([code, signal]).toEqual([null, "SIGKILL"]);
}

test("a run that is killed before or after a commit, or has no database or lake, costs and doubles nothing", async () => {
  const {copy, predict, expectSame, load, env} = await fleet();
  for (const day of [EARLIER, YESTERDAY, TODAY]) await predict("v-1", day);
  await killed(env, "before", 2);
  expect((await load()).files).toHaveLength(1);
  await killed(env, "after", 1);
  expect((await load()).files).toHaveLength(2);
  await expect(copy({PGPORT: "1"})).rejects.toThrow(
    "predictions cannot be read from TimescaleDB: connect ECONNREFUSED",
  );
  await expect(copy({LAKE_CATALOG_URI: "http://127.0.0.1:1"})).rejects.toThrow(
    "the lake does not take predictions: connect ECONNREFUSED",
  );
  expect((await copy()).copied).toEqual([TODAY]);
  await expectSame();
  await predict("v-2", YESTERDAY);
  await killed(env, "after", 1);
  expect(await copy()).toEqual(NOTHING);
  await expectSame();
});

test("what TimescaleDB has dropped, or lost, stays in the lake", async () => {
  const {copy, predict, sql, rows} = await fleet();
  for (const day of [LONG_AGO, EARLIER, YESTERDAY]) await predict("v-1", day);
  const retention = {TIMESCALEDB_RETENTION_SECONDS: String(2.5 * 86_400)};
  // Days of which the lake has nothing come, whole or not.
  expect((await copy(retention)).copied).toEqual([LONG_AGO, EARLIER, YESTERDAY]);
  const before = (await rows()).lake;
  await sql(`DELETE FROM prediction WHERE ts < '${EARLIER}Z'::timestamptz + interval '12 hours'`);
  // More than the lake has, and still without its beginning.
  await predict("v-2", EARLIER, "cold-chain-breach", 12);
  await predict("v-3", EARLIER, "cold-chain-breach", 12);
  expect(await copy(retention)).toEqual({rows: 0, copied: [], kept: [EARLIER]});
  expect((await rows()).lake).toEqual(before);
  // As after a restore of an older backup.
  await sql(`DELETE FROM prediction WHERE ts >= '${YESTERDAY}Z'::timestamptz + interval '20 hours'`);
  await sql(`DELETE FROM prediction WHERE ts < '${YESTERDAY}Z'`);
  expect(await copy()).toEqual({rows: 0, copied: [], kept: [EARLIER, YESTERDAY]});
  expect((await rows()).lake).toEqual(before);
});

test("maintenance leaves predictions exact; days past the lake's retention are not brought back", async () => {
  const {copy, predict, sql, select, maintain, load, rows} = await fleet();
  await predict("v-1", LONG_AGO);
  await predict("v-1", TODAY);
  // More than go into one file.
  await sql(`INSERT INTO prediction SELECT 'v-' || n % 1000, '${EARLIER}Z'::timestamptz + n * interval '100 milliseconds', 'sensor-fault', 0,
    '0 s', 0.25, 'none' FROM generate_series(1, 600000) n`);
  expect(await copy()).toMatchObject({rows: 600_192});
  expect((await load()).files).toHaveLength(5);
  const [, , predictions] = await maintain();
  expect(predictions).toMatchObject({table: PREDICTIONS, rows: 600_192, files: 3, compacted: {from: 3, to: 1}});
  const [counts] =
    await select(`SELECT count(*), count(DISTINCT timestamp), epoch_ms(min(timestamp)), epoch_ms(max(timestamp))
    FROM predictions WHERE model = 'sensor-fault'`);
  expect(counts).toEqual([600_000, 600_000, Date.parse(EARLIER) + 100, Date.parse(EARLIER) + 60_000_000]);
  expect(await copy()).toEqual(NOTHING);
  await sql("UPDATE prediction SET actual = 'none' WHERE vehicle_id = 'v-7'");
  expect((await copy()).copied).toEqual([EARLIER]);
  await sql("DELETE FROM prediction WHERE vehicle_id <> 'v-1'");
  const retention = {LAKE_RETENTION_SECONDS: String(2 * 86_400)};
  expect((await maintain([], retention))[2]).toMatchObject({dropped: 4, rows: 96});
  expect(await copy(retention)).toEqual(NOTHING);
  expect((await rows()).lake).toHaveLength(96);
});

test("a vehicle that is erased stays out of the lake, whatever TimescaleDB has of it", async () => {
  const {copy, predict, sql, select, maintain, expectSame, load} = await fleet();
  for (const vehicle of ["v-1", "v-2"]) for (const day of [EARLIER, YESTERDAY]) await predict(vehicle, day);
  await copy();
  const erased = await maintain(["erase", "v-1"]);
  expect(erased[2]).toEqual({table: PREDICTIONS, rows: 2 * 96, files: 2});
  const {metadata} = await load();
  expect(metadata.snapshots).toHaveLength(1);
  expect(JSON.stringify(metadata)).not.toContain("v-1");
  const left = [["v-2", 2 * 96]];
  const vehicles = () => select("SELECT vehicle_id, count(*) FROM predictions GROUP BY 1 ORDER BY 1");
  expect(await vehicles()).toEqual(left);
  await copy();
  await sql("UPDATE prediction SET actual = 'breach'");
  expect((await copy()).copied).toEqual([EARLIER, YESTERDAY]);
  expect(await vehicles()).toEqual(left);
  await sql("DELETE FROM prediction WHERE vehicle_id = 'v-1'");
  expect(await copy()).toEqual(NOTHING);
  await expectSame();
  await sql(`INSERT INTO prediction VALUES ('v-1', now() + interval '1 minute', 'sensor-fault', 0, '0 s', 1, 'stuck')`);
  await copy();
  await expectSame();
});

trialTest("a lake that was restored has the predictions of then, and of now with the next copy", async ({open}) => {
  const trial = await open("lake");
  await trial.start();
  await trial.send(5);
  await expectExact(trial);
  const {copy, predict, maintain, rows, expectSame} = await fleet(trial.environment.LAKE_NAMESPACE!);
  await predict("v-1", YESTERDAY);
  await copy();
  const then = (await rows()).lake;
  const moment = new Date().toISOString();
  await predict("v-2", YESTERDAY);
  await copy();
  await Promise.all(trial.ingesters.map((ingester) => ingester.drain()));
  const restored = await maintain(["restore", moment]);
  expect(restored.find(({table}) => table === PREDICTIONS)).toMatchObject({rows: 96, instead: 192});
  expect((await rows()).lake).toEqual(then);
  expect((await copy()).copied).toEqual([YESTERDAY]);
  await expectSame();
});
