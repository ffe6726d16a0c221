import {execFile} from "node:child_process";
import {promisify} from "node:util";
import {beforeAll, describe, expect} from "vitest";
import {DATABASES, type StoreName} from "../../api/stores.ts";
import {runProgram} from "./ingester.ts";
import {test} from "./lanes.ts";
import {prepareSchemas} from "./prepare.ts";
import {stack} from "./shared.ts";
import {cassandraOf, kafkaOf, postgresOf, sqlAs} from "./stack.ts";
import {LONG_SESSION, type Trial} from "./trial.ts";

/** What the command line runs in an ingester's pod. */

/** The lines of stdout. */
const query = async (env: Record<string, string>, ...args: string[]) =>
  (await runProgram("workloads/query/main.ts", args, env)).trimEnd().split("\n");

const event = (vehicle_id: string, timestamp: string, more: object = {}) =>
  JSON.stringify({
    vehicle_id,
    timestamp,
    latitude: 48,
    longitude: 11,
    speed: 50,
    temperature: 20,
    humidity: 50,
    ...more,
  });

describe.each(DATABASES)("trace, %s", (store) => {
  const trace = async ({environment}: Trial, id: string) =>
    JSON.parse((await query(environment, "trace", id, "--topic"))[0]!);

  test("an event is found in the topic as often as it was sent, and in the store once, with the time of each", async ({
    open,
  }) => {
    const trial = await open(store);
    await trial.start();
    const [vehicle, timestamp] = [`trace-${process.pid}-${store}`, new Date().toISOString()];
    await trial.send(20);
    await trial.sendRaw(vehicle, event(vehicle, timestamp, {note: 'a "b", c'}));
    await trial.sendRaw(vehicle, event(vehicle, timestamp, {note: 'a "b", c'}));
    await trial.caughtUp();
    const found = await trace(trial, `${vehicle}@${timestamp}`);
    expect(found.topic).toHaveLength(2);
    const [{partition, offset, appended}] = found.topic;
    expect(found.committed[partition]).toBeGreaterThan(offset);
    expect(found.row).toEqual(JSON.parse(event(vehicle, timestamp, {note: 'a "b", c'})));
    expect(found.deadLetters).toEqual([]);
    for (const time of [appended, found.written])
      expect(Date.parse(time)).toBeGreaterThanOrEqual(Date.parse(timestamp));
  });

  test("the newest event of a vehicle is found however old, and none of a vehicle that never sent", async ({open}) => {
    const trial = await open(store);
    await trial.start();
    const vehicle = `newest-${process.pid}-${store}`;
    const [newest, older] = [7_200_000, 9_000_000].map((age) => new Date(Date.now() - age).toISOString());
    for (const timestamp of [newest!, older!]) await trial.sendRaw(vehicle, event(vehicle, timestamp));
    await trial.caughtUp();
    const env = {...trial.environment, [`${store.toUpperCase()}_RETENTION_SECONDS`]: "2592000"};
    const newestOf = async (id: string) => JSON.parse((await query(env, "newest", "--vehicle", id))[0]!);
    expect(await newestOf(vehicle)).toEqual({store, newest});
    expect(await newestOf(`${vehicle}-unknown`)).toEqual({store, newest: null});
  });

  test("an event that was refused is found among the dead letters, one that waits has no row yet", async ({open}) => {
    const trial = await open(store, {partitions: 1});
    const [vehicle, timestamp] = [`trace-${process.pid}-${store}-2`, new Date().toISOString()];
    const other = new Date(Date.now() - 1_000).toISOString();
    const ingester = await trial.start(LONG_SESSION);
    await trial.sendRaw(vehicle, event(vehicle, timestamp, {latitude: 91}));
    await trial.caughtUp();
    await ingester.drain();
    await trial.sendRaw(vehicle, event(vehicle, other));
    expect(await trace(trial, `${vehicle}@${timestamp}`)).toMatchObject({
      row: null,
      topic: [{partition: 0, offset: 0}],
      deadLetters: [{store, reason: expect.stringMatching(/^latitude: /)}],
    });
    expect(await trace(trial, `${vehicle}@${other}`)).toMatchObject({
      row: null,
      topic: [{offset: 1}],
      committed: {0: 1},
    });
  });
});

