import {execFile} from "node:child_process";
import {promisify} from "node:util";
import {describe, expect} from "vitest";
import {DATABASES} from "../../api/stores.ts";
import {duckdbFolder} from "../../cluster/images/duckdb.ts";
import {runProgram} from "./ingester.ts";
import {lakeRows} from "./lake-rows.ts";
import {test} from "./lanes.ts";
import {prepareSchemas} from "./prepare.ts";
import {stack} from "./shared.ts";
import {postgresOf, sqlAs} from "./stack.ts";
import {LONG_SESSION} from "./trial.ts";

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];
const KEPT = {TIMESCALEDB_RETENTION_SECONDS: "864000", CASSANDRA_RETENTION_SECONDS: "1728000"};
const SHOWN = {timescaledb: "10d", cassandra: "20d"};

const event = (vehicle_id: string, time: number, speed = 50) =>
  JSON.stringify({
    vehicle_id,
    timestamp: new Date(time).toISOString(),
    latitude: 48,
    longitude: 11,
    speed,
    temperature: 20,
    humidity: 50,
  });

/** Its code and what it prints. */
async function audit(env: Record<string, string>) {
  const ended = await promisify(execFile)(process.execPath, ["workloads/audit/main.ts"], {
    env: {...process.env, ...env},
  }).catch((error) => error);
  return {code: ended.code ?? 0, ...JSON.parse(ended.stdout)};
}

/** Brings averages up to date and drops what is old. */
const upkeep = (database: string, seconds = KEPT.TIMESCALEDB_RETENTION_SECONDS) =>
  runProgram("workloads/schema/main.ts", ["timescaledb-retention"], {
    ...connection(database),
    RETENTION_SECONDS: seconds,
  });

const connection = (database: string) => ({
  PGHOST: stack.servers.timescaledb.address,
  PGPORT: "5432",
  PGUSER: "telemetry",
  PGPASSWORD: stack.password,
  PGDATABASE: database,
});

const sql = (statement: string, database: string) => sqlAs(postgresOf(stack.address, database), statement);

async function makeDatabase(name: string) {
  await sql(`CREATE DATABASE ${name}`, "telemetry");
  await prepareSchemas(stack, {PGDATABASE: name}, ["timescaledb"]);
}

describe.each(DATABASES)("%s", (store) => {
  const name = `retention_${process.pid}_${store}`;

  test("events past the retention are dead letters, nothing of them is written, the audit calls them older, and a replay does not send them again", async ({
    open,
  }) => {
    await makeDatabase(name);
    const trial = await open(store, {partitions: 1});
    const env = {...trial.environment, ...KEPT, PGDATABASE: name};
    await trial.start({...LONG_SESSION, ...env});
    const kept = (store === "timescaledb" ? 10 : 20) * DAY;
    const now = Date.now();
    const times = [now - kept - MINUTE, now - kept + HOUR, Date.UTC(2003, 1, 1), now];
    for (const time of times) await trial.sendRaw(name, event(name, time));
    await trial.caughtUp();
    const reason = `timestamp: is older than the retention of ${store} (${SHOWN[store]})`;
    expect((await trial.deadLetters()).map((letter) => letter.reason)).toEqual([reason, reason]);
    const exact = {code: 0, events: 4, missing: 0, extra: 0, altered: 0};
    expect(await audit(env)).toMatchObject({...exact, rows: 2, older: 2});
    if (store === "timescaledb") {
      const chunks = "SELECT count(*)::int FROM timescaledb_information.chunks WHERE hypertable_name = 'telemetry'";
      expect(await sql(chunks, name)).toEqual([{count: 2}]);
    }
    const replay = async () => JSON.parse(await runProgram("workloads/deadletters/main.ts", ["replay"], env));
    expect(await replay()).toEqual({replayed: 0, invalid: 0, early: 0, older: 2, taken: 0});
    expect(await trial.deadLetters()).toHaveLength(2);
    await sql(`DROP DATABASE ${name} WITH (FORCE)`, "telemetry");
  });
});

test("rows that were dropped by their age after they were accepted are older to the audit, not missing", async ({
  open,
}) => {
  const name = `dropped_${process.pid}`;
  await makeDatabase(name);
  const trial = await open("timescaledb", {partitions: 1});
  const env = {...trial.environment, PGDATABASE: name};
  await trial.start({...LONG_SESSION, ...env, TIMESCALEDB_RETENTION_SECONDS: "864000"});
  const times = [9, 5, 1].map((days) => Date.now() - days * DAY);
  for (const time of times) await trial.sendRaw(name, event(name, time));
  await trial.caughtUp();
  await upkeep(name, String(7 * 86_400));
  expect(await audit({...env, TIMESCALEDB_RETENTION_SECONDS: String(7 * 86_400)})).toMatchObject({
    code: 0,
    events: 3,
    rows: 2,
    missing: 0,
    older: 1,
  });
  await sql(`DROP DATABASE ${name} WITH (FORCE)`, "telemetry");
});

