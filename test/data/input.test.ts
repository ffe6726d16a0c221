import {readFileSync, rmSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {ConfigResourceTypes} from "kafkajs";
import {describe, expect} from "vitest";
import {DATABASES} from "../../api/stores.ts";
import {waitFor} from "../../cluster/shell.ts";
import {test} from "./lanes.ts";
import {makeDatabase, prepareSchemas} from "./prepare.ts";
import {stack} from "./shared.ts";
import {cassandraOf, postgresOf, sqlAs} from "./stack.ts";
import {LONG_SESSION} from "./trial.ts";
import {expectTrouble} from "./trouble.ts";

const WAIT_MS = 240_000;
let vehicles = 0;

const event = (fields: object = {}) => ({
  vehicle_id: `bad-${process.pid}-${vehicles++}`,
  timestamp: "2026-11-24T12:00:00.000Z",
  latitude: 48,
  longitude: 11,
  speed: 50,
  temperature: 20,
  humidity: 50,
  ...fields,
});
const json = (fields: object = {}) => JSON.stringify(event(fields));

const sql = (statement: string, database = "telemetry") => sqlAs(postgresOf(stack.address, database), statement);

const nested = (levels: number): unknown => (levels === 0 ? 1 : {a: nested(levels - 1)});
const odd = (count: number) => Object.fromEntries(Array.from({length: count}, (_, at) => [`field_${at}`, at]));

const BAD: [string, Buffer | string | null, RegExp][] = [
  ["no value", null, /^empty value$/],
  ["half of a JSON text", '{"vehicle_id":"v', /^truncated JSON/],
  ["bytes that are no UTF-8", Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), /^not UTF-8$/],
  ["more than 1 MB", json({note: "x".repeat(1_200_000)}), /bytes, more than 1000000$/],
  ["a latitude that is none", json({latitude: 90.1}), /^latitude: /],
  ["a time in the far future", json({timestamp: "2099-01-01T00:00:00Z"}), /^timestamp: is more than 24 h ahead$/],
  ["a day that does not exist", json({timestamp: "2026-02-30T00:00:00Z"}), /^timestamp: is no time that exists$/],
  ["a list", "[1]", /^event: /],
  ["a NUL character", json({note: "a\0b"}), /NUL character/],
  ["no vehicle", json({vehicle_id: undefined}), /^vehicle_id: /],
  ["a latitude that is no number", json({latitude: "north"}), /^latitude: "north" is no number$/],
  ["a time without a zone", json({timestamp: "2026-11-24T12:00:00"}), /^timestamp: has no time zone/],
  ["40 levels of nesting", json({note: nested(40)}), /^event: nested deeper than 32$/],
  ["a place beyond a double", json().replace(":48", ":1e999"), /^latitude: Infinity is not from -90 to 90$/],
  ["half a character", Buffer.from(json({note: "ü"}).replace("ü", "\xc3"), "latin1"), /UTF-8/],
  ["a broken line behind a good one", `${json()}\n{"vehicle_id":`, /^event 2 of 2: truncated JSON/],
];

/** Texts as they come, each with the events that are to be in the store. */
function dialects(): [string, ...ReturnType<typeof event>[]][] {
  const [time, plain] = [Date.parse(event().timestamp), () => event()];
  const once = (change: (text: string) => string): [string, ReturnType<typeof event>] => {
    const row = plain();
    return [change(JSON.stringify(row)), row];
  };
  // A receiver without a fix.
  const lost = event({latitude: null, longitude: null});
  const [one, other, dry, odd] = [plain(), plain(), event({humidity: undefined}), event({speed: undefined})];
  return [
    once((text) => text.replace(".000Z", ".000000+00:00")),
    once((text) => text.replace("T12:00:00.000Z", " 13:00:00.000999+01:00")),
    once((text) => text.replace('"2026-11-24T12:00:00.000Z"', String(time))),
    once((text) => text.replace('"2026-11-24T12:00:00.000Z"', `"${time / 1_000}"`)),
    once((text) => `\uFEFF${text.replace('"speed":50', '"speed":"50.0"')}`),
    [JSON.stringify(lost), lost],
    [`[${JSON.stringify(one)},${JSON.stringify(other)}]`, one, other],
    [`${JSON.stringify(dry)}\n${JSON.stringify(odd).replace("}", ',"speed":NaN}')}\n`, dry, odd],
  ];
}

