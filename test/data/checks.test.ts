import {afterAll, beforeAll, expect, test, vi} from "vitest";
import {runProgram} from "./ingester.ts";
import {prepareSchemas} from "./prepare.ts";
import {stack} from "./shared.ts";
import {cassandraOf, postgresOf, sqlAs} from "./stack.ts";

/** The check of an hour, with real stores that hold the same events, or do not. */
const NAME = "checks_test";
// The tests share the rows: one after another.
vi.setConfig({maxConcurrency: 1});
const END = "2026-11-30T13:41:00Z";
const EVENTS = ["2026-11-30T12:00:00Z", "2026-11-30T12:30:00.5Z", "2026-11-30T12:59:59.999Z"];
/** Of other hours: none of these counts. */
const BESIDE = ["2026-11-30T11:59:59.999Z", "2026-11-30T13:00:00Z"];

const sql = (statement: string) => sqlAs(postgresOf(stack.servers.timescaledb.address, NAME), statement);
const cassandra = cassandraOf(stack.servers.cassandra.address);
const check = async () =>
  JSON.parse(
    await runProgram("workloads/checks/main.ts", [], {
      STORES: "timescaledb,cassandra",
      INTERVAL_END: END,
      LOOKS: "1",
      PGHOST: stack.servers.timescaledb.address,
      PGUSER: "telemetry",
      PGPASSWORD: stack.password,
      PGDATABASE: NAME,
      CASSANDRA_CONTACT_POINTS: stack.servers.cassandra.address,
      CASSANDRA_USERNAME: "telemetry",
      CASSANDRA_PASSWORD: stack.password,
      CASSANDRA_KEYSPACE: NAME,
    }),
  );

beforeAll(async () => {
  await sqlAs(postgresOf(stack.servers.timescaledb.address), `CREATE DATABASE ${NAME}`);
  await prepareSchemas(stack, {PGDATABASE: NAME, CASSANDRA_KEYSPACE: NAME});
  await cassandra.connect();
  for (const time of [...EVENTS, ...BESIDE]) {
    await sql(`INSERT INTO telemetry VALUES ('v1', '${time}', 48, 11, 50.25, 20, 50)`);
    await cassandra.execute(
      `INSERT INTO ${NAME}.telemetry (vehicle_id, day, ts, latitude, longitude, speed, temperature, humidity)
       VALUES ('v1', ?, ?, 48, 11, 50.25, 20, 50)`,
      [time.slice(0, 10), new Date(time)],
      {prepare: true},
    );
  }
});

afterAll(async () => {
  await cassandra.execute(`DROP KEYSPACE ${NAME}`);
  await cassandra.shutdown();
});

test("stores with the same events of the hour have no finding", async () => {
  expect(await check()).toEqual({
    hour: "2026-11-30T12:00:00.000Z",
    stores: [
      {store: "timescaledb", events: 3, vehicles: 1, doubtful: 0},
      {store: "cassandra", events: 3, vehicles: 1, doubtful: 0},
    ],
    findings: [],
  });
});

test("an event that one of them lacks, and one that is another there, fail the run with the vehicle's name", async () => {
  await sql(`UPDATE telemetry SET speed = 51 WHERE ts = '${EVENTS[1]}'`);
  await expect(check()).rejects.toThrow(/v1 \(3, other readings\)/);
  await sql(`DELETE FROM telemetry WHERE ts = '${EVENTS[1]}'`);
  await expect(check()).rejects.toThrow(
    /timescaledb and cassandra do not have the same events of 1 vehicles: v1 \(2 and 3\)/,
  );
});
