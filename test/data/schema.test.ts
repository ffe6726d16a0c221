import pg from "pg";
import {test as base, expect} from "vitest";
import {waitFor} from "../../cluster/shell.ts";
import {readMigrations} from "../../workloads/schema/migrations.ts";
import {scriptOf} from "../../workloads/schema/timescaledb.ts";
import {runProgram} from "./ingester.ts";
import {prepareSchemas} from "./prepare.ts";
import {stack} from "./shared.ts";
import {cassandraOf, postgresOf, sqlAs} from "./stack.ts";

let made = 0;

const sqlIn = (database: string, statement: string, user: Partial<pg.ClientConfig> = {}) =>
  sqlAs({...postgresOf(stack.address, database), ...user}, statement);

/** Each test has an empty database. */
const test = base
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what a fixture needs.
  .extend("database", async ({}, {onCleanup}) => {
    const name = `schema_test_${made++}`;
    await sqlIn("telemetry", `CREATE DATABASE ${name}`);
    // It needs a checkpoint, which fails when another database's files go meanwhile.
    onCleanup(async () => {
      await waitFor("the database to go", 120_000, () =>
        sqlIn("telemetry", `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`).then(
          () => true,
          () => false,
        ),
      );
    });
    return name;
  })
  .extend(
    "sql",
    ({database}) =>
      (statement: string, user?: Partial<pg.ClientConfig>) =>
        sqlIn(database, statement, user),
  );

test("four set-ups at once, in both stores, end with each migration applied once", async ({database, sql}) => {
  const env = {PGDATABASE: database, CASSANDRA_KEYSPACE: "schema_test"};
  await Promise.all(Array.from({length: 4}, () => prepareSchemas(stack, env)));
  expect(await sql("SELECT name, count(*)::int FROM schema_migration GROUP BY 1 HAVING count(*) > 1")).toEqual([]);
  expect(await sql("SELECT name FROM schema_migration WHERE name = '0001-telemetry'")).toHaveLength(1);
  expect(await sql("SELECT FROM timescaledb_information.hypertables WHERE hypertable_name = 'telemetry'")).toHaveLength(
    1,
  );
  const client = cassandraOf(stack.address);
  await client.connect();
  const {rows} = await client.execute("SELECT name FROM schema_test.schema_migration");
  expect(rows.map((row) => row.get("name"))).toContain("0001-telemetry");
  const table = await client.execute(
    "SELECT compaction, default_time_to_live, id FROM system_schema.tables WHERE keyspace_name = 'schema_test' AND table_name = 'telemetry'",
  );
  const [{compaction, default_time_to_live}] = table.rows as any;
  expect(compaction).toMatchObject({compaction_window_size: "1", compaction_window_unit: "DAYS"});
  expect(compaction.class).toContain("TimeWindowCompactionStrategy");
  expect(default_time_to_live).toBe(31_536_000);
  await client.execute("DROP KEYSPACE schema_test");
  await client.shutdown();
});

test("a table of before the migrations is taken over with its rows", async ({database, sql}) => {
  await sql(`CREATE EXTENSION IF NOT EXISTS timescaledb; CREATE TABLE telemetry (
    vehicle_id text NOT NULL, ts timestamptz NOT NULL, latitude float8 NOT NULL, longitude float8 NOT NULL,
    speed float8 NOT NULL, temperature float8 NOT NULL, humidity float8 NOT NULL, extra jsonb, PRIMARY KEY (vehicle_id, ts));
    SELECT create_hypertable('telemetry', by_range('ts'));
    INSERT INTO telemetry VALUES ('v', now(), 1, 2, 3, 4, 5)`);
  await prepareSchemas(stack, {PGDATABASE: database}, ["timescaledb"]);
  expect(await sql("SELECT speed FROM telemetry")).toEqual([{speed: 3}]);
});

