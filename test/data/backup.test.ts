import {mkdirSync, readdirSync, rmSync, truncateSync} from "node:fs";
import {join} from "node:path";
import {CreateBucketCommand, S3Client} from "@aws-sdk/client-s3";
import {afterAll, beforeAll, expect, test, vi} from "vitest";
import {SWAP} from "../../cdk8s/components/timescaledb/backup-pods.ts";
import {loadDump} from "../../cdk8s/components/timescaledb/drill.ts";
import {DUMP, LOAD} from "../../cdk8s/components/timescaledb/dumps.ts";
import {run, waitFor} from "../../cluster/shell.ts";
import {runProgram} from "./ingester.ts";
import {startObjectStore} from "./object-store.ts";
import {prepareSchemas} from "./prepare.ts";
import {stack} from "./shared.ts";
import {loopback, postgresOf, sqlAs} from "./stack.ts";

const DATABASE = "backup_test";
// The tests share the backups: one after another.
vi.setConfig({maxConcurrency: 1});
const folder = join(stack.state, "backups");
let store: Awaited<ReturnType<typeof startObjectStore>>;

const sql = (statement: string, database = DATABASE) => sqlAs(postgresOf(stack.address, database), statement);

/** Runs a script with PostgreSQL's tools, as the container does: in the image's files, the folder at /backups. */
const inImage = (script: string, shell = "sh") =>
  run(
    "unshare",
    [
      "--mount",
      "sh",
      "-ec",
      `mkdir -p ${stack.images.timescaledb}/backups
    mount --rbind /dev ${stack.images.timescaledb}/dev
    mount --bind ${folder} ${stack.images.timescaledb}/backups
    mkdir -p ${stack.images.timescaledb}/restore
    mount -t tmpfs -o mode=0777 tmpfs ${stack.images.timescaledb}/restore
    exec chroot --userspec 10001:10001 ${stack.images.timescaledb} env -i PATH=/usr/lib/postgresql/17/bin:/usr/bin:/bin \
      PGHOST=${stack.address} PGUSER=telemetry PGPASSWORD=${stack.password} PGDATABASE=${DATABASE} ${shell} -ec "$SCRIPT"`,
    ],
    {env: {...process.env, SCRIPT: script.replace("> /dev/termination-log", "")}},
  );

const program = async (target: Record<string, string>, ...args: string[]) => {
  const env = {BACKUP_DIR: folder, BACKUP_PREFIX: "default/fleet", KEEP: "2", ...target};
  return JSON.parse(await runProgram("workloads/backup/main.ts", args, env));
};

const fingerprint = async () =>
  (
    await sql(
      `SELECT count(*)::int AS rows, md5(string_agg(t::text, ',' ORDER BY vehicle_id, ts)) AS hash,
        (SELECT string_agg(v::text, ',') FROM vehicle_current v) AS master FROM telemetry t`,
    )
  )[0];

/** The steps of the Job, behind the one that fetches. */
async function restore(spec: Record<string, string> = {}) {
  await inImage(LOAD);
  await prepareSchemas(stack, {PGDATABASE: `${DATABASE}_restored`, ...spec}, ["timescaledb"]);
  await inImage(SWAP);
}

/** How many databases restores have left. */
async function dropBefore(): Promise<number> {
  const kept = await sql("SELECT datname FROM pg_database WHERE datname LIKE 'backup_test_before_%'");
  for (const {datname} of kept) await sql(`DROP DATABASE ${datname} WITH (FORCE)`, "telemetry");
  return kept.length;
}

beforeAll(async () => {
  mkdirSync(folder, {recursive: true});
  await run("chown", ["10001:10001", folder]);
  // SeaweedFS listens on a dozen ports.
  store = await startObjectStore(loopback(1), stack.state);
  const {S3_ENDPOINT, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, S3_BUCKET} = store.env;
  const credentials = {accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY};
  const client = new S3Client({endpoint: S3_ENDPOINT, region: "us-east-1", forcePathStyle: true, credentials});
  await waitFor("the bucket", 240_000, async () =>
    Boolean(await client.send(new CreateBucketCommand({Bucket: S3_BUCKET}))),
  );
  await sql(`CREATE DATABASE ${DATABASE}`, "telemetry");
  await prepareSchemas(stack, {PGDATABASE: DATABASE}, ["timescaledb"]);
  await sql(`INSERT INTO telemetry SELECT 'v' || v, now() - n * interval '1 hour', v, n, 50, 20, 50, '{"note":"kept"}'
    FROM generate_series(1, 10) v, generate_series(1, 100) n`);
  await sql("INSERT INTO vehicle (vehicle_id, valid_from, plate) VALUES ('v1', '2026-01-01Z', 'M-AB 123')");
});

