import pg from "pg";
import {afterAll, beforeAll, describe, expect, test as plain, vi} from "vitest";
import {waitFor} from "../../cluster/shell.ts";
import {readFleet} from "../../workloads/alert-receiver/fleet.ts";
import {openStore} from "../../workloads/alert-receiver/store.ts";
import {readTimescaleDB} from "../../workloads/console/timescaledb.ts";
import {runProgram} from "./ingester.ts";
import {test} from "./lanes.ts";
import {prepareSchemas} from "./prepare.ts";
import {stack as shared} from "./shared.ts";
import {postgresOf, type Stack, sqlAs, startOwn} from "./stack.ts";

/**
 * A table of more chunks than the server has locks for, as clocks that are wrong, a short interval or a long retention make it. With
 * CHUNKS=4500, and PostgreSQL's own number of locks, it is the table of the field; as it is, both are less, and the same statements fail.
 */
const CHUNKS = Number(process.env.CHUNKS ?? 700);
const SETTINGS = process.env.CHUNKS ? "" : "-c max_connections=25 -c max_locks_per_transaction=10";
/** Chunks made in one transaction. */
const STEP = 100;
/** The newest row of the table is this old. */
const SILENT_HOURS = 60;
const KEPT_HOURS = SILENT_HOURS + 150;

let own: {stack: Stack; stop(): Promise<void>};
const sql = (statement: string) => sqlAs(postgresOf(own.stack.servers.timescaledb.address), statement);
const connection = () => ({
  PGHOST: own.stack.servers.timescaledb.address,
  PGPORT: "5432",
  PGUSER: "telemetry",
  PGPASSWORD: own.stack.password,
  PGDATABASE: "telemetry",
});
const query = async (...args: string[]) =>
  (await runProgram("workloads/query/main.ts", args, {...connection(), STORE: "timescaledb"})).trimEnd().split("\n");
const chunks = async () =>
  (await sql("SELECT count(*)::int FROM timescaledb_information.chunks WHERE hypertable_name = 'telemetry'"))[0].count;

beforeAll(async () => {
  own = await startOwn(shared, "timescaledb", SETTINGS);
  await sql("SELECT set_chunk_time_interval('telemetry', interval '1 hour')");
  for (let at = 0; at < CHUNKS; at += STEP)
    await sql(`INSERT INTO telemetry SELECT 'v', date_trunc('hour', now()) - n * interval '1 hour', 1, 2, 3, 4, 5
      FROM generate_series(${SILENT_HOURS + at}, ${SILENT_HOURS + Math.min(at + STEP, CHUNKS) - 1}) n`);
  for (const [name, value] of Object.entries(connection())) vi.stubEnv(name, value);
}, 1_200_000);

afterAll(async () => {
  vi.unstubAllEnvs();
  await own.stop();
});

describe("a table of more chunks than there are locks", {concurrent: false}, () => {
  plain("is one that a query without a time cannot read", async () => {
    await expect(sql("SELECT ts FROM telemetry ORDER BY ts DESC LIMIT 1")).rejects.toThrow("out of shared memory");
  });

  test("gets rows, by an ingester that becomes ready and says how old the newest one is", async ({open}) => {
    const trial = await open("timescaledb", {partitions: 1}, own.stack);
    const ingester = await trial.start();
    await waitFor("a ready ingester", 240_000, ingester.ready);
    // The hour may have turned since.
    const [{newest}] = await sql(
      `SELECT ts AS newest FROM telemetry WHERE ts > now() - interval '${SILENT_HOURS + 2} hours' ORDER BY ts DESC LIMIT 1`,
    );
    expect(new Date((await ingester.freshness()).newest!)).toEqual(newest);
    await trial.sendRaw("new", event("new", new Date()));
    await trial.caughtUp();
    expect(await sql("SELECT vehicle_id FROM telemetry WHERE ts > now() - interval '1 minute'")).toHaveLength(1);
  });

  plain("is read from its newest row to its oldest, and exported", async () => {
    expect(await query("query", "--since", "3650d", "--limit", "3")).toHaveLength(3);
    const all = await query("query", "--since", "3650d", "--limit", "100000", "--vehicle", "v");
    expect(all).toHaveLength(CHUNKS);
    const times = all.map((line) => JSON.parse(line).timestamp);
    expect(times).toEqual(times.toSorted().reverse());
    expect(await query("export", "--csv")).toHaveLength(CHUNKS + 1);
  });

  plain("is looked at by console and alert receiver, however often", async () => {
    const [console, receiver] = [readTimescaleDB(), openStore()];
    // A plan for any time would be made at the sixth.
    for (let time = 0; time < 8; time++) {
      expect(await console.latest()).toHaveLength(1);
      expect(await console.since!(Date.now() - 60_000)).toHaveLength(1);
      const span = {vehicle: "new", from: Date.now() - 3_600_000, to: Date.now() + 1_000, stepMs: 60_000, fields: []};
      expect(await console.history(span)).toHaveLength(1);
      expect((await readFleet(receiver, 86_400)).readings).toHaveLength(1);
    }
    await receiver.close();
  });

  plain("is changed by a migration, or the schema job says what the server lacks", async () => {
    await sql("DELETE FROM schema_migration WHERE name = '0002-missing-readings'");
    const other = new pg.Client(postgresOf(own.stack.servers.timescaledb.address));
    await other.connect();
    // All that there is; what was taken stays taken.
    const all = "SELECT pg_advisory_lock(n) FROM generate_series(1, 100000) n";
    await expect(other.query(all)).rejects.toThrow("out of shared memory");
    await other.query("SELECT pg_advisory_unlock(n) FROM generate_series(1, 300) n");
    const change = () => prepareSchemas(own.stack, {}, ["timescaledb"]);
    await expect(change()).rejects.toThrow("set max_locks_per_transaction higher");
    await other.end();
    await change();
  });

  plain("is set up again, and its old chunks and hours are brought in order", async () => {
    await prepareSchemas(own.stack, {CHUNK_INTERVAL_SECONDS: "3600"}, ["timescaledb"]);
    const upkeep = () =>
      runProgram("workloads/schema/main.ts", ["timescaledb-retention"], {
        ...connection(),
        RETENTION_SECONDS: String(KEPT_HOURS * 3_600),
      });
    const before = await chunks();
    await upkeep();
    const after = await chunks();
    expect(before - after).toBeGreaterThanOrEqual(CHUNKS - 152);
    expect(after).toBeGreaterThanOrEqual(150);
    const [{hours}] = await sql("SELECT count(*)::int AS hours FROM telemetry_hourly WHERE vehicle_id = 'v'");
    expect(hours).toBeGreaterThanOrEqual(149);
    await upkeep();
    expect(await chunks()).toBe(after);
  });
});

const event = (vehicle_id: string, time: Date) =>
  JSON.stringify({
    vehicle_id,
    timestamp: time.toISOString(),
    latitude: 48,
    longitude: 11,
    speed: 50,
    temperature: 20,
    humidity: 50,
  });