test("reading to the end of a topic ends behind a transaction too, without what was taken back", async ({open}) => {
  const trial = await open("timescaledb", {partitions: 1});
  const producer = kafkaOf(stack).producer({transactionalId: trial.topic, idempotent: true, maxInFlightRequests: 1});
  await producer.connect();
  const timestamp = new Date().toISOString();
  for (const [vehicle, end] of [
    ["kept", "commit"],
    ["taken-back", "abort"],
  ] as const) {
    const transaction = await producer.transaction();
    await transaction.send({topic: trial.topic, messages: [{key: vehicle, value: event(vehicle, timestamp)}]});
    await transaction[end]();
  }
  await producer.disconnect();
  const topicOf = async (vehicle: string) =>
    JSON.parse((await query(trial.environment, "trace", `${vehicle}@${timestamp}`, "--topic"))[0]!).topic;
  expect(await topicOf("kept")).toMatchObject([{partition: 0, offset: 0}]);
  expect(await topicOf("taken-back")).toEqual([]);
});

describe.each(DATABASES)("a missing reading, %s", (store) => {
  test("is none in the store, left out where the event is read back, and no difference to the audit", async ({
    open,
  }) => {
    const trial = await open(store, {partitions: 1, faults: {missingReadingPerMillion: 500_000}});
    const vehicle = `lacking-${process.pid}-${store}`;
    const time = (second: number) => `2026-11-03T00:00:0${second}.000Z`;
    const sent = [
      event(vehicle, time(1), {humidity: undefined}),
      event(vehicle, time(2), {speed: undefined, temperature: undefined, humidity: undefined, note: "kept"}),
      event(vehicle, time(3), {temperature: 999, humidity: "n/a"}),
    ];
    for (const value of sent) await trial.sendRaw(vehicle, value);
    await trial.start();
    await trial.send(30);
    await trial.caughtUp();
    expect(await trial.verdict()).toMatchObject({lost: 0, extra: 0, altered: 0, deadLetters: 0});
    const span = ["--vehicle", vehicle, "--since", time(0), "--until", time(4)];
    const lines = await query(trial.environment, "query", ...span);
    expect(lines.map((line) => JSON.parse(line))).toEqual(sent.map((line) => JSON.parse(line)).reverse());
    // What is read back is the same event again.
    for (const line of lines) await trial.sendRaw(vehicle, line);
    await trial.caughtUp();
    expect(await query(trial.environment, "query", ...span)).toEqual(lines);
    const [line] = await query(trial.environment, "trace", `${vehicle}@${time(2)}`);
    expect(JSON.parse(line!)).toMatchObject({row: JSON.parse(sent[1]!)});
    const audited = await runProgram("workloads/audit/main.ts", [], trial.environment);
    expect(JSON.parse(audited.trim())).toMatchObject({missing: 0, extra: 0, altered: 0});
    const row = await cells(store, vehicle, time(3));
    expect(row).toEqual({speed: 50, temperature: null, humidity: null});
  });
});

async function cells(store: StoreName, vehicle: string, time: string) {
  const select = "SELECT speed, temperature, humidity FROM";
  if (store === "timescaledb")
    return (
      await sqlAs(postgresOf(stack.address), `${select} telemetry WHERE vehicle_id = '${vehicle}' AND ts = '${time}'`)
    )[0];
  const client = cassandraOf(stack.address);
  const {rows} = await client.execute(
    `${select} telemetry.telemetry WHERE vehicle_id = '${vehicle}' AND day = '${time.slice(0, 10)}' AND ts = '${time}'`,
  );
  await client.shutdown();
  return {...rows[0]};
}

