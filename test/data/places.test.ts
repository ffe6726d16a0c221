import {expect, test} from "vitest";
import {FLAGS} from "../../api/event/quality.ts";
import {fleet as board} from "../../cdk8s/dashboards/fleet.ts";
import {waitFor} from "../../cluster/shell.ts";
import {readCassandra} from "../../workloads/console/cassandra.ts";
import {createFleet, type Reading} from "../../workloads/console/fleet.ts";
import type {Source} from "../../workloads/console/source.ts";
import {toHistory} from "../../workloads/console/source.ts";
import {readTimescaleDB} from "../../workloads/console/timescaledb.ts";
import {runProgram} from "./ingester.ts";
import {stack} from "./shared.ts";
import {cassandraOf, kafkaOf, postgresOf, sqlAs} from "./stack.ts";

/** Clocks and places that are wrong: what console and dashboards read of real stores, and the topic that the stream job refuses. */
Object.assign(process.env, {
  PGHOST: stack.servers.timescaledb.address,
  PGUSER: "telemetry",
  PGPASSWORD: stack.password,
  PGDATABASE: "telemetry",
  CASSANDRA_CONTACT_POINTS: stack.servers.cassandra.address,
  CASSANDRA_USERNAME: "telemetry",
  CASSANDRA_PASSWORD: stack.password,
});
const MINUTE = 60_000;
const NOW = Date.now();
const [street, ahead, lost, jumps, doubted] = ["street", "ahead", "lost", "jumps", "doubted"].map(
  (name) => `places-${process.pid}-${name}`,
);
const row = (vehicle: string, ago: number, latitude = 48, longitude = 11, speed = 50): Reading => ({
  vehicle_id: vehicle,
  ts: NOW - ago,
  latitude,
  longitude,
  speed,
  temperature: 20,
  humidity: 50,
});
const ROWS = [
  row(street!, 3_000, -17.8, 179.999),
  row(street!, 2_000, -17.8, -179.999),
  row(ahead!, 2_000, 48, 11, 51),
  row(ahead!, -20 * 60 * MINUTE, 48, 11, 99),
  row(lost!, 3_000),
  row(lost!, 2_000, 0, 0),
  row(jumps!, 4_000),
  row(jumps!, 3_000, 48.0001),
  row(jumps!, 2_000, -33.86, 151.2),
  row(doubted!, 3_000),
  // Where it may be, but for its flag.
  {...row(doubted!, 2_000, 48.0001), quality_flags: FLAGS.NullIsland.bit},
].map((one) => ({quality_flags: null, ...one}));

const sql = (statement: string) => sqlAs(postgresOf(stack.servers.timescaledb.address), statement);

async function inTimescaleDB() {
  const values = ROWS.map(
    ({vehicle_id, ts, latitude, longitude, speed, quality_flags}) =>
      `('${vehicle_id}', '${new Date(ts).toISOString()}', ${latitude}, ${longitude}, ${speed}, 20, 50, ${quality_flags})`,
  );
  await sql(`INSERT INTO telemetry (vehicle_id, ts, latitude, longitude, speed, temperature, humidity, quality_flags)
    VALUES ${values.join(", ")} ON CONFLICT DO NOTHING`);
}

async function inCassandra() {
  const client = cassandraOf(stack.servers.cassandra.address);
  await client.connect();
  for (const {vehicle_id, ts, latitude, longitude, speed, quality_flags} of ROWS)
    await client.execute(
      "INSERT INTO telemetry.telemetry (vehicle_id, day, ts, latitude, longitude, speed, temperature, humidity, quality_flags) VALUES (?, ?, ?, ?, ?, ?, 20, 50, ?)",
      [vehicle_id, new Date(ts).toISOString().slice(0, 10), new Date(ts), latitude, longitude, speed, quality_flags],
      {prepare: true},
    );
  await client.shutdown();
}