describe.each(DATABASES)("%s: events", (store) => {
  test("each bad one is a dead letter that says why, and none costs its neighbours anything", async ({open}) => {
    const trial = await open(store, {partitions: 1});
    await trial.start();
    await trial.send(2);
    for (const [, value] of BAD) {
      await trial.sendRaw("k", value);
      await trial.send(1);
    }
    await trial.caughtUp();
    expect(await trial.verdict()).toMatchObject({lost: 0, extra: 0, altered: 0, deadLetters: BAD.length});
    const letters = await trial.deadLetters();
    const reasons = letters.map(({reason}) => reason);
    for (const [index, [name, , reason]] of BAD.entries()) expect(reasons[index], name).toMatch(reason);
    expect(letters[1]!.headers).toMatchObject({"source-topic": trial.topic, "source-partition": "0", store});
  });

  test("10 MB are a dead letter with their beginning, and 2,000 fields an event like any other", async ({open}) => {
    const trial = await open(store, {partitions: 1});
    const configEntries = [{name: "max.message.bytes", value: "12000000"}];
    const resources = [{type: ConfigResourceTypes.TOPIC, name: trial.topic, configEntries}];
    await trial.admin.alterConfigs({validateOnly: false, resources});
    await trial.start();
    await trial.send(1);
    await trial.sendRaw("k", json({note: "x".repeat(10_000_000)}));
    const many = event(odd(2_000));
    await trial.sendRaw(many.vehicle_id, JSON.stringify(many));
    trial.acknowledge(many.vehicle_id, JSON.stringify(event({vehicle_id: many.vehicle_id})));
    await trial.send(1);
    await trial.caughtUp();
    expect(await trial.verdict()).toMatchObject({lost: 0, extra: 0, altered: 0, deadLetters: 1});
    const [letter] = await trial.deadLetters();
    expect(letter!.reason).toMatch(/^100\d{5} bytes, more than 1000000$/);
    expect(letter!.headers["original-bytes"]).toMatch(/^100\d{5}$/);
    expect(letter!.value.startsWith('{"vehicle_id"')).toBe(true);
  });

  test("what common senders write arrives: their times, lists and lines, and what they lack", async ({open}) => {
    const trial = await open(store, {partitions: 1});
    await trial.start();
    for (const [text, ...rows] of dialects()) {
      await trial.sendRaw("k", text);
      for (const row of rows) trial.acknowledge(row.vehicle_id, JSON.stringify(row));
    }
    await trial.caughtUp();
    expect(await trial.verdict()).toMatchObject({lost: 0, extra: 0, altered: 0, deadLetters: 0});
  });

  test("events by a mapping are in the store beside those in the default format, and what they lack is null", async ({
    open,
  }) => {
    const trial = await open(store, {partitions: 1});
    const fields = [
      {name: "latitude", path: "gps.lat", unit: "Microdegrees"},
      {name: "longitude", path: "gps.lon", unit: "Microdegrees"},
      {name: "speed", path: "gps.kn", unit: "Knots", nulls: [255]},
    ];
    await trial.start({EVENT_MAPPING: JSON.stringify({vehicle: {path: "@key"}, time: {path: "t"}, fields})});
    const row = event({speed: 18.52, temperature: undefined, humidity: undefined});
    const none = event({speed: undefined, temperature: undefined, humidity: undefined});
    for (const [{vehicle_id, timestamp}, kn] of [
      [row, 10],
      [none, 255],
    ] as const)
      await trial.sendRaw(
        vehicle_id,
        JSON.stringify({t: Date.parse(timestamp), gps: {lat: 48_000_000, lon: 11_000_000, kn}}),
      );
    for (const one of [row, none]) trial.acknowledge(one.vehicle_id, JSON.stringify(one));
    await trial.caughtUp();
    expect(await trial.verdict()).toMatchObject({lost: 0, extra: 0, altered: 0, deadLetters: 0});
  });

  test("a path that is nowhere is in the ingester's figures, with the names that an event has", async ({open}) => {
    const trial = await open(store, {partitions: 1});
    const fields = [
      {name: "speed", path: "gps.kn | speed"},
      {name: "humidity", path: "env.rh"},
    ];
    const ingester = await trial.start({EVENT_MAPPING: JSON.stringify({fields})});
    await trial.send(500);
    await trial.caughtUp();
    expect((await ingester.freshness()).unmatched).toMatch(
      /^humidity \(env\.rh\): in none of 10000 events; one has vehicle_id, timestamp, latitude, .*humidity$/,
    );
    expect(await trial.verdict()).toMatchObject({lost: 0, extra: 0, altered: 0});
  });

  test("the same event twice is one row", async ({open}) => {
    const trial = await open(store, {faults: {duplicatePerMillion: 300_000}});
    await trial.start();
    await trial.send(30);
    await trial.caughtUp();
    const verdict = await trial.verdict();
    expect(verdict).toMatchObject({lost: 0, extra: 0, altered: 0});
    const sent = (await trial.admin.fetchTopicOffsets(trial.topic)).reduce((sum, {high}) => sum + Number(high), 0);
    expect(sent).toBeGreaterThan(verdict.rows);
  });
});