describe.each(DATABASES)("audit, %s", (store) => {
  const audit = async ({environment}: Trial) => {
    const env = {PATH: process.env.PATH, ...environment};
    const ended = await promisify(execFile)(process.execPath, ["workloads/audit/main.ts"], {env}).catch(
      (error) => error,
    );
    return {code: ended.code ?? 0, ...JSON.parse(ended.stdout.trim())};
  };
  const exact = {code: 0, missing: 0, extra: 0, altered: 0};
  const row = (vehicle: string, time: string, speed: number) =>
    `INTO telemetry (vehicle_id, ${store === "cassandra" ? "day, " : ""}ts, latitude, longitude, speed, temperature, humidity)
      VALUES ('${vehicle}', ${store === "cassandra" ? `'${time.slice(0, 10)}', ` : ""}'${time}', 48, 11, ${speed}, 20, 50)`;
  async function insert(vehicle: string, time: string, speed: number) {
    if (store === "timescaledb")
      return sqlAs(
        postgresOf(stack.address),
        `INSERT ${row(vehicle, time, speed)} ON CONFLICT (vehicle_id, ts) DO UPDATE SET speed = EXCLUDED.speed`,
      );
    const client = cassandraOf(stack.address);
    await client.execute(`INSERT ${row(vehicle, time, speed).replace("telemetry", "telemetry.telemetry")}`);
    return client.shutdown();
  }
  const time = (second: number) => `2026-11-02T00:00:0${second}.000Z`;

  test("what was sent twice with other values, or with numbers of 64 bits, is as it was sent; a row that nobody sent and one that was changed are seen", async ({
    open,
  }) => {
    const trial = await open(store);
    const vehicle = `audit-${process.pid}-${store}-1`;
    for (const more of [
      {speed: 10, temperature: 20},
      {speed: 5, temperature: 25},
    ])
      await trial.sendRaw(vehicle, event(vehicle, time(1), more));
    const exactly = '"trip":{"z":9007199254740993,"a":[1.10,1e2]}';
    await trial.sendRaw(vehicle, `${event(vehicle, time(3)).slice(0, -1)},${exactly}}`);
    await trial.send(20);
    await trial.start();
    await trial.caughtUp();
    const {rows, ...whole} = await audit(trial);
    expect(whole).toMatchObject({...exact, events: rows, older: 0});
    expect(rows).toBeGreaterThan(400);
    const [line] = await query(
      trial.environment,
      "query",
      "--vehicle",
      vehicle,
      "--since",
      time(3),
      "--until",
      time(4),
    );
    expect(line!.replaceAll(" ", "")).toContain("9007199254740993");
    await insert(vehicle, time(2), 1);
    expect(await audit(trial)).toMatchObject({...exact, code: 1, rows: rows + 1, extra: 1});
    await insert(vehicle, time(1), 1);
    expect(await audit(trial)).toMatchObject({...exact, code: 1, extra: 1, altered: 1});
  });

  test("rows whose events Kafka has dropped by now are older, not extra", async ({open}) => {
    const trial = await open(store, {partitions: 1});
    await trial.send(20);
    await trial.start();
    await trial.caughtUp();
    const {rows} = await audit(trial);
    await trial.admin.deleteTopicRecords({topic: trial.topic, partitions: [{partition: 0, offset: "100"}]});
    expect(await audit(trial)).toMatchObject({...exact, events: rows - 100, rows: rows - 100, older: 100});
  });
});

test("a dead letter of the future stays for later replays, one that is valid is sent once, and one that never will be is counted", async ({
  open,
}) => {
  const trial = await open("timescaledb", {partitions: 1});
  await trial.start(LONG_SESSION);
  const vehicle = `later-${process.pid}`;
  await trial.sendRaw(vehicle, event(vehicle, new Date(Date.now() + 30 * 3_600_000).toISOString()));
  await trial.sendRaw(vehicle, "no event");
  await trial.caughtUp();
  const deadLetters = async (task: string) =>
    (await runProgram("workloads/deadletters/main.ts", [task], trial.environment))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
  expect(await deadLetters("replay")).toEqual([{replayed: 0, invalid: 1, early: 1, older: 0, taken: 0}]);
  expect(await deadLetters("replay")).toEqual([{replayed: 0, invalid: 0, early: 1, older: 0, taken: 0}]);
  expect((await deadLetters("list")).map(({reason}) => reason)).toEqual([
    "timestamp: is more than 24 h ahead",
    "not JSON",
  ]);
});

