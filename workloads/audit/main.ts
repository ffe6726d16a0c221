import type {KafkaMessage} from "kafkajs";
import {sleep} from "../../api/backoff.ts";
import {contentOf} from "../../api/event/identity.ts";
import {createJudge, type Judge, OWN_BITS} from "../../api/event/quality.ts";
import {MAX_AHEAD_MS} from "../../api/event/time.ts";
import {type StoreName, storeIn, stores} from "../../api/stores.ts";
import {cassandraClient, ownRole} from "../lib/cassandra.ts";
import {number, text} from "../lib/environment.ts";
import {eventColumns, positionColumns} from "../lib/event-columns.ts";
import {connectKafka} from "../lib/kafka.ts";
import {expiringOf, positionsOf} from "../lib/offsets.ts";
import {exitFlushed} from "../lib/output.ts";
import {logger} from "../lib/process.ts";
import {eventQuality} from "../lib/quality.ts";
import {eventReader} from "../lib/reader.ts";
import {isOlder, retentionOf} from "../lib/retention.ts";
import {eventTopics} from "../lib/topics.ts";
import {rowsOf} from "../query/cassandra.ts";
import type {Reader} from "../query/range.ts";
import {timescaledbReader} from "../query/timescaledb.ts";
import {enter, type Ledger, type LedgerEntry} from "../simulator/ledger.ts";
import {eventText, type Row} from "../telemetry.ts";
import {earlierContents} from "./earlier.ts";
import {Expected} from "./expected.ts";
import {readByMarks} from "./read.ts";

/**
 * Compares what Kafka holds at this moment with what the store of the environment holds, event by event and value by
 * value, and prints `{store, events, rows, missing, extra, altered, older, expired, reflagged, earlier}`. `expired` events Kafka dropped by
 * their age before the store's ingesters had read them, ever since the group is there: no comparison can find them. `older` counts rows that may be of events that Kafka has dropped
 * by their age, and events past the retention of the store that it no longer has: neither is judged. `reflagged` rows hold what was sent, with other
 * flags than an event has by the present rules, and `earlier` ones what an earlier spec.event made of it. With the URLs of simulators' ledgers as
 * arguments, the store is also compared with the events that Kafka acknowledged to them, by count and hash of each vehicle (exact while they are at rest; a vehicle
 * whose first event is past the retention is not compared): `{…, ledger: {vehicles, events, different}}`. Exits with 1
 * if an event is missing, extra, altered or different.
 */
const GRACE_MS = 60_000;
const END_OF_TIME = new Date("9999-12-31");
const ledgers = await Promise.all(process.argv.slice(2).map(readLedger));
const log = logger("audit", "stderr");
const topics = eventTopics();
const kind = storeIn(text("STORE"));
const readers = {timescaledb: timescaledbRows, cassandra: cassandraRows, lake: lakeRows} satisfies Record<
  StoreName,
  unknown
>;
const retention = retentionOf(kind);

const columns = eventColumns();
const kafka = connectKafka("audit", log);
const names = await topicNames();
const reader = await eventReader();

const expected = new Expected(retention?.ms, positionColumns().length > 0);
/** An event with a time after this is in Kafka, or never was; undefined: Kafka has dropped none. */
let judgedFrom: number | undefined;
await readKafka();
const expired = await countExpired();
const end = Date.now() + GRACE_MS + number("LAKE_COMMIT_INTERVAL_SECONDS", 0) * 1_000;
let result = await compare();
// The ingester may be a moment behind, and the lake's by what it gathers for a commit.
while ((result.missing > 0 || result.ledger?.different) && Date.now() < end) {
  await sleep(1_000);
  result = await compare();
}
if (result.altered > 0) {
  result.earlier = await countEarlier();
  result.altered -= result.earlier;
}
console.log(JSON.stringify(result));
await exitFlushed(result.missing + result.extra + result.altered + (result.ledger?.different ?? 0) === 0 ? 0 : 1);

async function readLedger(url: string): Promise<Ledger> {
  const response = await fetch(url, {signal: AbortSignal.timeout(10_000)});
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return (await response.json()) as Ledger;
}

async function topicNames(): Promise<string[]> {
  const admin = kafka.admin();
  await admin.connect();
  const names = await topics.existing(admin);
  await admin.disconnect();
  return names;
}

async function readKafka() {
  const judge = createJudge(eventQuality());
  for (const topic of names) await readTopic(topic, judge);
  expected.seal();
}

