import {randomUUID} from "node:crypto";
import pg from "pg";
import {cassandraClient} from "../lib/cassandra.ts";
import {text} from "../lib/environment.ts";
import {connectKafka} from "../lib/kafka.ts";
import {logger, sleep} from "../lib/process.ts";
import {parseEvent, type Row} from "../telemetry.ts";

/**
 * Compares what Kafka holds at this moment with what the store of the environment holds, event by event and value by
 * value, and prints `{store, events, rows, missing, extra, altered}`. Exits with 1 unless the last three are 0.
 */
const GRACE_MS = 60_000;
const log = logger("audit");
const topic = text("KAFKA_TOPIC", "telemetry");
const kind = text("STORE");

const idOf = (row: Row) => `${row.vehicle_id} ${row.ts.getTime()}`;
/** jsonb keeps no order of keys. */
const canonical = (extra: string | null) =>
  extra === null ? "" : JSON.stringify(Object.entries(JSON.parse(extra)).sort());
const contentOf = (row: Row) =>
  [row.latitude, row.longitude, row.speed, row.temperature, row.humidity, canonical(row.extra)].join(" ");

const expected = await readKafka();
const newest = new Map<string, number>();
for (const id of expected.keys()) {
  const [vehicle, time] = id.split(" ") as [string, string];
  newest.set(vehicle, Math.max(newest.get(vehicle) ?? 0, Number(time)));
}
const end = Date.now() + GRACE_MS;
let result = await compare();
// The ingester may be a moment behind.
while (result.missing > 0 && Date.now() < end) {
  await sleep(1_000);
  result = await compare();
}
console.log(JSON.stringify(result));
process.exit(result.missing + result.extra + result.altered === 0 ? 0 : 1);

async function readKafka(): Promise<Map<string, string>> {
  const kafka = connectKafka("audit", log);
  const admin = kafka.admin();
  await admin.connect();
  const ends = new Map((await admin.fetchTopicOffsets(topic)).map(({partition, high}) => [partition, Number(high)]));
  const open = new Set([...ends].filter(([, high]) => high > 0).map(([partition]) => partition));
  const groupId = `audit-${randomUUID()}`;
  const consumer = kafka.consumer({groupId});
  const events = new Map<string, string>();
  await consumer.connect();
  await consumer.subscribe({topic, fromBeginning: true});
  await new Promise<void>((done) => {
    if (open.size === 0) done();
    void consumer.run({
      autoCommit: false,
      eachMessage: async ({partition, message}) => {
        if (Number(message.offset) < ends.get(partition)!) {
          const parsed = parseEvent(message.value);
          if ("row" in parsed && !events.has(idOf(parsed.row))) events.set(idOf(parsed.row), contentOf(parsed.row));
        }
        if (Number(message.offset) >= ends.get(partition)! - 1) open.delete(partition);
        if (open.size === 0) done();
      },
    });
  });
  await consumer.disconnect();
  await admin.deleteGroups([groupId]).catch(() => {});
  await admin.disconnect();
  return events;
}

async function compare() {
  let rows = 0;
  let extra = 0;
  let altered = 0;
  const left = new Map(expected);
  for await (const row of kind === "cassandra" ? cassandraRows() : timescaledbRows()) {
    // What came after the look at Kafka is not judged.
    if (row.ts.getTime() > (newest.get(row.vehicle_id) ?? 0)) continue;
    rows++;
    const value = left.get(idOf(row));
    if (value === undefined) extra++;
    else if (value !== contentOf(row)) altered++;
    left.delete(idOf(row));
  }
  return {store: kind, events: expected.size, rows, missing: left.size, extra, altered};
}

async function* timescaledbRows(): AsyncIterable<Row> {
  const client = new pg.Client();
  await client.connect();
  const {rows} = await client.query("SELECT *, extra::text AS extra FROM telemetry");
  await client.end();
  yield* rows as Row[];
}

async function* cassandraRows(): AsyncIterable<Row> {
  const keyspace = text("CASSANDRA_KEYSPACE", "telemetry");
  const client = cassandraClient(text("CASSANDRA_USERNAME"), text("CASSANDRA_PASSWORD"), keyspace);
  await client.connect();
  const rows = client.stream("SELECT * FROM telemetry", [], {prepare: true, autoPage: true});
  // The driver's types leave out that this is a readable stream.
  yield* rows as unknown as AsyncIterable<Row>;
  await client.shutdown();
}
