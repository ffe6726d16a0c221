import {randomUUID} from "node:crypto";
import type {Kafka} from "kafkajs";
import {FLAG_COLUMN, flagsOf} from "../../api/event/quality.ts";
import {parseExact} from "../../api/exact-json.ts";
import {text} from "../lib/environment.ts";
import {type Position, positionsOf} from "../lib/offsets.ts";
import {readToEnd} from "../lib/read.ts";
import {type EventTopics, eventTopics} from "../lib/topics.ts";
import {eventText, type Row} from "../telemetry.ts";
import {type EventId, isEvent} from "./event-id.ts";
import type {Range, Reader} from "./range.ts";

/** The place of an event in the topic; `appended` is Kafka's time. */
interface Place {
  topic: string;
  partition: number;
  /** Of the partition. */
  name: string;
  offset: number;
  appended: string;
}

/** The traces of an event that one store's pod finds. */
interface Trace {
  store: string;
  /** The offset that the store's ingesters read next, by partition's name. */
  committed: Record<string, number>;
  row: unknown;
  /** When the store got the row, where it knows. */
  written: string | null;
  topic?: Place[];
  deadLetters?: DeadLetter[];
}

interface DeadLetter {
  /** Whose ingester refused it. */
  store: string;
  reason: string;
  time: string;
}

/** How far a vehicle's clock may be ahead, and how late an event may come, unless one says otherwise. */
const BEFORE_MS = 900_000;
const AFTER_MS = 3_600_000;

/** The times of Kafka between which an event is looked for. */
export const searchedRange = ({time}: EventId): Range => ({
  since: new Date(time.getTime() - BEFORE_MS),
  until: new Date(time.getTime() + AFTER_MS),
});

/** Looks for an event in the store, and with `range` also in the topic and among the dead letters. */
export async function traceEvent(kafka: Kafka, reader: Reader, id: EventId, range?: Range): Promise<Trace> {
  const topics = eventTopics();
  const positions = await positionsOf(kafka, topics, text("KAFKA_GROUP")).read();
  // The topics first: what is missing in the store then was missing after it was in the topic.
  const kept = range && {
    topic: await places(kafka, topics, positions, id, range),
    deadLetters: await deadLetters(kafka, id, range),
  };
  const found = await reader.find(id);
  return {
    store: text("STORE"),
    committed: Object.fromEntries(positions.map((position) => [position.name, nextOf(position)])),
    row: found ? eventOf(found.row) : null,
    written: found?.written?.toISOString() ?? null,
    ...kept,
  };
}

/** Messages that Kafka has dropped are not before an event any more. */
const nextOf = ({low, committed = 0}: Position) => Math.max(low, committed);

function eventOf(row: Row) {
  const flags = flagsOf(row.quality_flags);
  const event = {...JSON.parse(eventText(row)), ...parseExact(row.extra ?? "{}")};
  return flags.length > 0 ? {...event, [FLAG_COLUMN]: flags} : event;
}

const iso = (timestamp: string) => new Date(Number(timestamp)).toISOString();
const readOnce = () => ({groupId: `trace-${randomUUID()}`, commit: false});

async function places(
  kafka: Kafka,
  topics: EventTopics,
  positions: Position[],
  id: EventId,
  range: Range,
): Promise<Place[]> {
  const found: Place[] = [];
  for (const topic of new Set(positions.map((position) => position.topic)))
    await readToEnd(kafka, {topic, ...readOnce(), ...range}, async (message, partition) => {
      const {offset, timestamp} = message;
      const name = topics.nameOf(topic, partition);
      if (await isEvent(id, message, topic))
        found.push({topic, partition, name, offset: Number(offset), appended: iso(timestamp)});
    });
  return found;
}

async function deadLetters(kafka: Kafka, id: EventId, {since}: Range): Promise<DeadLetter[]> {
  const found: DeadLetter[] = [];
  const topic = text("KAFKA_DLQ_TOPIC", "telemetry.dlq");
  await readToEnd(kafka, {topic, ...readOnce(), since}, async (message) => {
    const {headers = {}, timestamp} = message;
    if (await isEvent(id, message, `${headers["source-topic"]}`))
      found.push({store: `${headers.store}`, reason: `${headers.reason}`, time: iso(timestamp)});
  });
  return found;
}