describe("Kafka", () => {
  test.for([
    ["gzip", 1],
    ["snappy", 2],
    ["lz4", 3],
    ["zstd", 4],
  ] as const)(
    "batches that are compressed with %s are read to the last event",
    async ([compression, codec], {open}) => {
      const trial = await open("timescaledb", {partitions: 1, compression});
      await trial.send(300);
      // The broker's own file says with what it has packed the first batch.
      const log = join(stack.state, "kafka.data/data", `${trial.topic}-0`, "00000000000000000000.log");
      expect(readFileSync(log).readInt16BE(21) & 7).toBe(codec);
      await trial.start();
      await trial.caughtUp();
      const verdict = await trial.verdict();
      expect(verdict).toMatchObject({lost: 0, extra: 0, altered: 0});
      expect(verdict.rows).toBeGreaterThan(5_000);
    },
  );

  test("a dead letter that its topic does not take whole is shortened, and the partition goes on", async ({open}) => {
    const trial = await open("timescaledb", {partitions: 1});
    const small = `${trial.topic}.small`;
    const configEntries = [{name: "max.message.bytes", value: "100000"}];
    await trial.admin.createTopics({topics: [{topic: small, numPartitions: 1, configEntries}], waitForLeaders: true});
    await trial.start({...LONG_SESSION, KAFKA_DLQ_TOPIC: small});
    await trial.sendRaw("k", "x".repeat(500_000));
    await trial.send(2);
    await trial.caughtUp();
    expect(await trial.verdict()).toMatchObject({lost: 0, extra: 0});
    expect(await trial.admin.fetchTopicOffsets(small)).toMatchObject([{high: "1"}]);
  });

  test("partitions that are added are read by the members that run", async ({open}) => {
    const trial = await open("timescaledb", {partitions: 1});
    const ingester = await trial.start();
    await trial.send(5);
    await trial.caughtUp();
    await trial.admin.createPartitions({topicPartitions: [{topic: trial.topic, count: 5}]});
    await waitFor("the producer to know them", WAIT_MS, async () => {
      await trial.producer.close();
      await trial.send(2);
      const offsets = await trial.admin.fetchTopicOffsets(trial.topic);
      return offsets.filter(({high}) => Number(high) > 0).length > 2;
    });
    await trial.caughtUp(90_000);
    expect(await trial.verdict()).toMatchObject({lost: 0, extra: 0, altered: 0});
    expect((await ingester.drain()).code).toBe(0);
  });

  test("a topic that vanishes is waited for, and read from its start when it is back", async ({open}) => {
    const trial = await open("timescaledb", {partitions: 2});
    const ingester = await trial.start();
    await trial.send(5);
    await trial.caughtUp();
    ingester.log.length = 0;
    await trial.admin.deleteTopics({topics: [trial.topic]});
    await waitFor("a line about it", WAIT_MS, async () =>
      /does not host this topic|UNKNOWN_TOPIC/i.test(ingester.log.join("\n")),
    );
    await waitFor("the topic anew", WAIT_MS, async () => {
      await trial.admin.createTopics({topics: [{topic: trial.topic, numPartitions: 2}], waitForLeaders: true});
      return true;
    });
    // Fewer than before: a topic that is filled beyond the old offset meanwhile is read from there (docs/reliability.md).
    await trial.send(1);
    const complete = async () => (await trial.verdict()).lost === 0;
    await waitFor("the first events of the new topic", 240_000, complete);
    await trial.send(10);
    await waitFor("the rest", 240_000, complete);
    expect(await trial.verdict()).toMatchObject({lost: 0, extra: 0, altered: 0});
    expect((await ingester.drain()).code).toBe(0);
  });
});

