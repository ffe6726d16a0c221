import {expect} from "vitest";
import {test} from "./lanes.ts";
import {makeDatabase, prepareSchemas} from "./prepare.ts";
import {stack} from "./shared.ts";
import {cassandraOf, postgresOf, sqlAs} from "./stack.ts";
import {LONG_SESSION, type Trial} from "./trial.ts";
import {expectTrouble} from "./trouble.ts";

const sql = (statement: string, database: string) => sqlAs(postgresOf(stack.address, database), statement);
const count = async (database: string) => (await sql("SELECT count(*)::int AS rows FROM telemetry", database))[0].rows;

/** An event that the store under test refuses, by its temperature or its length. */
const bad = (fields: object = {}) =>
  JSON.stringify({
    vehicle_id: `refused-${process.pid}`,
    timestamp: new Date(Date.UTC(2026, 10, 1) + sent++ * 1_000).toISOString(),
    latitude: 48,
    longitude: 11,
    speed: 50,
    temperature: -77,
    humidity: 50,
    ...fields,
  });
let sent = 0;

const trigger = (when: "BEFORE" | "AFTER", condition: string, code = "P0001") => `
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF ${condition} THEN RAISE EXCEPTION 'not this vehicle' USING ERRCODE = '${code}'; END IF; RETURN NEW;
END $$;
CREATE TRIGGER refuse ${when} INSERT ON telemetry FOR EACH ROW EXECUTE FUNCTION refuse()`;

async function sendMixed(trial: Trial, fields: object = {}) {
  for (let time = 0; time < 3; time++) {
    await trial.send(3);
    await trial.sendRaw("k", bad(fields));
  }
  // The last one may come alone, and then waits for others.
  await trial.send(1);
}

test.for([
  ["a trigger", "by_trigger", trigger("BEFORE", "NEW.temperature = -77"), /^timescaledb: not this vehicle$/],
  ["a trigger that comes after", "by_after_trigger", trigger("AFTER", "NEW.temperature = -77"), /not this vehicle$/],
  [
    "a limit of a setting, as of a compressed chunk",
    "by_limit",
    trigger("BEFORE", "NEW.temperature = -77", "53400"),
    /not this vehicle$/,
  ],
  [
    "a function in a check",
    "by_function",
    `CREATE FUNCTION warm(float8) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
       IF $1 = -77 THEN RAISE 'too cold' USING ERRCODE = 'XX000'; END IF; RETURN true; END $$;
     ALTER TABLE telemetry ADD CHECK (warm(temperature))`,
    /too cold$/,
  ],
  [
    "a policy for rows",
    "by_policy",
    `ALTER TABLE telemetry ENABLE ROW LEVEL SECURITY; ALTER TABLE telemetry FORCE ROW LEVEL SECURITY;
     CREATE POLICY warm ON telemetry USING (true) WITH CHECK (temperature > -77);
     CREATE ROLE policed LOGIN PASSWORD 'policed'; GRANT SELECT, INSERT ON telemetry TO policed`,
    /row-level security policy/,
  ],
] as const)(
  "TimescaleDB: a row that %s refuses is a dead letter, and none of its neighbours",
  async ([, database, refuse, reason], {open}) => {
    const env = await makeDatabase(stack, database);
    await sql(refuse, database);
    const trial = await open("timescaledb", {partitions: 2});
    const login: Record<string, string> = database === "by_policy" ? {PGUSER: "policed", PGPASSWORD: "policed"} : {};
    const ingester = await trial.start({...LONG_SESSION, ...env, ...login});
    await sendMixed(trial);
    await trial.caughtUp();
    const letters = await trial.deadLetters();
    expect(letters.map(({reason}) => reason)).toEqual([1, 2, 3].map(() => expect.stringMatching(reason)));
    expect(await count(database)).toBe((await trial.verdict()).acknowledged);
    expect(await ingester.ready()).toBe(true);
  },
);

test("TimescaleDB: a trigger that refuses all rows makes no dead letters; when it goes, all rows are there", async ({
  open,
}) => {
  const database = "by_all";
  const env = await makeDatabase(stack, database);
  await sql(trigger("AFTER", "true"), database);
  const trial = await open("timescaledb");
  const ingester = await trial.start({...LONG_SESSION, ...env});
  await trial.send(30);
  await expectTrouble(trial, ingester, "schema");
  expect((await ingester.freshness()).problem).toContain("not this vehicle");
  await sql("DROP TRIGGER refuse ON telemetry", database);
  await trial.caughtUp();
  expect(await trial.deadLetters()).toEqual([]);
  expect(await count(database)).toBe((await trial.verdict()).acknowledged);
});

test("TimescaleDB: a refused row that is alone waits for a neighbour, then it is a dead letter", async ({open}) => {
  const database = "alone";
  const env = await makeDatabase(stack, database);
  await sql(trigger("BEFORE", "NEW.temperature = -77"), database);
  const trial = await open("timescaledb", {partitions: 1});
  const ingester = await trial.start({...LONG_SESSION, ...env});
  await trial.sendRaw("k", bad());
  await expectTrouble(trial, ingester, "schema");
  await trial.send(1);
  await trial.caughtUp();
  expect(await trial.deadLetters()).toHaveLength(1);
  expect(await count(database)).toBe((await trial.verdict()).acknowledged);
});

test("Cassandra: a row that an index refuses for its size is a dead letter, and none of its neighbours", async ({
  open,
}) => {
  const env = {CASSANDRA_KEYSPACE: "indexed"};
  await prepareSchemas(stack, env, ["cassandra"]);
  const client = cassandraOf(stack.address);
  await client.connect();
  await client.execute("CREATE INDEX ON indexed.telemetry (extra) USING 'sai'");
  const trial = await open("cassandra", {partitions: 2});
  // Cassandra's limits are not for a superuser.
  const login = {CASSANDRA_USERNAME: "telemetry", CASSANDRA_PASSWORD: stack.password};
  const ingester = await trial.start({...LONG_SESSION, ...env, ...login});
  await sendMixed(trial, {note: "x".repeat(20_000)});
  await trial.caughtUp();
  const letters = await trial.deadLetters();
  expect(letters.map(({reason}) => reason)).toEqual([1, 2, 3].map(() => expect.stringMatching(/^cassandra: .*extra/)));
  const {rows} = await client.execute("SELECT count(*) AS rows FROM indexed.telemetry");
  expect(Number(rows[0]!.rows)).toBe((await trial.verdict()).acknowledged);
  expect(await ingester.ready()).toBe(true);
  await client.shutdown();
});