test("a table of somebody else under the name of one of ours is named, and stays as it is", async ({database, sql}) => {
  await sql("CREATE TABLE vehicle (id int PRIMARY KEY, plate text); INSERT INTO vehicle VALUES (1, 'M-AB 123')");
  await expect(prepareSchemas(stack, {PGDATABASE: database}, ["timescaledb"])).rejects.toThrow(
    /migration 0040-master-data was refused \(.*\): table vehicle is there already and is another one: rename it, or give the pipeline a database of its own/,
  );
  expect(await sql("SELECT plate FROM vehicle")).toEqual([{plate: "M-AB 123"}]);
  await sql("ALTER TABLE vehicle RENAME TO car");
  await prepareSchemas(stack, {PGDATABASE: database}, ["timescaledb"]);
  expect(await sql("SELECT count(*)::int AS n FROM vehicle")).toEqual([{n: 0}]);
});

/** A database as a pipeline of before readings could be missing has left it. */
async function ofBefore(database: string, sql: (statement: string) => Promise<any[]>) {
  const before = readMigrations("timescaledb").filter(({name}) => !name.endsWith("missing-readings"));
  await sql(scriptOf(before));
  const columns = ["avg_speed", "max_speed", "avg_temperature", "min_temperature", "max_temperature", "avg_humidity"];
  await sql(`CREATE TABLE telemetry_hourly (vehicle_id text NOT NULL, hour timestamptz NOT NULL, count bigint NOT NULL,
      ${columns.map((name) => `${name} float8 NOT NULL`)}, PRIMARY KEY (vehicle_id, hour));
    SELECT create_hypertable('telemetry_hourly', by_range('hour', interval '7 days'));
    INSERT INTO telemetry SELECT 'v', now() - n * interval '1 hour', 1, 2, n, 4, 5 FROM generate_series(1, 100) n;
    INSERT INTO telemetry_hourly SELECT 'v', date_trunc('hour', now() - interval '1 hour'), 1, 2, 3, 4, 5, 6, 7`);
  return () => prepareSchemas(stack, {PGDATABASE: database}, ["timescaledb"]);
}

test("a table of before readings could be missing takes rows without them, in its old chunks too, and no row is written anew", async ({
  database,
  sql,
}) => {
  const upgrade = await ofBefore(database, sql);
  const files = () => sql("SELECT relname, relfilenode FROM pg_class WHERE relname LIKE '\\_hyper%chunk' ORDER BY 1");
  const before = await files();
  await upgrade();
  expect(await files()).toEqual(expect.arrayContaining(before));
  await sql(`INSERT INTO telemetry (vehicle_id, ts, latitude, longitude, temperature)
      SELECT 'w', now() - n * interval '1 hour', 1, 2, CASE WHEN n % 2 = 0 THEN n END FROM generate_series(1, 60) n`);
  await upkeepOf(database);
  const [{same, rows, counted}] = await sql(`WITH raw AS (
      SELECT vehicle_id, time_bucket('1 hour', ts) AS hour, count(*), avg(temperature), count(temperature) AS readings FROM telemetry GROUP BY 1, 2)
    SELECT count(*) FILTER (WHERE r.count = h.count AND h.count_temperature = readings AND avg_temperature IS NOT DISTINCT FROM avg)::int AS same,
      count(*)::int AS rows, sum(count_temperature)::int AS counted FROM raw r FULL JOIN telemetry_hourly h USING (vehicle_id, hour)`);
  expect({same, counted}).toEqual({same: rows, counted: 130});
  await upgrade();
});

test("a change waits for who reads the table, and lets those through that write meanwhile", async ({database, sql}) => {
  const upgrade = await ofBefore(database, sql);
  const reader = new pg.Client(postgresOf(stack.address, database));
  await reader.connect();
  await reader.query("BEGIN; SELECT count(*) FROM telemetry");
  let done = false;
  const upgraded = upgrade().then(() => {
    done = true;
  });
  await waitFor("a change that waits", 60_000, async () => {
    const [{waiting}] = await sql("SELECT count(*)::int AS waiting FROM pg_locks WHERE NOT granted");
    return waiting > 0;
  });
  for (let row = 0; row < 5; row++) await sql(`INSERT INTO telemetry VALUES ('w', now(), 1, 2, ${row}, 4, 5)`);
  expect(done).toBe(false);
  await reader.query("COMMIT");
  await upgraded;
  await reader.end();
});

