import type {EachBatchPayload} from "kafkajs";
import {collectDefaultMetrics} from "prom-client";
import {number, text} from "../lib/environment.ts";
import {serve} from "../lib/http.ts";
import {connectKafka, consume, createProducer, HEARTBEAT_MS, isTooLarge} from "../lib/kafka.ts";
import {backoffMs, logger, sleep} from "../lib/process.ts";
import {endInTime, stopSignal} from "../lib/stop.ts";
import {parseEvent} from "../telemetry.ts";
import {openCassandra} from "./cassandra.ts";
import {lagReader} from "./lag.ts";
import {deadTotal, freshness, lag, observeLatency, onLook, rowsTotal, troubleTotal, writeSeconds} from "./metrics.ts";
import {openTimescaleDB} from "./timescaledb.ts";
import {type DeadLetter, type Entry, writeApart} from "./write.ts";

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
const groupId = text("KAFKA_GROUP");
/** What is kept of a dead letter that its topic does not take whole. */
const SHORT_BYTES = 16_384;
const LOOK_MS = 2_000;
/** Of what a store says: as much as a status of the pipeline should hold. */
const PROBLEM_LENGTH = 300;
const dlqTopic = text("KAFKA_DLQ_TOPIC", "telemetry.dlq");

endInTime(signal, () => log.warn({rows: accepted}, "stopped without an answer; what is not committed is read again"));

collectDefaultMetrics();
const labels = {store: kind};

let joined = false;
let storeWorks = false;
let accepted = 0;
/** Why the store takes no rows now, for people. */
let problem: string | undefined;
const kafka = connectKafka(`ingester-${kind}`, log);
const producer = createProducer(kafka, log, signal);
const groupLag = lagReader(kafka, topic, groupId);

/** What somebody who looks waits for: an absent server must not keep all other figures from them. */
const soon = <T>(answer: Promise<T>): Promise<T | undefined> =>
  Promise.race([answer.catch(() => undefined), sleep(LOOK_MS).then(() => undefined)]);

onLook(async () => {
  const [newest, waiting] = await Promise.all([soon(store.newest()), soon(groupLag())]);
  lag.reset();
  freshness.reset();
  if (waiting !== undefined) lag.set(labels, waiting);
  if (newest) freshness.set(labels, Math.max(0, (Date.now() - newest.getTime()) / 1_000));
  // What is unknown gives no sample.
});

const server = serve(number("HTTP_PORT", 8080), () => joined && storeWorks, {
  "/freshness": async () => {
    if (problem) return {store: kind, newest: null, rows: accepted, problem};
    const [newest, waiting] = await Promise.all([store.newest(), soon(groupLag())]);
    return {store: kind, newest: newest?.toISOString() ?? null, rows: accepted, lag: waiting};
  },
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
  groupId,
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
  const entries: Entry[] = [];
  const dead: DeadLetter[] = [];
  for (const message of batch.messages) {
    const parsed = parseEvent(message.value);
    if ("row" in parsed) entries.push({row: parsed.row, message});
    else dead.push({message, reason: parsed.reason});
  }
  if (entries.length > 0) dead.push(...(await write(entries, heartbeat)));
  if (dead.length > 0) await deadLetter(batch.partition, dead);
  const written = batch.messages.length - dead.length;
  accepted += written;
  rowsTotal.inc(labels, written);
}

async function deadLetter(partition: number, dead: DeadLetter[]) {
  const from = {"source-topic": topic, "source-partition": String(partition), store: kind};
  const messages = dead.map(({message: {key, value, offset}, reason}) => ({
    key,
    value,
    headers: {reason, "source-offset": offset, ...from},
  }));
  try {
    await producer.send(dlqTopic, messages);
  } catch (error) {
    if (!isTooLarge(error)) throw error;
    // A topic that someone made with a lower limit: the beginning, and where the whole is to be found.
    for (const message of messages) await producer.send(dlqTopic, [shortened(message)]);
  }
  deadTotal.inc(labels, dead.length);
  log.warn({partition, count: dead.length, offset: dead[0]!.message.offset, reason: dead[0]!.reason}, "dead letters");
}

function shortened<M extends {value: Buffer | null; headers: Record<string, string>}>(message: M): M {
  const {value, headers} = message;
  if (!value || value.length <= SHORT_BYTES) return message;
  return {
    ...message,
    value: value.subarray(0, SHORT_BYTES),
    headers: {...headers, "original-bytes": String(value.length)},
  };
}

/**
 * Tries until the rows are in; heartbeats keep the partition while a slow or absent store is waited for. Returns the rows
 * that the store refuses for what they hold.
 */
async function write(entries: Entry[], heartbeat: () => Promise<void>): Promise<DeadLetter[]> {
  const end = writeSeconds.startTimer(labels);
  const pulse = setInterval(() => void heartbeat().catch(() => {}), HEARTBEAT_MS);
  try {
    for (let attempt = 0; ; attempt++) {
      try {
        const refused = await writeApart(store, entries);
        if (problem) log.info({rows: entries.length}, "store takes rows again");
        storeWorks = true;
        observeLatency(kind, entries, Date.now());
        problem = undefined;
        return refused;
      } catch (error) {
        // Uncommitted: another member, or the next start, reads these events again.
        if (signal.aborted) throw error;
        const trouble = store.troubleOf(error);
        troubleTotal.inc({...labels, reason: trouble});
        const now = `${trouble}: ${(error as Error).message.slice(0, PROBLEM_LENGTH)}`;
        // A line for each change, and a sign of life every minute or two.
        if (now !== problem || attempt % 20 === 0)
          log.warn({err: error, trouble, rows: entries.length}, "store does not take rows; trying again");
        problem = now;
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
