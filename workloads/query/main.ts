import {randomUUID} from "node:crypto";
import {parseArgs} from "node:util";
import {restOf, tableNames} from "../../api/event/columns.ts";
import {FLAG_COLUMN, flagsOf} from "../../api/event/quality.ts";
import {MAX_AHEAD_MS} from "../../api/event/time.ts";
import {TIME} from "../../api/event.ts";
import {parseExact} from "../../api/exact-json.ts";
import {type StoreName, storeIn} from "../../api/stores.ts";
import {text} from "../lib/environment.ts";
import {eventColumns} from "../lib/event-columns.ts";
import {connectKafka} from "../lib/kafka.ts";
import {exitFlushed, write} from "../lib/output.ts";
import {logger} from "../lib/process.ts";
import {eventReader} from "../lib/reader.ts";
import {retentionOf} from "../lib/retention.ts";
import {stopSignal} from "../lib/stop.ts";
import {eventTopics} from "../lib/topics.ts";
import {eventText, type Row} from "../telemetry.ts";
import {cassandraReader} from "./cassandra.ts";
import {eventId} from "./event-id.ts";
import {emptyMessage, oldestKept, type Range, rangeOf} from "./range.ts";
import {timescaledbReader} from "./timescaledb.ts";
import {searchedRange, traceEvent} from "./trace.ts";

/**
 * `query`, `newest`, `tail` and `export` of the store (STORE) or topic of the environment. Prints events as they were sent, one JSON
 * object a line: what `simulator --replay` reads; an export with `--csv` as the store's own CSV, where it writes any, with `--header` above it. Progress
 * goes to stderr, and so does the word that a range holds no event. `newest --vehicle ID` prints the time of a vehicle's newest event.
 * `trace ID` prints where one event is, with `--topic` also in Kafka.
 */
const signal = stopSignal();
const {values, positionals} = parseArgs({
  allowPositionals: true,
  options: {
    vehicle: {type: "string"},
    since: {type: "string"},
    until: {type: "string"},
    limit: {type: "string", default: "100"},
    resume: {type: "string"},
    csv: {type: "boolean", default: false},
    header: {type: "boolean", default: false},
    topic: {type: "boolean", default: false},
  },
});
const readers = {timescaledb: timescaledbReader, cassandra: cassandraReader, lake: openLake} satisfies Record<
  StoreName,
  unknown
>;
const limit = Number(values.limit);
const columns = eventColumns();
const tasks: Record<string, () => Promise<void>> = {query, newest, tail, export: exportAll, trace};

try {
  const task = tasks[positionals[0] ?? ""];
  if (!task) throw new Error(`"${positionals[0]}" is no task: name ${Object.keys(tasks).join(", ")}`);
  if (!Number.isInteger(limit) || limit < 1) throw new Error(`--limit: "${values.limit}" is no whole number above 0`);
  await task();
  await exitFlushed(0);
} catch (error) {
  console.error((error as Error).message);
  await exitFlushed(2);
}

function range(unbounded = false): Range {
  return rangeOf(values.since, values.until, Date.now(), unbounded);
}

async function query() {
  const reader = await open();
  const wanted = {...range(), vehicle: values.vehicle};
  let rows = 0;
  for await (const row of reader.query({...wanted, limit})) {
    await print(row);
    rows++;
  }
  if (rows === 0) console.error(emptyMessage(wanted));
  await reader.close();
}

/** A vehicle that no store has ever had an event of is unknown, whatever the range. */
async function newest() {
  const reader = await open();
  const ever = {since: oldestKept(retentionOf(text("STORE"))), until: new Date(Date.now() + MAX_AHEAD_MS)};
  let time: string | null = null;
  for await (const row of reader.query({...ever, vehicle: values.vehicle, limit: 1})) time = row.ts.toISOString();
  console.log(JSON.stringify({store: text("STORE"), newest: time}));
  await reader.close();
}

async function exportAll() {
  const reader = await open();
  const wanted = {...range(true), resume: values.resume};
  let rows = 0;
  for await (const each of values.csv && reader.csv ? reader.csv(wanted) : reader.all(wanted)) {
    if (values.header && rows === 0 && "records" in each) await write(`${tableNames(columns)}\n`);
    if ("ended" in each) console.error(JSON.stringify({...each.ended, rows}));
    else if ("row" in each) {
      await print(each.row);
      rows++;
    } else {
      await write(`${each.records.join("\n")}\n`);
      rows += each.records.length;
    }
  }
  if (rows === 0) console.error(emptyMessage(wanted));
  await reader.close();
}

async function trace() {
  const id = eventId(positionals[1] ?? "");
  const searched = values.since || values.until ? range() : searchedRange(id);
  const reader = await open();
  const kafka = connectKafka("trace", logger("trace", "stderr"));
  console.log(JSON.stringify(await traceEvent(kafka, reader, id, values.topic ? searched : undefined)));
  await reader.close();
}

/** Loaded for it alone: of the images one has DuckDB. */
async function openLake() {
  return (await import("./lake.ts")).lakeReader();
}

function open() {
  return readers[storeIn(text("STORE"))]();
}

/** Every new event, dead ones left out, until the reader goes. */
async function tail() {
  const groupId = `tail-${randomUUID()}`;
  const {read, prepare} = await eventReader();
  const kafka = connectKafka("tail", logger("tail", "stderr"));
  const consumer = kafka.consumer({groupId, maxWaitTimeInMs: 200});
  await consumer.connect();
  const admin = kafka.admin();
  await admin.connect();
  await consumer.subscribe({topics: await eventTopics().existing(admin), fromBeginning: false});
  const stopped = new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve());
    process.stdout.on("error", () => resolve());
    // The caller holds our input open.
    process.stdin.on("end", () => resolve()).resume();
  });
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({topic, message}) => {
      await prepare([message]);
      for (const row of read(message, topic).rows)
        if (!values.vehicle || row.vehicle_id === values.vehicle) await print(row);
    },
  });
  await stopped;
  await consumer.disconnect();
  await admin.deleteGroups([groupId]).catch(() => {});
  await admin.disconnect();
}

async function print(row: Row) {
  const flags = flagsOf(row.quality_flags);
  const event =
    flags.length > 0 ? eventText(row).replace(/}$/, `,"${FLAG_COLUMN}":${JSON.stringify(flags)}}`) : eventText(row);
  const rest = restOf(columns, row.fields ?? [], row.extra);
  if (rest === null) return write(`${event}\n`);
  // A time that is finer than the column's stands in its place.
  if (rest.includes(`"${TIME.name}":`))
    return write(`${JSON.stringify({...JSON.parse(event), ...parseExact(rest)})}\n`);
  return write(`${event.slice(0, -1)},${rest.slice(1)}\n`);
}