test("a live table of before quality flags takes them, in old chunks too, and no row is written anew", async ({
  database,
  sql,
}) => {
  await sql(scriptOf(readMigrations("timescaledb").filter(({name}) => !name.endsWith("quality-flags"))));
  await sql(
    "INSERT INTO telemetry SELECT 'v', now() - n * interval '1 hour', 1, 2, n, 4, 5 FROM generate_series(1, 100) n",
  );
  const files = () => sql("SELECT relname, relfilenode FROM pg_class WHERE relname LIKE '\\_hyper%chunk' ORDER BY 1");
  const before = await files();
  await prepareSchemas(stack, {PGDATABASE: database}, ["timescaledb"]);
  expect(await files()).toEqual(expect.arrayContaining(before));
  expect(await sql("SELECT count(*)::int FROM telemetry WHERE quality_flags IS NULL")).toEqual([{count: 100}]);
  await sql("UPDATE telemetry SET quality_flags = 4 WHERE speed = 100");
  expect(await sql("SELECT speed FROM telemetry WHERE quality_flags & 4 > 0")).toEqual([{speed: 100}]);

  const env = {PGDATABASE: database, CASSANDRA_KEYSPACE: database};
  const client = cassandraOf(stack.address);
  await prepareSchemas(stack, env, ["cassandra"]);
  await client.execute(`ALTER TABLE ${database}.telemetry DROP quality_flags`);
  await client.execute(`DELETE FROM ${database}.schema_migration WHERE name = '0002-quality-flags'`);
  await client.execute(
    `INSERT INTO ${database}.telemetry (vehicle_id, day, ts, speed) VALUES ('v', '2026-01-01', '2026-01-01', 7)`,
  );
  await prepareSchemas(stack, env, ["cassandra"]);
  const {rows} = await client.execute(`SELECT speed, quality_flags FROM ${database}.telemetry`);
  expect(rows.map((row) => [row.get("speed"), row.get("quality_flags")])).toEqual([[7, null]]);
  await client.execute(`DROP KEYSPACE ${database}`);
  await client.shutdown();
});

test("a migration that was edited after it was applied is refused by name", async ({database, sql}) => {
  await prepareSchemas(stack, {PGDATABASE: database}, ["timescaledb"]);
  await sql("UPDATE schema_migration SET checksum = 'x' WHERE name = '0001-telemetry'");
  await expect(prepareSchemas(stack, {PGDATABASE: database}, ["timescaledb"])).rejects.toThrow(
    "migration 0001-telemetry was applied as x",
  );
});

test("a role that may not make tables is told what an administrator has to run, and with that it works", async ({
  database,
  sql,
}) => {
  const role = {PGDATABASE: database, PGUSER: "guest", PGPASSWORD: "guest", READER_USERNAME: ""};
  await sql("CREATE ROLE guest LOGIN PASSWORD 'guest'");
  await expect(prepareSchemas(stack, role, ["timescaledb"])).rejects.toThrow("timescaledb-script");
  const script = await runProgram("workloads/schema/main.ts", ["timescaledb-script"]);
  await sql(script);
  await sql("GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO guest");
  await prepareSchemas(stack, role, ["timescaledb"]);
  await sql(`DROP OWNED BY guest; DROP ROLE guest`);
});

test("the reader of dashboards reads and cannot write", async ({database, sql}) => {
  await prepareSchemas(stack, {PGDATABASE: database}, ["timescaledb"]);
  const reader = {user: "telemetry_reader", password: stack.password};
  expect(await sql("SELECT count(*)::int FROM telemetry", reader)).toEqual([{count: 0}]);
  await expect(sql("BEGIN READ WRITE; DELETE FROM telemetry", reader)).rejects.toThrow("permission denied");
});

/** What the CronJob runs, with ten days of retention. */
const upkeepOf = (database: string) =>
  runProgram("workloads/schema/main.ts", ["timescaledb-retention"], {
    PGHOST: stack.address,
    PGUSER: "telemetry",
    PGPASSWORD: stack.password,
    PGDATABASE: database,
    RETENTION_SECONDS: "864000",
  });