describe("export", {concurrent: false}, () => {
  const DATABASE = "export_test";
  const env = {
    STORE: "timescaledb",
    PGHOST: stack.address,
    PGUSER: "telemetry",
    PGPASSWORD: stack.password,
    PGDATABASE: DATABASE,
  };
  const sql = (statement: string, database = DATABASE) => sqlAs(postgresOf(stack.address, database), statement);

  beforeAll(async () => {
    await sql(`CREATE DATABASE ${DATABASE}`, "telemetry");
    await prepareSchemas(stack, {PGDATABASE: DATABASE}, ["timescaledb"]);
    // Four days of ten vehicles, two of them with fields of their own.
    await sql(`INSERT INTO telemetry SELECT 'v' || v, '2026-01-01Z'::timestamptz + n * interval '1 minute', v / 3.0, n / 7.0, 0.000001 * n, v, n % 100,
      CASE WHEN v < 2 THEN jsonb_build_object('note', 'a "b", c' || E'\\n' || n, 'ü', 1) END
      FROM generate_series(0, 9) v, generate_series(0, 5759) n`);
    await sql("UPDATE telemetry SET humidity = NULL WHERE vehicle_id = 'v3'");
  });

  test("every row is in it once, as it is in the table, and CSV says the same as JSON", async () => {
    const json = (await query(env, "export")).map((line) => JSON.parse(line));
    expect(json).toHaveLength(57_600);
    expect(new Set(json.map(({vehicle_id, timestamp}) => `${vehicle_id} ${timestamp}`)).size).toBe(57_600);
    expect(
      json.find(({vehicle_id, timestamp}) => vehicle_id === "v1" && timestamp === "2026-01-01T00:05:00.000Z"),
    ).toEqual({
      vehicle_id: "v1",
      timestamp: "2026-01-01T00:05:00.000Z",
      latitude: 1 / 3,
      longitude: 5 / 7,
      speed: 0.000005,
      temperature: 1,
      humidity: 5,
      note: 'a "b", c\n5',
      ü: 1,
    });
    const csv = await query(env, "export", "--csv");
    expect(csv).toHaveLength(57_600);
    const figures = (events: {latitude: unknown; speed: unknown}[]) =>
      events.reduce((sum, {latitude, speed}) => sum + Number(latitude) + Number(speed), 0);
    const ofCsv = csv.map((line) => line.split(",")).map(([, , latitude, , speed]) => ({latitude, speed}));
    expect(figures(ofCsv)).toBeCloseTo(figures(json), 6);
    const [lacking] = json.filter(({vehicle_id}) => vehicle_id === "v3");
    expect(lacking).not.toHaveProperty("humidity");
    expect(csv.find((line) => line.startsWith("v3,"))).toMatch(/,3,,,$/);
    expect(csv).toContainEqual(
      'v1,2026-01-01T00:05:00.000Z,0.3333333333333333,0.7142857142857143,5e-06,1,5,,"{""ü"": 1, ""note"": ""a \\""b\\"", c\\n5""}"',
    );
  });

  test("an export that goes on at a mark has the rest, whatever chunks were dropped meanwhile", async () => {
    const rest = async () => (await query(env, "export", "--resume", "2026-01-03T00:00:00.000Z", "--csv")).length;
    expect(await rest()).toBe(28_800);
    await sql("SELECT drop_chunks('telemetry', older_than => '2026-01-02Z'::timestamptz)");
    expect(await rest()).toBe(28_800);
    expect(
      await query(env, "export", "--since", "2026-01-02T12:00:00Z", "--until", "2026-01-02T12:01:00Z"),
    ).toHaveLength(10);
    await expect(query(env, "export", "--resume", "12")).rejects.toThrow('--resume: "12" is no time');
  });
});
