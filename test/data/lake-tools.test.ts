import {expect} from "vitest";
import {duckdbFolder} from "../../cluster/images/duckdb.ts";
import {waitFor} from "../../cluster/shell.ts";
import {runProgram} from "./ingester.ts";
import {lakeAt, lakeRows} from "./lake-rows.ts";
import {READER_KEYS} from "./lake-server.ts";
import {test} from "./lanes.ts";
import {expectExact, underLoad} from "./load.ts";
import {stack} from "./shared.ts";
import type {Trial} from "./trial.ts";

const {address} = stack.servers.lake;
const extensions = await duckdbFolder();
const envOf = ({environment}: Trial) => ({...environment, STORE: "lake", DUCKDB_EXTENSIONS: extensions});

/** What a SELECT answers: a list of rows. */
async function sql(trial: Trial, statement: string, ...options: string[]): Promise<unknown[][]> {
  const text = await runProgram("workloads/lake/sql.ts", [...options, "--", statement], envOf(trial));
  return text
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => JSON.parse(line));
}

const maintain = async (trial: Trial, ...args: string[]): Promise<any[]> =>
  JSON.parse(await runProgram("workloads/lake/maintenance.ts", args, envOf(trial)));

async function filesOf({environment}: Trial): Promise<number> {
  const lake = lakeAt(address);
  const table = lake.table(environment.LAKE_NAMESPACE!);
  const files = await table.files(await table.load());
  await lake.close();
  return files.length;
}

/** A trial with some rows in the lake, by several commits. */
async function filled(trial: Trial) {
  await trial.start();
  for (let commits = 0; commits < 4; commits++) {
    await trial.send(5);
    await trial.caughtUp();
  }
  await expectExact(trial);
}