test("the averages of each hour are those of its rows, also after rows that came late, and the reader may read them", async ({
  database,
  sql,
}) => {
  await prepareSchemas(stack, {PGDATABASE: database}, ["timescaledb"]);
  const upkeep = () => upkeepOf(database);
  const reader = {user: "telemetry_reader", password: stack.password};
  const hourly = () => sql("SELECT * FROM telemetry_hourly ORDER BY vehicle_id, hour", reader);
  const counted = () =>
    sql(`SELECT vehicle_id, time_bucket('1 hour', ts) AS hour, count(*), avg(speed) AS avg_speed, max(speed) AS max_speed,
      avg(temperature) AS avg_temperature, min(temperature) AS min_temperature, max(temperature) AS max_temperature,
      avg(humidity) AS avg_humidity, count(speed) AS count_speed, count(temperature) AS count_temperature, count(humidity) AS count_humidity
      FROM telemetry GROUP BY 1, 2 ORDER BY 1, 2`);
  await upkeep();
  expect(await hourly()).toEqual([]);
  // Three days before the first look, and one event whose clock is ahead.
  await sql(`INSERT INTO telemetry SELECT 'v' || v, now() - n * interval '7 minutes', 1, 2, n % 97, n % 31, v FROM generate_series(1, 3) v, generate_series(1, 600) n;
    INSERT INTO telemetry VALUES ('v1', now() + interval '20 hours', 1, 2, 3, 4, 5)`);
  await upkeep();
  expect(await hourly()).toHaveLength((await counted()).length);
  expect(await hourly()).toEqual(await counted());
  await sql(
    "INSERT INTO telemetry VALUES ('v1', now() - interval '1 hour', 1, 2, 200, 4, 5), ('late', now() - interval '30 minutes', 1, 2, 3, 4, 5)",
  );
  await upkeep();
  await upkeep();
  expect(await hourly()).toEqual(await counted());
});

test("rows of any age reach the averages of their hours, by whatever statement they come; what is past the retention is left alone", async ({
  database,
  sql,
}) => {
  await prepareSchemas(stack, {PGDATABASE: database}, ["timescaledb"]);
  const upkeep = () => upkeepOf(database);
  const hourly = () => sql("SELECT vehicle_id, hour, count, max_speed FROM telemetry_hourly ORDER BY 1, 2");
  const counted = () =>
    sql(
      "SELECT vehicle_id, time_bucket('1 hour', ts) AS hour, count(*), max(speed) AS max_speed FROM telemetry GROUP BY 1, 2 ORDER BY 1, 2",
    );
  await sql(
    "INSERT INTO telemetry SELECT 'v', now() - n * interval '20 minutes', 1, 2, n, 4, 5 FROM generate_series(1, 600) n",
  );
  await upkeep();
  expect(await hourly()).toEqual(await counted());
  // An hour that has rows, one that has none yet, and one of last week; each again, which changes nothing.
  for (let time = 0; time < 2; time++)
    await sql(`INSERT INTO telemetry VALUES ('v', date_trunc('hour', now()) - interval '50 hours 1 second', 1, 2, 700, 4, 5),
      ('new', now() - interval '5 hours', 1, 2, 3, 4, 5) ON CONFLICT DO NOTHING;
      WITH week AS (SELECT now() - interval '9 days' AS ts) INSERT INTO telemetry SELECT 'new', ts, 1, 2, 3, 4, 5 FROM week ON CONFLICT DO NOTHING`);
  await upkeep();
  expect(await hourly()).toEqual(await counted());
  expect(await sql("SELECT count(*)::int FROM telemetry_hour_late")).toEqual([{count: 0}]);
  const before = await hourly();
  await sql("INSERT INTO telemetry VALUES ('old', now() - interval '300 days', 1, 2, 3, 4, 5)");
  await upkeep();
  expect(await hourly()).toEqual(before);
  expect(await counted()).toEqual(before);
});

test("a pipeline of before late rows were noted counts all its hours once more", async ({database, sql}) => {
  await prepareSchemas(stack, {PGDATABASE: database}, ["timescaledb"]);
  await sql("DROP TRIGGER note_late_hours ON telemetry; DROP FUNCTION note_late_hours; DROP TABLE telemetry_hour_late");
  await sql(`INSERT INTO telemetry SELECT 'v', now() - n * interval '1 hour', 1, 2, n, 4, 5 FROM generate_series(1, 100) n;
    INSERT INTO telemetry_hourly SELECT 'v', date_trunc('hour', now()), 1, 2, 3, 4, 5, 6, 7`);
  await prepareSchemas(stack, {PGDATABASE: database}, ["timescaledb"]);
  await runProgram("workloads/schema/main.ts", ["timescaledb-retention"], {
    PGHOST: stack.address,
    PGUSER: "telemetry",
    PGPASSWORD: stack.password,
    PGDATABASE: database,
    RETENTION_SECONDS: "864000",
  });
  expect(await sql("SELECT sum(count)::int FROM telemetry_hourly WHERE hour < date_trunc('hour', now())")).toEqual([
    {sum: 100},
  ]);
});

