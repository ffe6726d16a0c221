import {describe, expect} from "vitest";
import {TAKEN} from "../../api/event/identity.ts";
import {DATABASES} from "../../api/stores.ts";
import {readMigrations, statementsOf} from "../../workloads/schema/migrations.ts";
import {runProgram} from "./ingester.ts";
import {test} from "./lanes.ts";
import {makeDatabase, prepareSchemas} from "./prepare.ts";
import {stack} from "./shared.ts";
import {cassandraOf} from "./stack.ts";
import {LONG_SESSION, type Trial} from "./trial.ts";

const TIME = "2026-11-07T00:00:00.000Z";

/** Events of one vehicle and millisecond. */
const event = (vehicle_id: string, more: object) =>
  JSON.stringify({vehicle_id, timestamp: TIME, latitude: 48, longitude: 11, ...more});

async function read({environment}: Trial, vehicle: string) {
  const args = ["query", "--vehicle", vehicle, "--since", "2026-11-07T00:00:00Z", "--until", "2026-11-08T00:00:00Z"];
  const text = (await runProgram("workloads/query/main.ts", args, environment)).trim();
  return text.split("\n").map((line) => JSON.parse(line));
}

const audit = async ({environment}: Trial) =>
  JSON.parse((await runProgram("workloads/audit/main.ts", [], environment)).trim());

describe.each(DATABASES)("%s: two events in one millisecond", (store) => {
  test("the first in Kafka stays, whole, through restarts and a replay of the topic; each other one is a dead letter and counted", async ({
    open,
  }) => {
    const trial = await open(store, {partitions: 1});
    const vehicle = `twin-${process.pid}-${store}`;
    const first = event(vehicle, {speed: 1, temperature: 20, note: "first"});
    const others = [{speed: 2, humidity: 50}, {speed: 3, temperature: 20, other: true}, {speed: 4}].map((more) =>
      event(vehicle, more),
    );
    const kept = async () => expect(await read(trial, vehicle)).toEqual([JSON.parse(first)]);
    const letters = async () => (await trial.deadLetters()).map(({reason, value}) => [reason, value]);
    // In one batch, beside one that is the same; then by the same process; then by one that has not seen the first.
    for (const value of [first, others[0]!, first]) await trial.sendRaw(vehicle, value);
    const before = await trial.start(LONG_SESSION);
    await trial.send(5);
    await trial.caughtUp();
    await kept();
    expect((await before.freshness()).flagged).toEqual({SameTime: 1, Repeated: 1});
    await trial.sendRaw(vehicle, others[1]!);
    await trial.caughtUp();
    await before.drain();
    const after = await trial.start(LONG_SESSION);
    await trial.sendRaw(vehicle, others[2]!);
    await trial.caughtUp();
    await kept();
    expect(await letters()).toEqual(others.map((value) => [TAKEN, value]));
    await after.drain();

    await trial.admin.resetOffsets({groupId: trial.environment.KAFKA_GROUP!, topic: trial.topic, earliest: true});
    const again = await trial.start(LONG_SESSION);
    await trial.caughtUp();
    await kept();
    expect(await letters()).toEqual(others.map((value) => [TAKEN, value]));
    const [partition] = await trial.admin.fetchTopicOffsets(trial.topic);
    expect((await again.freshness()).flagged).toMatchObject({SameTime: 3, Repeated: Number(partition!.high) - 3});
    expect(await audit(trial)).toMatchObject({missing: 0, extra: 0, altered: 0});
    const replayed = await runProgram("workloads/deadletters/main.ts", ["replay"], trial.environment);
    expect(JSON.parse(replayed)).toMatchObject({replayed: 0, taken: 6});
  });

  test("the same event with its further fields in another order is no other", async ({open}) => {
    const trial = await open(store, {partitions: 1});
    const vehicle = `ordered-${process.pid}-${store}`;
    const before = await trial.start(LONG_SESSION);
    await trial.sendRaw(vehicle, event(vehicle, {door: true, note: "1.10"}));
    await trial.caughtUp();
    await before.drain();
    const after = await trial.start(LONG_SESSION);
    await trial.sendRaw(vehicle, event(vehicle, {note: "1.10", door: true}));
    await trial.caughtUp();
    expect((await after.freshness()).flagged).toEqual({Repeated: 1});
    expect(await trial.deadLetters()).toEqual([]);
  });

  test("with the position in Kafka in the key each event is a row, once, whatever is read again", async ({open}) => {
    const place = `positioned_${store}`;
    const env = {
      EVENT_IDENTITY: "VehicleTimeAndPosition",
      CASSANDRA_KEYSPACE: place,
      ...(await makeDatabase(stack, place)),
    };
    await prepareSchemas(stack, env, [store]);
    const trial = await open(store, {partitions: 1});
    Object.assign(trial.environment, env);
    const vehicle = `each-${process.pid}-${store}`;
    const one = event(vehicle, {speed: 1, note: "one"});
    const two = event(vehicle, {speed: 2});
    for (const value of [one, two, two, `[${one},${two}]`]) await trial.sendRaw(vehicle, value);
    const sent = [one, two, two, one, two].map((value) => JSON.parse(value));
    const flags = [undefined, "SameTime", "Repeated", "SameTime", "SameTime"];
    const rows = sent.map((value, at) => (flags[at] ? {...value, quality_flags: [flags[at]]} : value));
    const kept = async () => {
      const sorted = (list: object[]) => list.map((row) => JSON.stringify(Object.entries(row).sort())).sort();
      expect(sorted(await read(trial, vehicle))).toEqual(sorted(rows));
      expect(await audit(trial)).toMatchObject({events: 5, rows: 5, missing: 0, extra: 0, altered: 0});
    };
    const before = await trial.start(LONG_SESSION);
    await trial.caughtUp();
    await kept();
    await before.drain();
    await trial.admin.resetOffsets({groupId: trial.environment.KAFKA_GROUP!, topic: trial.topic, earliest: true});
    await trial.start(LONG_SESSION);
    await trial.caughtUp();
    await kept();
    expect(await trial.deadLetters()).toEqual([]);
    await expect(prepareSchemas(stack, {...env, EVENT_IDENTITY: ""}, [store])).rejects.toThrow(
      "spec.event.identity: the rows of table telemetry have vehicle, time and position in Kafka as their key",
    );
  });
});

