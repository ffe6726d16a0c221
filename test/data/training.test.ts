import {chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {DuckDBInstance} from "@duckdb/node-api";
import {afterAll, beforeAll, expect, test, vi} from "vitest";
import {HEALTH_FEATURES, healthSql} from "../../workloads/predictions/health/features.ts";
import {featureRows} from "../../workloads/predictions/source.ts";
import {hear} from "./alertmanager.ts";
import {runIn} from "./in-image.ts";
import {runProgram} from "./ingester.ts";
import {makeDatabase} from "./prepare.ts";
import {rootfsOf} from "./rootfs.ts";
import {stack} from "./shared.ts";
import {postgresOf, sqlAs} from "./stack.ts";

/** A training from the database to the registry, with the real XGBoost of the image; and the predictions that follow. */
const DATABASE = `training_${process.pid}`;
const state = mkdtempSync(join(tmpdir(), "training-"));
/** The tests go on with what the ones before have left. */
vi.setConfig({maxConcurrency: 1});
const sql = (statement: string) => sqlAs(postgresOf(stack.servers.timescaledb.address, DATABASE), statement);
const MIDNIGHT = "2026-10-31T00:00:00Z";
const env = {
  PGHOST: stack.servers.timescaledb.address,
  PGUSER: "telemetry",
  PGPASSWORD: stack.password,
  PGDATABASE: DATABASE,
  COLD_CHAIN_MAX: "-12",
  INTERVAL_END: MIDNIGHT,
};
let root: string;

beforeAll(async () => {
  [root] = (await rootfsOf(["training"])) as [string];
  await makeDatabase(stack, DATABASE);
  // 40 vehicles in October, an event each five minutes: they stand at night and for the first quarter of an hour. On one day in eight a unit fails:
  // the hold is warm on the road, and it was a little in the night before, which the rule does not look at.
  await sql(`
    INSERT INTO telemetry (vehicle_id, ts, latitude, longitude, speed, temperature, humidity)
    SELECT 'vehicle-' || v, ts, 48, 11, CASE WHEN stands THEN 0 ELSE 60 END,
      -18 + CASE WHEN fails AND NOT stands THEN 9 WHEN night AND will_fail THEN 3 ELSE 0 END
        + abs(hashtext('noise' || v || ts::text) % 1000) / 500.0, 50
    FROM generate_series(1, 40) AS v,
      generate_series(timestamptz '2026-10-01Z', timestamptz '${MIDNIGHT}' - interval '1 second', interval '5 minutes') AS ts,
      LATERAL (SELECT extract(epoch FROM ts)::bigint / 86400 AS day, extract(hour FROM ts AT TIME ZONE 'UTC') AS hour) AS at,
      LATERAL (SELECT hour < 5 OR hour >= 22 AS night, abs(hashtext(v || 'on' || day)) % 8 = 0 AS fails,
        abs(hashtext(v || 'on' || day + 1)) % 8 = 0 AS will_fail) AS unit,
      LATERAL (SELECT night OR extract(minute FROM ts) < 15 AS stands) AS way`);
}, 900_000);
afterAll(() => rmSync(state, {recursive: true, force: true}));

/** A folder for one training, as the pod's steps share it. */
function workOf(name: string, from?: string): string {
  const work = join(state, name);
  if (from) cpSync(from, work, {recursive: true});
  mkdirSync(work, {recursive: true});
  for (const file of [".", ...readdirSync(work)]) chmodSync(join(work, file), 0o777);
  return work;
}
const program = async (name: string, work: string, more: Record<string, string> = {}) =>
  JSON.parse(
    await runProgram(`workloads/predictions/training/${name}.ts`, ["cooling-unit"], {...env, WORK: work, ...more}),
  );
const train = (work: string) =>
  runIn(
    {
      ...{root, folder: join(state, "python"), mounts: {"/work": work}, confined: {user: 10_001}},
      env: {WORK: "/work", HOME: "/work"},
    },
    "exec python3 /opt/train.py",
  );
const batch = async (end: string, more: Record<string, string> = {}) =>
  JSON.parse(await runProgram("workloads/predictions/health/batch.ts", [], {...env, INTERVAL_END: end, ...more}));
const versions = () => sql("SELECT version, stage FROM model ORDER BY version");

test("before there are enough events nothing is trained, which is no failure, and the rule predicts", async () => {
  const work = workOf("early");
  const early = {INTERVAL_END: "2026-10-01T12:00:00Z"};
  const skipped = {skipped: "not enough data yet: events of 0 vehicles, of 10 needed"};
  expect(await program("extract", work, early)).toEqual(skipped);
  expect(await train(work)).toContain(skipped.skipped);
  expect(await program("judge", work)).toEqual(skipped);
  const few = await program("extract", workOf("few"), {INTERVAL_END: "2026-10-04T00:00:00Z"});
  expect(few.skipped).toMatch(/^not enough data yet: \d+ rows, of 1000 needed; it happened \d+ times, of 30 needed/);
  expect(await batch("2026-10-29T01:00:00Z")).toMatchObject({version: 0, day: "2026-10-28", predicted: 40});
  expect(await versions()).toEqual([]);
});

test("a model that beats the rule predicts in its place; the same one again is no other version", async () => {
  const work = workOf("good");
  const meta = await program("extract", work);
  expect(meta).toMatchObject({source: "timescaledb", rows: 40 * 29, vehicles: 40, features: [...HEALTH_FEATURES]});
  await train(work);
  const {stage, version, card} = await program("judge", work);
  expect({stage, version}).toEqual({stage: "production", version: 1});
  expect(card.model.averagePrecision).toBeGreaterThan(card.rule.averagePrecision + 0.3);
  expect(card.model.recall).toBeGreaterThan(0.8);
  expect(card.parity).toBeLessThan(1e-4);
  expect(card.libraries["xgboost-cpu"]).toBe("3.4.1");
  expect(card.features.find(({name}: {name: string}) => name === "drive_mean").deciles).toHaveLength(11);
  expect(await program("judge", work)).toMatchObject({version: 1});
  // Nothing in it is by chance.
  const again = workOf("again");
  expect((await program("extract", again)).files).toEqual(meta.files);
  await train(again);
  expect(await program("judge", again)).toMatchObject({version: 1});
  expect(await versions()).toEqual([{version: 1, stage: "production"}]);
});

test("predictions of a day are by that model, a run again makes the same, and what happened is noted when the next day is over", async () => {
  const first = await batch("2026-10-30T01:00:00Z");
  expect(first).toMatchObject({day: "2026-10-29", version: 1, predicted: 40, settled: 40});
  const rows = () => sql("SELECT vehicle_id, score, label FROM prediction WHERE ts = '2026-10-30Z' ORDER BY 1");
  const made = await rows();
  expect(await batch("2026-10-30T01:00:00Z")).toEqual({...first, settled: 0});
  expect(await rows()).toEqual(made);
  expect(await batch(MIDNIGHT)).toMatchObject({day: "2026-10-29"});
  expect(await batch("2026-10-31T01:00:00Z")).toMatchObject({day: "2026-10-30", settled: 40});
  const [told] = await sql(
    `SELECT count(*) FILTER (WHERE actual = 'failing')::int AS failed, count(*) FILTER (WHERE actual = label)::int AS right
     FROM prediction WHERE ts = '2026-10-30Z'`,
  );
  expect(told.failed).toBeGreaterThan(0);
  expect(told.right).toBeGreaterThanOrEqual(38);
});

test("Alertmanager hears of each unit that is to fail, with its vehicle", async () => {
  const {told, port, server} = await hear();
  const url = `http://127.0.0.1:${port}`;
  const {failing} = await batch("2026-10-30T01:00:00Z", {ALERTMANAGER_URL: url, NAMESPACE: "fleets", PIPELINE: "cold"});
  server.close();
  const wanted = await sql(
    "SELECT vehicle_id FROM prediction WHERE ts = '2026-10-30Z' AND label = 'failing' ORDER BY 1",
  );
  expect(wanted).toHaveLength(failing);
  expect(told.map(({labels}) => labels.vehicle_id).sort()).toEqual(wanted.map(({vehicle_id}) => vehicle_id));
  expect(told[0]!.labels).toMatchObject({
    alertname: "TelemetryCoolingUnitFailing",
    pipeline: "cold",
    namespace: "fleets",
  });
});

test("a model that learnt from chance is refused, with the figures that say why, and the one before predicts on", async () => {
  const work = workOf("chance", join(state, "good"));
  const labels = readFileSync(join(work, "labels.u8"));
  writeFileSync(
    join(work, "labels.u8"),
    labels.map((_, at) => labels[(at * 7_919) % labels.length]!),
  );
  await train(work);
  const {stage, card} = await program("judge", work);
  expect(stage).toBe("refused");
  expect(card.refusal).toMatch(
    /^no better than the rule on vehicles it was not trained on: average precision 0\.\d+ is not surely above the rule's 0\.\d+/,
  );
  expect(await versions()).toEqual([
    {version: 1, stage: "production"},
    {version: 2, stage: "refused"},
  ]);
});

test("a model that is not what was trained is refused: a broken file, and one with other scores", async () => {
  const broken = workOf("broken", join(state, "good"));
  writeFileSync(join(broken, "model.onnx"), readFileSync(join(broken, "model.onnx")).subarray(0, 5_000));
  await expect(program("judge", broken)).rejects.toThrow(/the model that was trained cannot be loaded/);
  const other = workOf("other", join(state, "chance"));
  cpSync(join(state, "good", "scores.f32"), join(other, "scores.f32"));
  expect((await program("judge", other)).card.refusal).toMatch(/^ONNX Runtime's scores differ .* by up to 0\.\d+/);
});

test("DuckDB makes the same features of the lake as PostgreSQL of its table", async () => {
  const rows = await sql(
    "SELECT vehicle_id, ts, speed, temperature FROM telemetry WHERE vehicle_id IN ('vehicle-1', 'vehicle-2') AND ts < '2026-10-06Z'",
  );
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  await connection.run("SET TimeZone = 'UTC'");
  await connection.run("CREATE TABLE telemetry (vehicle_id text, ts timestamptz, speed double, temperature double)");
  const values = rows.map(
    (row) => `('${row.vehicle_id}', '${row.ts.toISOString()}', ${row.speed}, ${row.temperature})`,
  );
  await connection.run(`INSERT INTO telemetry VALUES ${values.join()}`);
  const wanted = {since: new Date("2026-10-01Z"), until: new Date("2026-10-06Z")};
  const target = {max: -12, minutes: 10, settle: 900, hours: 4};
  const made = featureRows(healthSql({table: "telemetry", ...wanted, target}), HEALTH_FEATURES);
  const expected = await sqlAs(postgresOf(stack.servers.timescaledb.address, DATABASE), made);
  const found = (await connection.runAndReadAll(made)).getRows();
  connection.closeSync();
  expect(found).toHaveLength(10);
  const here = expected
    .filter((row) => ["vehicle-1", "vehicle-2"].includes(row.vehicle_id))
    .map((row) => Object.values(row));
  for (const [at, row] of found.entries())
    for (const [column, value] of row.entries()) {
      if (typeof value === "number") expect(value).toBeCloseTo(here[at]![column] as number, 9);
      else expect(value).toBe(here[at]![column]);
    }
});