test.each<[string, () => Promise<void>, () => Source]>([
  ["timescaledb", inTimescaleDB, readTimescaleDB],
  ["cassandra", inCassandra, readCassandra],
])(
  "%s: the console gets the newest reading of a right clock beside one that is ahead, and a track of places",
  async (name, write, open) => {
    await write();
    const source = open();
    const fleet = createFleet();
    fleet.take(
      (await source.latest()).filter(({vehicle_id}) => vehicle_id.startsWith(`places-${process.pid}-`)),
      NOW,
    );
    const shown = new Map(fleet.readings().map((reading) => [reading.vehicle_id, reading]));
    expect([...shown.keys()].sort()).toEqual([ahead, doubted, jumps, lost, street]);
    expect(shown.get(ahead!)).toEqual(row(ahead!, 2_000, 48, 11, 51));
    expect(shown.get(lost!)?.fault).toEqual({noFix: true});
    const history = async (vehicle: string) =>
      toHistory(name, 1_000, await source.history({vehicle, from: NOW - MINUTE, to: NOW, stepMs: 1_000, fields: []}));
    expect(await history(lost!)).toMatchObject({latitude: [48, null], speed: [50, 50], leftOut: 1});
    expect(shown.get(doubted!)?.fault).toEqual({noFix: true});
    expect(await history(doubted!)).toMatchObject({latitude: [48, null], speed: [50, 50], leftOut: 1});
    expect(await history(jumps!)).toMatchObject({latitude: [48, 48.0001, null], leftOut: 1});
  },
);

test("the dashboard's map has each vehicle at its last place that can be, and one side of the 180th meridian", async () => {
  await inTimescaleDB();
  const [panel] = board.rows
    .flatMap(([, panels]) => panels.map((one) => one.build()))
    .filter(({type}) => type === "geomap");
  const query: string = (panel!.targets![0] as any).rawSql;
  const inTime = query.replaceAll(
    "$__timeFilter(ts)",
    "ts BETWEEN now() - interval '1 hour' AND now() + interval '1 day'",
  );
  const found = (await sql(inTime)).filter(({vehicle_id}: any) => vehicle_id.startsWith(`places-${process.pid}-`));
  const at = (vehicle: string) => found.find(({vehicle_id}: any) => vehicle_id === vehicle) as any;
  expect(at(lost!)).toMatchObject({latitude: 48, longitude: 11});
  expect(at(doubted!)).toMatchObject({latitude: 48, longitude: 11});
  expect(at(jumps!)).toMatchObject({latitude: 48.0001, longitude: 11});
  expect(at(ahead!).speed).toBe(51);
  expect(at(street!)).toMatchObject({latitude: -17.8});
  expect(((at(street!).longitude + 360) % 360).toFixed(3)).toBe("180.001");
});

test("a topic whose events have their producers' time is refused with the command that changes it, one with the broker's is not", async () => {
  const topic = `arrival-${process.pid}`;
  const env = {KAFKA_BROKERS: `${stack.servers.kafka.address}:9092`, KAFKA_TOPIC: topic};
  const check = () => runProgram("workloads/schema/main.ts", ["kafka-arrival-time"], env);
  const admin = kafkaOf(stack).admin();
  await admin.connect();
  await admin.createTopics({topics: [{topic, numPartitions: 1}]});
  await waitFor("the topic", MINUTE, () => admin.fetchTopicOffsets(topic));
  await expect(check()).rejects.toThrow(
    new RegExp(
      `topic ${topic} has message.timestamp.type=CreateTime.*--add-config message.timestamp.type=LogAppendTime`,
    ),
  );
  await admin.alterConfigs({
    validateOnly: false,
    resources: [{type: 2, name: topic, configEntries: [{name: "message.timestamp.type", value: "LogAppendTime"}]}],
  });
  await waitFor("the broker to know its topic's time", MINUTE, () => check().then(() => true));
  await admin.deleteTopics({topics: [topic]});
  await admin.disconnect();
});