describe("a set-up that is cut off while it makes Cassandra's table with the other key makes all of it when it comes again", () => {
  // Of a set-up that ends behind a statement: the first migration makes the table, the second adds a column.
  test.each([
    ["with the table dropped, and each migration noted", "dropped_noted", ["DROP TABLE telemetry"]],
    ["with the table dropped", "dropped", ["TRUNCATE schema_migration", "DROP TABLE telemetry"]],
    [
      "with the table as the first migration makes it",
      "begun",
      ["TRUNCATE schema_migration", "DROP TABLE telemetry", statementsOf(readMigrations("cassandra")[0]!)[0]!],
    ],
  ])("%s", async (_, keyspace, statements) => {
    const client = cassandraOf(stack.servers.cassandra.address);
    try {
      for (const identity of ["VehicleTimeAndPosition", "VehicleAndTime"]) {
        const env = {EVENT_IDENTITY: identity, CASSANDRA_KEYSPACE: keyspace};
        await prepareSchemas(stack, env, ["cassandra"]);
        await client.execute(`USE ${keyspace}`);
        for (const statement of statements) await client.execute(statement);
        const again = prepareSchemas(stack, env, ["cassandra"]);
        if (keyspace === "dropped_noted" && identity === "VehicleAndTime") {
          // No set-up leaves this: somebody has dropped the table, and its rows are gone.
          await expect(again).rejects.toThrow("the schema was altered");
          continue;
        }
        await again;
        const columns =
          "SELECT column_name FROM system_schema.columns WHERE keyspace_name = ? AND table_name = 'telemetry'";
        const names = (await client.execute(columns, [keyspace])).rows.map((row) => row.get("column_name"));
        expect(names).toEqual(expect.arrayContaining(["vehicle_id", "quality_flags"]));
        expect(names.includes("kafka_offset")).toBe(identity === "VehicleTimeAndPosition");
      }
    } finally {
      await client.shutdown();
    }
  });
});
