import {collectDefaultMetrics} from "prom-client";
import {number, text} from "../lib/environment.ts";
import {serve} from "../lib/http.ts";
import {logger, sleep} from "../lib/process.ts";
import {retentionOf} from "../lib/retention.ts";
import {endInTime, stopSignal} from "../lib/stop.ts";
import {openCassandra} from "./cassandra.ts";
import {openKafka} from "./kafkajs.ts";
import {freshness, lag, onLook} from "./metrics.ts";
import {createPump} from "./pump.ts";
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
const topic = text("KAFKA_TOPIC", "telemetry");
const dlqTopic = text("KAFKA_DLQ_TOPIC", "telemetry.dlq");
const store = stores[kind]();
const broker = openKafka(`ingester-${kind}`, topic, text("KAFKA_GROUP"), log, signal);
const pump = createPump({store, broker, topic, dlqTopic, retention: retentionOf(kind), log, signal});
const LOOK_MS = 2_000;

endInTime(signal, () =>
  log.warn({rows: pump.accepted}, "stopped without an answer; what is not committed is read again"),
);

collectDefaultMetrics();
const labels = {store: kind};

let joined = false;
/** Since the start the store has answered once, also before the first event. */
let answered = false;

/** What somebody who looks waits for: an absent server must not keep all other figures from them. */
const soon = <T>(answer: Promise<T>): Promise<T | undefined> =>
  Promise.race([answer.catch(() => undefined), sleep(LOOK_MS).then(() => undefined)]);

onLook(async () => {
  const [newest, waiting] = await Promise.all([soon(store.newest()), soon(broker.lag())]);
  lag.reset();
  freshness.reset();
  if (waiting !== undefined) lag.set(labels, waiting);
  if (newest) freshness.set(labels, Math.max(0, (Date.now() - newest.getTime()) / 1_000));
  // What is unknown gives no sample.
});

const server = serve(number("HTTP_PORT", 8080), () => joined && answered && !pump.problem, {
  "/freshness": async () => {
    const {accepted: rows, problem} = pump;
    if (problem) return {store: kind, newest: null, rows, problem};
    const [newest, waiting] = await Promise.all([store.newest(), soon(broker.lag())]);
    return {store: kind, newest: newest?.toISOString() ?? null, rows, lag: waiting};
  },
});

void (async () => {
  while (!signal.aborted && !answered) {
    answered = await store.newest().then(
      () => true,
      () => false,
    );
    await sleep(1_000, signal);
  }
})();

log.info({topic, dlqTopic}, "consuming");
await broker.consume({
  take: pump.take,
  onMembership: (is) => {
    joined = is;
  },
});
await broker.close();
await store.close();
server.close();
log.info({rows: pump.accepted}, "drained");
process.exit(0);