test("days that are older than the lake's retention leave it whole; a replay brings none back, and the audit calls them older", async ({
  open,
}) => {
  const days = (count: number) => ({LAKE_RETENTION_SECONDS: String(count * 86_400)});
  const trial = await open("lake", {partitions: 1});
  const env = {...trial.environment, STORE: "lake", DUCKDB_EXTENSIONS: await duckdbFolder()};
  const ingester = await trial.start({...LONG_SESSION, ...days(10)});
  const now = Date.now();
  const times = [now - 10 * DAY - MINUTE, now - 9 * DAY, now - 5 * DAY, now - HOUR, now];
  for (const time of times) await trial.sendRaw("aged", event("aged", time));
  await trial.caughtUp();
  const reason = "timestamp: is older than the retention of lake (10d)";
  expect((await trial.deadLetters()).map((letter) => letter.reason)).toEqual([reason]);
  const kept = async () =>
    (await lakeRows(stack.servers.lake.address, trial.environment.LAKE_NAMESPACE!)).map(({ts}) => ts.getTime()).sort();
  expect(await kept()).toEqual(times.slice(1));
  await ingester.drain();
  const tended = JSON.parse(await runProgram("workloads/lake/maintenance.ts", [], {...env, ...days(7)}));
  expect(tended).toContainEqual(expect.objectContaining({table: "events", dropped: 1, rows: 3}));
  expect(await kept()).toEqual(times.slice(2));
  await trial.admin.resetOffsets({groupId: trial.environment.KAFKA_GROUP!, topic: trial.topic, earliest: true});
  await trial.start({...LONG_SESSION, ...days(7)});
  await trial.caughtUp();
  expect(await kept()).toEqual(times.slice(2));
  expect(await audit({...env, ...days(7)})).toMatchObject({code: 0, rows: 3, missing: 0, extra: 0, older: 2});
});

test("a day of old data that is replayed is in both stores, in the hourly averages and right to the audit", async ({
  open,
}) => {
  const name = `replayed_${process.pid}`;
  await makeDatabase(name);
  const trial = await open("timescaledb", {partitions: 2});
  const env: Record<string, string> = {...trial.environment, ...KEPT, PGDATABASE: name};
  const other = {
    ...env,
    STORE: "cassandra",
    KAFKA_GROUP: `${env.KAFKA_GROUP}-cassandra`,
    CASSANDRA_CONTACT_POINTS: stack.servers.cassandra.address,
    CASSANDRA_PORT: "9042",
  };
  await trial.start({...LONG_SESSION, ...env});
  const hours = () => sql("SELECT * FROM telemetry_hourly ORDER BY vehicle_id, hour", name);
  const counted = () =>
    sql(
      `SELECT vehicle_id, time_bucket('1 hour', ts) AS hour, count(*), avg(speed) AS avg_speed, max(speed) AS max_speed,
        avg(temperature) AS avg_temperature, min(temperature) AS min_temperature, max(temperature) AS max_temperature,
        avg(humidity) AS avg_humidity, count(speed) AS count_speed, count(temperature) AS count_temperature,
        count(humidity) AS count_humidity FROM telemetry GROUP BY 1, 2 ORDER BY 1, 2`,
      name,
    );
  const send = async (from: number, vehicles: number, everyMs: number) => {
    const messages = Array.from({length: Math.ceil(DAY / everyMs)}, (_, at) => from + at * everyMs).flatMap((time) =>
      Array.from({length: vehicles}, (_, vehicle) => ({
        key: `${name}-${vehicle}`,
        value: event(`${name}-${vehicle}`, time, (time / MINUTE) % 97),
      })),
    );
    await trial.producer.send(trial.topic, messages);
  };
  await send(Date.now() - DAY, 3, 10 * MINUTE);
  await trial.caughtUp();
  await upkeep(name);
  expect(await hours()).toEqual(await counted());
  // The day of a week ago, of vehicles that are known and of one that is not.
  await send(Date.now() - 7 * DAY, 4, 5 * MINUTE);
  await trial.caughtUp();
  await trial.start({...LONG_SESSION, ...other});
  await upkeep(name);
  const whole = await hours();
  expect(whole.length).toBeGreaterThan(160);
  expect(whole).toEqual(await counted());
  const exact = {code: 0, events: 3 * 144 + 4 * 288, missing: 0, extra: 0, altered: 0, older: 0};
  expect(await audit(env)).toMatchObject({...exact, store: "timescaledb"});
  expect(await audit(other)).toMatchObject({...exact, store: "cassandra"});
  await sql(`DROP DATABASE ${name} WITH (FORCE)`, "telemetry");
});
