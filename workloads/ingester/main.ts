import type {EachBatchPayload} from "kafkajs";
import {collectDefaultMetrics} from "prom-client";
import {number, text} from "../lib/environment.ts";
import {serve} from "../lib/http.ts";
import {connectKafka, consume, createProducer, HEARTBEAT_MS} from "../lib/kafka.ts";
import {backoffMs, logger, sleep, stopSignal} from "../lib/process.ts";
import {type ParsedRow, parseEvent} from "../telemetry.ts";
import {openCassandra} from "./cassandra.ts";
import {deadTotal, lag, rowsTotal, writeSeconds} from "./metrics.ts";
import {openTimescaleDB} from "./timescaledb.ts";

/**
 * Kafka → one store. An offset is committed after its event is in the store or in the dead-letter topic, and writes are
 * idempotent: a crash costs a replay, never a row.
 */
const signal = stopSignal();
const stores = {timescaledb: openTimescaleDB, cassandra: openCassandra};
const kind = text("STORE");
if (kind !== "timescaledb" && kind !== "cassandra") throw new Error(`STORE is "${kind}", not timescaledb or cassandra`);
const log = logger(`ingester-${kind}`);
const store = stores[kind]();
const topic = text("KAFKA_TOPIC", "telemetry");
const dlqTopic = text("KAFKA_DLQ_TOPIC", "telemetry.dlq");

collectDefaultMetrics();
const labels = {store: kind};

let joined = false;
let storeWorks = false;
let accepted = 0;
const kafka = connectKafka(`ingester-${kind}`, log);
const producer = createProducer(kafka, log, signal);

const server = serve(number("HTTP_PORT", 8080), () => joined && storeWorks, {
  "/freshness": async () => ({store: kind, newest: (await store.newest())?.toISOString() ?? null, rows: accepted}),
});

// Readiness means that the store answers, also before the first event.
void (async () => {
  while (!signal.aborted && !storeWorks) {
    storeWorks = await store.newest().then(
      () => true,
      () => false,
    );
    await sleep(1_000, signal);
  }
})();

log.info({topic, dlqTopic}, "consuming");
await consume({
  kafka,
  log,
  groupId: text("KAFKA_GROUP"),
  topic,
  eachBatch,
  signal,
  onMembership: (is) => {
    joined = is;
  },
});
await producer.close();
await store.close();
server.close();
log.info({rows: accepted}, "drained");
process.exit(0);

async function eachBatch({batch, heartbeat}: EachBatchPayload) {
  const rows: ParsedRow[] = [];
  const dead: {value: Buffer | null; key: Buffer | null; offset: string; reason: string}[] = [];
  for (const {key, value, offset} of batch.messages) {
    const parsed = parseEvent(value);
    if ("row" in parsed) rows.push(parsed.row);
    else dead.push({key, value, offset, reason: parsed.reason});
  }
  if (dead.length > 0) await deadLetter(batch.partition, dead);
  if (rows.length > 0) await write(rows, heartbeat);
  accepted += rows.length;
  rowsTotal.inc(labels, rows.length);
  lag.set({...labels, partition: batch.partition}, Number(batch.highWatermark) - 1 - Number(batch.lastOffset()));
}

async function deadLetter(
  partition: number,
  dead: {value: Buffer | null; key: Buffer | null; offset: string; reason: string}[],
) {
  const from = {"source-topic": topic, "source-partition": String(partition), store: kind};
  const messages = dead.map(({key, value, offset, reason}) => ({
    key,
    value,
    headers: {reason, "source-offset": offset, ...from},
  }));
  await producer.send(dlqTopic, messages);
  deadTotal.inc(labels, dead.length);
  log.warn({partition, count: dead.length, offset: dead[0]!.offset, reason: dead[0]!.reason}, "dead letters");
}

/** Tries until the rows are in; heartbeats keep the partition while a slow or absent store is waited for. */
async function write(rows: ParsedRow[], heartbeat: () => Promise<void>) {
  const end = writeSeconds.startTimer(labels);
  const pulse = setInterval(() => void heartbeat().catch(() => {}), HEARTBEAT_MS);
  try {
    for (let attempt = 0; ; attempt++) {
      try {
        await store.write(rows);
        storeWorks = true;
        return;
      } catch (error) {
        // Uncommitted: another member, or the next start, reads these events again.
        if (signal.aborted) throw error;
        if (storeWorks || attempt % 20 === 0)
          log.warn({err: error, rows: rows.length}, "store does not take rows; trying again");
        storeWorks = false;
        await sleep(backoffMs(attempt), signal);
        await heartbeat();
      }
    }
  } finally {
    clearInterval(pulse);
    end();
  }
}