afterAll(async () => {
  await store.stop();
  rmSync(folder, {recursive: true, force: true});
});

test.each(["a volume", "a bucket"])(
  "what was backed up to %s comes back row by row, and only as many are kept as were asked for",

  async (kind) => {
    const target = kind === "a bucket" ? store.env : {};
    const before = await fingerprint();
    for (let time = 0; time < 3; time++) {
      await inImage(DUMP);
      const {made, removed} = await program(target, "keep");
      expect(made.bytes).toBeGreaterThan(1_000);
      expect(removed).toHaveLength(time === 2 ? 1 : 0);
    }
    expect(await program(target, "list")).toHaveLength(2);
    await sql("DELETE FROM telemetry WHERE vehicle_id <> 'v1'");
    await sql("DELETE FROM vehicle");
    await program(target, "fetch");
    await restore();
    expect(await fingerprint()).toEqual(before);
    // Still a hypertable that takes rows and is what the migrations make.
    await prepareSchemas(stack, {PGDATABASE: DATABASE}, ["timescaledb"]);
    await sql("INSERT INTO telemetry VALUES ('new', now(), 1, 1, 1, 1, 1)");
    await sql("DELETE FROM telemetry WHERE vehicle_id = 'new'");
    expect(await dropBefore()).toBe(1);
  },
);

test("a dump that is older than a field and a version of the operator comes back with what writers need of the schema", async () => {
  await sql("DROP TABLE event_spec");
  await sql("DELETE FROM schema_migration WHERE name = '0005-event-specs'");
  await inImage(DUMP);
  await program({}, "keep");
  const before = await fingerprint();
  const fields = {EVENT_FIELDS: JSON.stringify([{name: "odometer", type: "bigint"}])};
  await prepareSchemas(stack, {PGDATABASE: DATABASE, ...fields}, ["timescaledb"]);
  await program({}, "fetch");
  await restore(fields);
  expect(await sql("SELECT count(odometer)::int AS odometers FROM telemetry")).toEqual([{odometers: 0}]);
  expect(await sql("SELECT name, type FROM event_column")).toEqual([{name: "odometer", type: "bigint"}]);
  expect(await sql("SELECT count(*)::int AS specs FROM event_spec")).toEqual([{specs: 0}]);
  await sql("ALTER TABLE telemetry DROP COLUMN odometer");
  expect(await fingerprint()).toEqual(before);
  expect(await dropBefore()).toBe(1);
});

test("a restore drill tries the newest dump on a server of its own, and says what the live table has otherwise", async () => {
  // The answer stands there twice, as the container's log and as its last words.
  const drill = async () => (await inImage(loadDump("/backups/.restore.dump"), "bash")).split("\n")[0]!;
  await inImage(DUMP);
  await program({}, "keep");
  await program({}, "fetch");
  const [{rows, hours}] = await sql(
    "SELECT count(*)::int AS rows, count(DISTINCT date_trunc('hour', ts))::int AS hours FROM telemetry",
  );
  expect(JSON.parse(await drill())).toMatchObject({rows, hours});
  // Late events are no fault of a backup.
  await sql("INSERT INTO telemetry SELECT 'late', ts, 1, 1, 1, 1, 1 FROM telemetry LIMIT 1");
  expect(JSON.parse(await drill())).toMatchObject({rows, hours});
  const [{hour}] = await sql("SELECT max(date_trunc('hour', ts)) - interval '3 hours' AS hour FROM telemetry");
  await sql(`DELETE FROM telemetry WHERE vehicle_id = 'v1' AND date_trunc('hour', ts) = '${hour.toISOString()}'`);
  await expect(drill()).rejects.toThrow();
  await sql(`INSERT INTO telemetry SELECT 'v1', ts, latitude, longitude, speed, temperature, humidity
    FROM telemetry WHERE vehicle_id = 'v2' AND date_trunc('hour', ts) = '${hour.toISOString()}'`);
  await sql("INSERT INTO telemetry VALUES ('v1', (SELECT min(ts) FROM telemetry) - interval '5 hours', 1, 1, 1, 1, 1)");
  await expect(drill()).rejects.toThrow();
  expect(await dropBefore()).toBe(0);
});

test("a dump that is broken leaves the database as it was", async () => {
  await inImage(DUMP);
  await program({}, "keep");
  const [name] = readdirSync(join(folder, "default/fleet")).sort().slice(-1);
  truncateSync(join(folder, "default/fleet", name!), 2_000);
  const before = await fingerprint();
  await program({}, "fetch");
  await expect(inImage(LOAD)).rejects.toThrow(/pg_restore/);
  expect(await fingerprint()).toEqual(before);
});

test("a backup that is not there is named", async () => {
  await expect(program({...store.env, FROM: "none.dump"}, "fetch")).rejects.toThrow("there is no backup none.dump");
});
