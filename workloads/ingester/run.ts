import {type StoreName, storeIn} from "../../api/stores.ts";
import {text} from "../lib/environment.ts";
import {eventColumns, positionColumns} from "../lib/event-columns.ts";
import {logger} from "../lib/process.ts";
import {eventQuality} from "../lib/quality.ts";
import {eventReader} from "../lib/reader.ts";
import {retentionOf} from "../lib/retention.ts";
import {stopSignal} from "../lib/stop.ts";
import {eventTopics} from "../lib/topics.ts";
import {openCassandra} from "./cassandra.ts";
import {createEarlier} from "./earlier.ts";
import {runGroup} from "./group.ts";
import {openKafka} from "./kafkajs.ts";
import {keepLetters} from "./keep-letters.ts";
import {flaggedBy} from "./metrics.ts";
import {createPosition} from "./position.ts";
import {createPump} from "./pump.ts";
import {openTimescaleDB} from "./timescaledb.ts";

/**
 * Kafka → one store. An offset is committed after its event is in the store or in the dead-letter topic, and writes are
 * idempotent: a crash costs a replay, never a row.
 */
const signal = stopSignal();
const kind = storeIn(text("STORE"));
const log = logger(`ingester-${kind}`);
const openers = {
  timescaledb: openTimescaleDB,
  cassandra: openCassandra,
  // What it needs takes time and memory to load.
  lake: async () => (await import("./lake.ts")).openLake(log),
} satisfies Record<StoreName, unknown>;
const topics = eventTopics();
const dlqTopic = text("KAFKA_DLQ_TOPIC", "telemetry.dlq");
const store = await openers[kind]();
const fetch = {bytes: store.fetchBytes, allBytes: store.allFetchBytes, batches: store.batches, told: store.deferral};
const broker = openKafka(`ingester-${kind}`, topics, text("KAFKA_GROUP"), fetch, log, signal);
store.deferral?.onDropped(broker.reread);
const group = `${text("KAFKA_GROUP")}-dead-letters`;
const keeper = store.letters && keepLetters(store.letters, {dlqTopic, group, log, signal});
const isEachKept = positionColumns().length > 0;
const {read, prepare, mapping, schemas} = await eventReader();
const {specs, troubleOf} = store;
const spec = {mapping, fields: eventColumns()};
const earlier = specs && createEarlier({spec, schemas, store: {specs, troubleOf}, log});
const pump = createPump({
  read,
  prepare,
  quality: eventQuality(),
  position: isEachKept || store.deferral ? createPosition(eventColumns().length) : undefined,
  isEachKept,
  store,
  earlier,
  broker,
  dlqTopic,
  retention: retentionOf(kind),
  log,
  signal,
});
log.info({topic: topics.main, dlqTopic}, "consuming");
await runGroup({
  name: kind,
  broker,
  pump,
  unmatched: read.unmatched,
  newest: store.newest,
  flagged: () => flaggedBy(kind),
  forget: () => {
    store.forget?.();
    earlier?.forget();
  },
  leaving: store.deferral?.flush,
  table: store.figures,
  more: () => keeper?.problem,
  async close() {
    await keeper?.ended;
    await store.close();
  },
  log,
  signal,
});
process.exit(0);
