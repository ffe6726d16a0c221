import {runGroup} from "../ingester/group.ts";
import {openKafka} from "../ingester/kafkajs.ts";
import {text} from "../lib/environment.ts";
import {eventColumns} from "../lib/event-columns.ts";
import {connectKafka, createSender} from "../lib/kafka.ts";
import {positionsOf} from "../lib/offsets.ts";
import {logger} from "../lib/process.ts";
import {eventReader} from "../lib/reader.ts";
import {stopSignal} from "../lib/stop.ts";
import {eventTopics} from "../lib/topics.ts";
import {keepBeating} from "./beats.ts";
import {createBeginning} from "./beginning.ts";
import {canonicalText} from "./event.ts";
import {createPump} from "./pump.ts";
import {openWriter} from "./writer.ts";

/**
 * Kafka → Kafka: events as vehicles send them become events in the default format, for the stream job and others who do not read the spec's
 * mapping. Events and offsets are committed in one transaction, so that each event is there once, whatever fails.
 */
const NAME = "canonical";
/** A transaction costs the brokers as much for one event as for thousands. */
const FETCH = {bytes: 4_194_304, leastBytes: 65_536, batches: 2};
/** A try to write ends after these, two or three seconds, with what keeps it from its topic. */
const RETRIES = 3;

const signal = stopSignal();
const log = logger(`ingester-${NAME}`);
const topics = eventTopics();
const from = topics.main;
const [to, groupId] = [text("KAFKA_CANONICAL_TOPIC"), text("KAFKA_GROUP")];
const kafka = connectKafka(`ingester-${NAME}`, log, RETRIES);
const beginning = createBeginning({kafka, names: {from, to, groupId}, log, signal});
const broker = openKafka(`ingester-${NAME}`, topics, groupId, FETCH, log, signal);
const writer = openWriter(kafka, {from, to, groupId}, signal);
const {read, prepare} = await eventReader();
const pump = createPump({
  name: NAME,
  read,
  prepare,
  textOf: canonicalText(eventColumns()),
  writer,
  beginning,
  broker,
  topic: to,
  log,
  signal,
});
const sender = createSender(kafka, signal);
const beating = keepBeating({
  read: positionsOf(kafka, topics, groupId).read,
  mine: broker.inHand,
  send: (beats) =>
    sender.send(
      to,
      beats.map((beat) => ({...beat, key: null})),
    ),
  log,
  signal,
});
log.info({from, to}, "consuming");
await runGroup({
  name: NAME,
  broker: {
    ...broker,
    async consume(consumer) {
      await beginning.ready();
      await broker.consume(consumer);
    },
  },
  pump,
  unmatched: read.unmatched,
  newest: () => writer.check().then(() => null),
  async close() {
    await writer.close();
    await beating;
    await sender.close();
  },
  log,
  signal,
});
process.exit(0);
