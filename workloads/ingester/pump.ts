import type {Logger} from "pino";
import type {Part} from "../../api/event/events.ts";
import {FLAG_NAMES, type Quality} from "../../api/event/quality.ts";
import type {Reader} from "../../api/event/read.ts";
import {SCHEMA_HEADER} from "../../api/registry/frame.ts";
import {isOlder, type Retention} from "../lib/retention.ts";
import {type Batch, type Broker, type Consumer, type Message, type Place, timeOf} from "./broker.ts";
import {createBurial} from "./bury.ts";
import type {Earlier} from "./earlier.ts";
import {createFlagger} from "./flagger.ts";
import {countFlags, flaggedTotal, latencyOf, lostTotal, observeArrivals, rowsTotal} from "./metrics.ts";
import {createPersistence} from "./persistence.ts";
import type {Position} from "./position.ts";
import {createPreparation} from "./preparation.ts";
import type {Hold, Store} from "./store.ts";
import type {DeadLetter, Entry} from "./write.ts";

interface Parts {
  read: Reader;
  /** Resolves when `read` can read all of them; undefined if it can. */
  prepare?: (messages: Message[]) => Promise<void> | undefined;
  quality?: Quality;
  /** Where rows have their position in Kafka. */
  position?: Position | undefined;
  /** Whether several events of a vehicle and time are rows of their own. */
  isEachKept?: boolean;
  store: Pick<Store, "name" | "write" | "isRefusal" | "troubleOf" | "deferral">;
  /** Knows rows of earlier specs. */
  earlier?: Earlier | undefined;
  broker: Pick<Broker, "send" | "isTooLarge" | "arrived" | "commit">;
  dlqTopic: string;
  /** Older rows would be dropped again, and a row of any age makes a chunk. */
  retention?: Retention | undefined;
  log: Logger;
  signal: AbortSignal;
}

/** The way of a batch: read, check, write, and what no store can take to the dead letters. */
export interface Pump {
  take: Consumer["take"];
  /** Rows since the start. */
  accepted: number;
  /** When the newest event that this process has written came into Kafka, ms since the epoch. */
  arrived: number | undefined;
  /** Why the store takes no rows now, the dead-letter topic no letters, or the schema registry does not answer, for people. */
  readonly problem: string | undefined;
}

export function createPump(parts: Parts): Pump {
  const {read, quality, position, store, earlier, broker, dlqTopic, retention, log, signal} = parts;
  const labels = {store: store.name};
  const preparation = createPreparation(parts.prepare ?? (() => undefined), log, signal);
  const persistence = createPersistence({store, earlier, log, signal});
  const flagger = createFlagger(quality, parts.isEachKept);
  const burial = createBurial({store: store.name, broker, dlqTopic, log, signal});
  const pump: Pump = {
    accepted: 0,
    arrived: undefined,
    take,
    get problem() {
      return preparation.problem ?? persistence.problem ?? store.deferral?.problem ?? burial.problem;
    },
  };
  rowsTotal.inc(labels, 0);
  for (const flag of FLAG_NAMES) flaggedTotal.inc({...labels, flag}, 0);
  return pump;

  async function take(batch: Batch, stillOurs: () => Promise<void>): Promise<boolean> {
    let isTaken = false;
    try {
      isTaken = await takeIn(batch, stillOurs);
      return isTaken;
    } finally {
      if (!isTaken) flagger.forget(batch);
    }
  }

  async function takeIn(batch: Batch, isOurs: () => Promise<void>): Promise<boolean> {
    const held = store.deferral?.hold();
    const stillOurs = held ? () => stillHeld(held, isOurs) : isOurs;
    const {topic, partition, messages} = batch;
    const place = {topic, partition};
    const entries: Entry[] = [];
    const dead: DeadLetter[] = [];
    const now = Date.now();
    await preparation.prepare(messages, stillOurs);
    const flagsOf = flagger.of(batch);
    let lacking = 0;
    for (const message of messages) {
      const {rows, problems, lost, parts} = read(message, topic);
      for (const {reason, part} of problems) dead.push({message: part ? alone(message, part) : message, reason});
      for (const [at, row] of rows.entries()) {
        const own = parts ? alone(message, parts[at]!) : message;
        const flags = flagsOf(row, timeOf(message));
        if (flags) row.quality_flags = flags;
        position?.(row, place, own);
        if (isOlder(row.ts, retention, now)) dead.push({message: own, reason: retention!.reason});
        else entries.push({row, message: own});
      }
      for (const field of lost) lostTotal.inc({...labels, field});
    }
    if (entries.length > 0) {
      const outcome = await persistence.write(place, entries, stillOurs);
      if (!outcome) return false;
      lacking = outcome.dead.length;
      dead.push(...outcome.dead);
      countFlags(store.name, entries, outcome);
    }
    const written = entries.length - lacking;
    pump.accepted += written;
    rowsTotal.inc(labels, written);
    const arrived = written > 0 ? observeArrivals(entries, Date.now()) : undefined;
    if (!held) isIn(place, arrived);
    if (dead.length > 0) await burial.bury(place, dead, stillOurs);
    if (held && !held.isHeld()) throw new Error(DROPPED);
    // Without its messages, which many batches would keep in memory.
    held?.settle(place, batch.next, isInUpTo(place, batch.next, arrived, latencyOf(store.name, entries)));
    return true;
  }

  function isIn(place: Place, arrived: number | undefined) {
    if (arrived === undefined) return;
    pump.arrived = Math.max(pump.arrived ?? 0, arrived);
    broker.arrived(place, arrived);
  }

  function isInUpTo(place: Place, next: string, arrived: number | undefined, observe: (now: number) => void) {
    return () => {
      observe(Date.now());
      isIn(place, arrived);
      broker.commit(place, next);
    };
  }
}

const DROPPED = "the events of this batch wait here no more: they are read again";

async function stillHeld(held: Hold, isOurs: () => Promise<void>): Promise<void> {
  if (!held.isHeld()) throw new Error(DROPPED);
  await isOurs();
}

/** The message as if it held one of its events only; its text is made where it is needed, for a dead letter. */
function alone({key, offset, timestamp, time, headers: given}: Message, {event, value}: Part): Message {
  // Its text is JSON, whatever the message was.
  const {[SCHEMA_HEADER]: _, ...headers} = given ?? {};
  return {
    key,
    offset,
    timestamp,
    ...(time === undefined ? {} : {time}),
    headers,
    event,
    get value() {
      return Buffer.from(value());
    },
  };
}
