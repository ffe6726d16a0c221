import {randomUUID} from "node:crypto";
import {cassandraClient, ownRole} from "../lib/cassandra.ts";
import {text} from "../lib/environment.ts";
import {connectKafka} from "../lib/kafka.ts";
import {connected} from "../lib/postgres.ts";
import {logger, sleep} from "../lib/process.ts";
import {readToEnd} from "../lib/read.ts";
import {enter, type Ledger, type LedgerEntry} from "../simulator/ledger.ts";
import {eventText, parseEvent, type Row} from "../telemetry.ts";

/**
 * Compares what Kafka holds at this moment with what the store of the environment holds, event by event and value by
 * value, and prints `{store, events, rows, missing, extra, altered}`. With the URLs of simulators' ledgers as arguments, the
 * store is also compared with what they were told is safe, by count and hash of each vehicle (exact while they are at rest):
 * `{…, ledger: {vehicles, events, different}}`. Exits with 1 unless all of the last figures are 0.
 */
const GRACE_MS = 60_000;
const ledgers = await Promise.all(process.argv.slice(2).map(readLedger));
const log = logger("audit", "stderr");
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
while ((result.missing > 0 || result.ledger?.different) && Date.now() < end) {
  await sleep(1_000);
  result = await compare();
}
console.log(JSON.stringify(result));
process.exit(result.missing + result.extra + result.altered + (result.ledger?.different ?? 0) === 0 ? 0 : 1);

async function readLedger(url: string): Promise<Ledger> {
  const response = await fetch(url, {signal: AbortSignal.timeout(10_000)});
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return (await response.json()) as Ledger;
}

async function readKafka(): Promise<Map<string, string>> {
  const events = new Map<string, string>();
  const groupId = `audit-${randomUUID()}`;
  await readToEnd(connectKafka("audit", log), {topic, groupId, commit: false}, ({value}) => {
    const parsed = parseEvent(value);
    if ("row" in parsed && !events.has(idOf(parsed.row))) events.set(idOf(parsed.row), contentOf(parsed.row));
  });
  return events;
}

async function compare() {
  let rows = 0;
  let extra = 0;
  let altered = 0;
  const left = new Map(expected);
  const promised = new Map(ledgers.flatMap(({vehicles}) => Object.entries(vehicles)));
  const found = new Map<string, LedgerEntry>();
  for await (const row of kind === "cassandra" ? cassandraRows() : timescaledbRows()) {
    const span = promised.get(row.vehicle_id);
    const time = row.ts.getTime();
    if (span && time >= span.from && time <= span.to) enter(found, row.vehicle_id, time, eventText(row));
    // What came after the look at Kafka is not judged.
    if (row.ts.getTime() > (newest.get(row.vehicle_id) ?? 0)) continue;
    rows++;
    const value = left.get(idOf(row));
    if (value === undefined) extra++;
    else if (value !== contentOf(row)) altered++;
    left.delete(idOf(row));
  }
  const result = {store: kind, events: expected.size, rows, missing: left.size, extra, altered};
  if (ledgers.length === 0) return {...result, ledger: undefined};
  const different = [...promised].filter(([id, {events, hash}]) => {
    const entry = found.get(id);
    return entry?.events !== events || entry.hash !== hash;
  });
  const events = ledgers.reduce((sum, {acknowledged}) => sum + acknowledged, 0);
  return {...result, ledger: {vehicles: promised.size, events, different: different.length}};
}

async function* timescaledbRows(): AsyncIterable<Row> {
  const {rows} = await connected((client) => client.query<Row>("SELECT *, extra::text AS extra FROM telemetry"));
  yield* rows;
}

async function* cassandraRows(): AsyncIterable<Row> {
  const client = cassandraClient(...ownRole());
  await client.connect();
  const rows = client.stream("SELECT * FROM telemetry", [], {prepare: true, autoPage: true});
  // The driver's types leave out that this is a readable stream.
  yield* rows as unknown as AsyncIterable<Row>;
  await client.shutdown();
}
