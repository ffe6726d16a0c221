import {collectDefaultMetrics} from "prom-client";
import {sleep} from "../../api/backoff.ts";
import {type StoreName, storeIn} from "../../api/stores.ts";
import {number, text} from "../lib/environment.ts";
import {serve} from "../lib/http.ts";
import {logger} from "../lib/process.ts";
import {eventReader} from "../lib/reader.ts";
import {retentionOf} from "../lib/retention.ts";
import {endInTime, stopSignal} from "../lib/stop.ts";
import {eventTopics} from "../lib/topics.ts";
import {openCassandra} from "./cassandra.ts";
import {openKafka} from "./kafkajs.ts";
import {report} from "./metrics.ts";
import {createObserver} from "./observation.ts";
import {createPump} from "./pump.ts";
import {openTimescaleDB} from "./timescaledb.ts";
import {createUnreadable} from "./unreadable.ts";

/**
 * Kafka → one store. An offset is committed after its event is in the store or in the dead-letter topic, and writes are
 * idempotent: a crash costs a replay, never a row.
 */
const signal = stopSignal();
const openers = {timescaledb: openTimescaleDB, cassandra: openCassandra} satisfies Record<StoreName, unknown>;
const kind = storeIn(text("STORE"));
const log = logger(`ingester-${kind}`);
const topics = eventTopics();
const dlqTopic = text("KAFKA_DLQ_TOPIC", "telemetry.dlq");
const store = openers[kind]();
const broker = openKafka(`ingester-${kind}`, topics, text("KAFKA_GROUP"), store.fetchBytes, log, signal);
const unreadable = createUnreadable(log);
const read = eventReader();
const pump = createPump({
  read,
  store,
  broker,
  dlqTopic,
  retention: retentionOf(kind),
  log,
  signal,
});
const observe = createObserver(store, broker, pump);

endInTime(signal, () =>
  log.warn({rows: pump.accepted}, "stopped without an answer; what is not committed is read again"),
);

collectDefaultMetrics();
let joined = false;
/** Since the start the store has answered once, also before the first event. */
let answered = false;

/** Why events do not get into the store now, for people. */
const problem = () => pump.problem ?? unreadable.words();

async function freshness() {
  const {arrived, figures} = await observe();
  const newest = arrived === undefined ? null : new Date(arrived).toISOString();
  return {store: kind, newest, rows: pump.accepted, problem: problem(), unmatched: read.unmatched(), ...figures};
}

const server = serve(
  number("HTTP_PORT", 8080),
  () => joined && answered && !problem(),
  {"/freshness": freshness},
  undefined,
  async () => report(kind, await observe(), broker.inHand()),
);

void (async () => {
  while (!signal.aborted && !answered) {
    answered = await store.newest().then(
      () => true,
      () => false,
    );
    await sleep(1_000, signal);
  }
})();

log.info({topic: topics.main, dlqTopic}, "consuming");
await broker.consume({
  take: pump.take,
  onMembership: (is) => {
    joined = is;
  },
  onUnreadable: unreadable.hear,
});
await broker.close();
await store.close();
server.close();
log.info({rows: pump.accepted}, "drained");
process.exit(0);