test("fields of the spec become columns of tables with rows, in both stores; one that is gone keeps its data, and another type is refused", async ({
  database,
  sql,
}) => {
  const set = (fields: object[]) =>
    prepareSchemas(stack, {PGDATABASE: database, CASSANDRA_KEYSPACE: database, EVENT_FIELDS: JSON.stringify(fields)});
  await set([]);
  await sql("INSERT INTO telemetry VALUES ('v', now(), 1, 2, 3, 4, 5)");
  const types = ["double", "float", "int", "bigint", "boolean", "string", "timestamp", "json"];
  const fields = types.map((type) => ({name: `my_${type}`, type}));
  await set(fields);
  await set(fields);
  await sql("UPDATE telemetry SET my_bigint = 7");
  await set(fields.slice(0, 2));
  expect(await sql("SELECT my_bigint, my_double FROM telemetry")).toEqual([{my_bigint: "7", my_double: null}]);
  await expect(set([{name: "my_int", type: "bigint"}])).rejects.toThrow("column telemetry.my_int is int, not");
  const client = cassandraOf(stack.address);
  const {columns} = await client.execute(`SELECT * FROM ${database}.telemetry`);
  expect(columns.map(({name}) => name)).toEqual(expect.arrayContaining(fields.map(({name}) => name)));
  await client.execute(`DROP KEYSPACE ${database}`);
  await client.shutdown();
});

test("the key follows spec.event.identity while the tables are empty, in both stores, and a table with rows is refused by name", async ({
  database,
  sql,
}) => {
  const set = (EVENT_IDENTITY: string) =>
    prepareSchemas(stack, {PGDATABASE: database, CASSANDRA_KEYSPACE: database, EVENT_IDENTITY});
  const key = async () =>
    (
      await sql(
        "SELECT array_length(conkey, 1) AS columns FROM pg_constraint WHERE conrelid = 'telemetry'::regclass AND contype = 'p'",
      )
    )[0].columns;
  const columns: number[] = [];
  for (const identity of ["", "VehicleTimeAndPosition", "VehicleTimeAndPosition", "", "VehicleAndTime"]) {
    await set(identity);
    columns.push(await key());
  }
  expect(columns).toEqual([2, 6, 6, 2, 2]);
  await sql("INSERT INTO telemetry VALUES ('v', now(), 1, 2, 3, 4, 5)");
  const client = cassandraOf(stack.address);
  await client.execute(
    `INSERT INTO ${database}.telemetry (vehicle_id, day, ts) VALUES ('v', '2026-01-01', '2026-01-01')`,
  );
  for (const store of ["timescaledb", "cassandra"] as const)
    await expect(
      prepareSchemas(
        stack,
        {PGDATABASE: database, CASSANDRA_KEYSPACE: database, EVENT_IDENTITY: "VehicleTimeAndPosition"},
        [store],
      ),
    ).rejects.toThrow("set it to VehicleAndTime, or give the pipeline another database and keyspace");
  await client.execute(`DROP KEYSPACE ${database}`);
  await client.shutdown();
});

test("compression that the server's licence does not allow is refused by name, and the tables are as they were", async ({
  database,
}) => {
  await prepareSchemas(stack, {PGDATABASE: database}, ["timescaledb"]);
  const compressed = prepareSchemas(stack, {PGDATABASE: database, COMPRESS_AFTER_SECONDS: "604800"}, ["timescaledb"]);
  await expect(compressed).rejects.toThrow(
    "spec.timescaledb.compressAfter: this server's TimescaleDB has the Apache licence",
  );
  await prepareSchemas(stack, {PGDATABASE: database}, ["timescaledb"]);
});