describe("stores", () => {
  test("a password that was changed under way is waited for", async ({open}) => {
    const trial = await open("timescaledb");
    await sql("CREATE ROLE writer LOGIN PASSWORD 'one' IN ROLE telemetry");
    const ingester = await trial.start({PGUSER: "writer", PGPASSWORD: "one"});
    await trial.send(3);
    await trial.caughtUp();
    await sql("ALTER ROLE writer PASSWORD 'two'");
    await sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'writer'");
    await trial.send(3);
    await expectTrouble(trial, ingester, "credentials");
    await sql("ALTER ROLE writer PASSWORD 'one'");
    await trial.caughtUp();
    // The rows are those of another database role, in the same table.
    expect(await trial.verdict()).toMatchObject({lost: 0, extra: 0});
    await ingester.drain();
    await sql("DROP ROLE writer");
  });

  test("a full disk is waited for, and no row becomes a dead letter", async ({open}) => {
    await sql("CREATE TABLESPACE small LOCATION '/small'");
    const env = await makeDatabase(stack, "full_disk", "small");
    const trial = await open("timescaledb");
    const ingester = await trial.start(env);
    await trial.send(2);
    await trial.caughtUp();
    const filler = `/proc/${readFileSync(stack.servers.timescaledb.pidFile, "utf8")}/root/small/filler`;
    fill(filler);
    await trial.send(60);
    await expectTrouble(trial, ingester, "disk-full");
    rmSync(filler);
    await trial.caughtUp();
    const [{count}] = await sql("SELECT count(*)::int FROM telemetry", "full_disk");
    expect(count).toBe((await trial.verdict()).acknowledged);
    await ingester.drain();
  });

  test.for([
    [
      "a column that was dropped",
      "dropped_column",
      "ALTER TABLE telemetry DROP COLUMN speed",
      "ALTER TABLE telemetry ADD COLUMN speed float8",
      "column telemetry.speed (double precision) is missing",
    ],
    [
      "a column that no row fills",
      "unfilled_column",
      "ALTER TABLE telemetry ADD COLUMN mine text; ALTER TABLE telemetry ADD CHECK (mine IS NOT NULL) NOT VALID; ALTER TABLE telemetry ALTER COLUMN mine SET NOT NULL",
      "ALTER TABLE telemetry DROP COLUMN mine",
      "column telemetry.mine was added as NOT NULL",
    ],
  ] as const)(
    "TimescaleDB: %s is named by the schema job, waited for, and costs no row",
    async ([, database, alter, back, said], {open}) => {
      const env = await makeDatabase(stack, database);
      const trial = await open("timescaledb");
      await sql(alter, database);
      await expect(prepareSchemas(stack, env, ["timescaledb"])).rejects.toThrow(said);
      const ingester = await trial.start(env);
      await trial.send(3);
      await expectTrouble(trial, ingester, "schema");
      await sql(back, database);
      await trial.caughtUp();
      const [{count}] = await sql("SELECT count(*)::int FROM telemetry", database);
      expect(count).toBe((await trial.verdict()).acknowledged);
      await ingester.drain();
    },
  );

  test("Cassandra: a column that was dropped is named by the schema job and waited for", async ({open}) => {
    const env = {CASSANDRA_KEYSPACE: "altered"};
    await prepareSchemas(stack, env, ["cassandra"]);
    const client = cassandraOf(stack.address);
    await client.connect();
    await client.execute("ALTER TABLE altered.telemetry DROP speed");
    await expect(prepareSchemas(stack, env, ["cassandra"])).rejects.toThrow(
      "column telemetry.speed (double) is missing",
    );
    const trial = await open("cassandra");
    const ingester = await trial.start(env);
    await trial.send(3);
    await expectTrouble(trial, ingester, "schema");
    await client.execute("ALTER TABLE altered.telemetry ADD speed double");
    await trial.caughtUp();
    const {rows} = await client.execute("SELECT count(*) AS rows FROM altered.telemetry");
    expect(Number(rows[0]!.rows)).toBe((await trial.verdict()).acknowledged);
    await ingester.drain();
    await client.shutdown();
  });
});

/** Leaves no room on a small disk. */
function fill(file: string) {
  for (let bytes = 1_048_576; bytes >= 4_096; bytes /= 2) {
    try {
      for (;;) writeFileSync(file, Buffer.alloc(bytes), {flag: "a"});
    } catch {
      // Full for pieces of this size.
    }
  }
}