/** Of the altered rows those that are what an earlier spec made of their events: Kafka is read once more, and only then. */
async function countEarlier(): Promise<number> {
  const contents = await earlierContents(kind, reader, log);
  if (contents.length === 0) return 0;
  let count = 0;
  for (const topic of names) {
    const each = (message: KafkaMessage) => {
      for (const {row, content} of contents.flatMap((of) => of(message, topic)))
        if (expected.explains(row.vehicle_id, row.ts.getTime(), content)) count++;
    };
    await readByMarks(kafka, topic, each, reader.prepare);
  }
  return count;
}

async function readTopic(topic: string, judge: Judge) {
  const begun = new Set<number>();
  const each = (message: KafkaMessage, partition: number, low: number) => {
    const {timestamp} = message;
    // By the broker's clock nothing before the first message is left, and no event is further ahead of it than is allowed.
    if (!begun.has(partition) && low > 0) judgedFrom = Math.max(judgedFrom ?? 0, Number(timestamp) + MAX_AHEAD_MS);
    begun.add(partition);
    for (const row of reader.read(message, topic).rows) {
      const time = row.ts.getTime();
      // It was not written before Kafka had it.
      const writeAge = stores[kind].agesFrom === "write" ? Math.min(time - Number(timestamp), MAX_AHEAD_MS) : 0;
      const flags = judge(row, Number(timestamp)) & OWN_BITS;
      expected.add(row.vehicle_id, time, contentOf(columns, row), {aheadMs: writeAge, flags});
    }
  };
  await readByMarks(kafka, topic, each, reader.prepare);
}

async function countExpired(): Promise<number> {
  const positions = await positionsOf(kafka, topics, text("KAFKA_GROUP")).read();
  return positions.reduce((sum, position) => sum + (position.note.expired ?? 0) + expiringOf(position), 0);
}

async function compare() {
  let rows = 0;
  let extra = 0;
  let altered = 0;
  let older = 0;
  let reflagged = 0;
  expected.begin();
  const promised = new Map(ledgers.flatMap(({vehicles}) => Object.entries(vehicles)));
  const found = new Map<string, LedgerEntry>();
  for await (const row of readers[kind]()) {
    const span = promised.get(row.vehicle_id);
    const time = row.ts.getTime();
    if (span && time >= span.from && time <= span.to) enter(found, row.vehicle_id, time, eventText(row));
    const verdict = expected.judge(row.vehicle_id, time, contentOf(columns, row), (row.quality_flags ?? 0) & OWN_BITS);
    if (verdict === "newer") continue;
    if (verdict === "unknown" && time < (judgedFrom ?? 0)) {
      older++;
      continue;
    }
    rows++;
    if (verdict === "unknown") extra++;
    if (verdict === "altered") altered++;
    if (verdict === "reflagged") reflagged++;
  }
  // Rows that were dropped meanwhile are not missing.
  const now = Date.now();
  const unseen = expected.unseen(now);
  older += unseen.older;
  const {events: sent} = expected;
  const result = {
    store: kind,
    events: sent,
    rows,
    missing: unseen.missing,
    extra,
    altered,
    older,
    expired,
    reflagged,
    earlier: 0,
  };
  if (ledgers.length === 0) return {...result, ledger: undefined};
  const different = [...promised].filter(([id, {events, hash, from}]) => {
    if (isOlder(new Date(from), retention, now)) return false;
    const entry = found.get(id);
    return entry?.events !== events || entry.hash !== hash;
  });
  const events = ledgers.reduce((sum, {acknowledged}) => sum + acknowledged, 0);
  return {...result, ledger: {vehicles: promised.size, events, different: different.length}};
}

async function* rowsFrom(opened: Promise<Reader>): AsyncIterable<Row> {
  const reader = await opened;
  const all = {since: new Date(0), until: END_OF_TIME, resume: undefined};
  for await (const each of reader.all(all)) if ("row" in each) yield each.row;
  await reader.close();
}

function timescaledbRows() {
  return rowsFrom(timescaledbReader());
}

/** Loaded for it alone: of the images one has DuckDB. */
function lakeRows() {
  return rowsFrom(import("../query/lake.ts").then(({lakeReader}) => lakeReader()));
}

async function* cassandraRows(): AsyncIterable<Row> {
  const client = cassandraClient(...ownRole());
  await client.connect();
  yield* rowsOf(client, "SELECT * FROM telemetry", []);
  await client.shutdown();
}