test("SQL answers from the newest commit; what would change or leave the tables is refused", async ({open}) => {
  const trial = await open("lake");
  await filled(trial);
  const rows = await lakeRows(address, trial.environment.LAKE_NAMESPACE!);
  const [[count, vehicles]] = (await sql(trial, "SELECT count(*), count(DISTINCT vehicle_id) FROM events")) as [
    [number, number],
  ];
  expect([count, vehicles]).toEqual([rows.length, new Set(rows.map(({vehicle_id}) => vehicle_id)).size]);
  expect(await sql(trial, "SELECT vehicle_id FROM events", "--limit", "3")).toHaveLength(3);
  const refused = [
    ["INSERT INTO events SELECT * FROM events", /./],
    ["COPY (SELECT 1) TO '/tmp/out.csv'", /disabled by configuration|read only/],
    ["SELECT * FROM read_text('/etc/passwd')", /disabled by configuration/],
    ["SELECT * FROM glob('s3://lake/**')", /disabled by configuration/],
    ["SELECT * FROM read_text('http://127.0.0.1/')", /disabled by configuration/],
    ["SET memory_limit = '1TB'", /read only/],
    ["EXPLAIN ANALYZE CREATE TABLE x AS SELECT 1", /read only/],
    ["SELECT 1; SELECT 2", /2 statements/],
    ["ATTACH '/tmp/x.db'", /disabled by configuration|read only/],
  ] as const;
  for (const [statement, words] of refused) await expect(sql(trial, statement), statement).rejects.toThrow(words);
  const told = JSON.stringify([
    ...(await sql(trial, "FROM duckdb_secrets()")),
    ...(await sql(trial, "FROM duckdb_databases()")),
    ...(await sql(trial, "FROM duckdb_settings()")),
  ]);
  expect(told.match(/secret=[^;"]*/g)).toEqual(["secret=redacted"]);
  await expect(
    sql(trial, "SELECT sum(a.range * b.range) FROM range(1000000) a, range(1000000) b", "--timeout", "1s"),
  ).rejects.toThrow("no answer within 1s");
});

test("people read with a login that the store lets write nothing", async ({open}) => {
  const trial = await open("lake");
  await filled(trial);
  const env = {...envOf(trial), AWS_SECRET_ACCESS_KEY: "withheld", LAKE_CATALOG_CLIENT_SECRET: "withheld"};
  const range = ["--since", "2026-10-01T00:00:00Z", "--until", "2026-12-31T00:00:00Z"];
  for (const [program, ...args] of [
    ["workloads/lake/sql.ts", "SELECT 1 FROM events"],
    ["workloads/lake/copy.ts"],
    ["workloads/query/main.ts", "query", ...range],
  ] as const)
    expect(await runProgram(program, args, env), program).not.toBe("");
  const [reader, writer] = [lakeAt(address, READER_KEYS), lakeAt(address)];
  const table = {namespace: trial.environment.LAKE_NAMESPACE!, name: "events"};
  const {metadata, location} = await reader.catalogue.loadTable(table);
  const refused = {$metadata: {httpStatusCode: 403}};
  const [file] = await writer.table(table.namespace).files(await writer.table(table.namespace).load());
  await expect(reader.objects.write(`${metadata.location}/data/mine.parquet`, Buffer.from("x"))).rejects.toMatchObject(
    refused,
  );
  await expect(reader.objects.remove(file!.path)).rejects.toMatchObject(refused);
  const property = {action: "set-properties", updates: {mine: "1"}};
  await expect(reader.catalogue.commit(table, [], [property])).rejects.toMatchObject({name: "CatalogueError"});
  await expect(reader.catalogue.dropTable(table)).rejects.toMatchObject({name: "CatalogueError"});
  expect((await writer.catalogue.loadTable(table)).location).toBe(location);
  await expectExact(trial);
  await Promise.all([reader.close(), writer.close()]);
});

test("compaction beside the ingester loses and doubles nothing, and leaves a few files", async ({open}) => {
  const trial = await open("lake");
  await filled(trial);
  const before = await filesOf(trial);
  await underLoad(trial, async () => {
    for (let runs = 0; runs < 3; runs++) await maintain(trial);
  });
  await expectExact(trial);
  await maintain(trial);
  await expectExact(trial);
  expect(await filesOf(trial)).toBeLessThan(before);
  expect(JSON.parse(await runProgram("workloads/audit/main.ts", [], envOf(trial)))).toMatchObject({
    missing: 0,
    extra: 0,
    altered: 0,
  });
});

test("a lake that is restored to a moment is again what Kafka has, once its ingester has read that again", async ({
  open,
}) => {
  const trial = await open("lake");
  await filled(trial);
  const [[before]] = (await sql(trial, "SELECT count(*) FROM events")) as [[number]];
  const moment = new Date().toISOString();
  await trial.send(10);
  await expectExact(trial);
  expect(await sql(trial, "SELECT count(*) FROM events", "--at", moment)).toEqual([[before]]);
  await Promise.all(trial.ingesters.map((ingester) => ingester.drain()));
  const restored = await maintain(trial, "restore", moment);
  expect(restored.find(({table}) => table === "events")).toMatchObject({rows: before});
  expect(await sql(trial, "SELECT count(*) FROM events")).toEqual([[before]]);
  await trial.admin.resetOffsets({groupId: trial.environment.KAFKA_GROUP!, topic: trial.topic, earliest: true});
  await trial.start();
  await waitFor("the rows of after", 120_000, async () => (await trial.verdict()).lost === 0);
  await expectExact(trial);
  await expect(maintain(trial, "restore", "2020-01-01T00:00:00Z")).rejects.toThrow("no snapshot of 2020");
});

test("a vehicle that is erased is in no row, file or snapshot; the others are as they were", async ({open}) => {
  const trial = await open("lake");
  await filled(trial);
  const moment = new Date().toISOString();
  const rows = await lakeRows(address, trial.environment.LAKE_NAMESPACE!);
  const vehicle = rows[0]!.vehicle_id;
  const his = rows.filter(({vehicle_id}) => vehicle_id === vehicle).length;
  expect((await maintain(trial, "erase", vehicle))[0]).toMatchObject({table: "events", rows: his});
  const left = await lakeRows(address, trial.environment.LAKE_NAMESPACE!);
  expect(left.filter(({vehicle_id}) => vehicle_id === vehicle)).toEqual([]);
  expect(left).toHaveLength(rows.length - his);
  const lake = lakeAt(address);
  const {metadata} = await lake.table(trial.environment.LAKE_NAMESPACE!).load();
  const objects: string[] = [];
  for await (const {uri} of lake.objects.list(`${metadata.location}/data/`)) objects.push(uri);
  await lake.close();
  expect(objects).toHaveLength(await filesOf(trial));
  expect(metadata.snapshots).toHaveLength(1);
  await expect(sql(trial, "SELECT 1", "--at", moment)).rejects.toThrow("no snapshot of");
});
