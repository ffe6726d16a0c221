import type {Logger} from "pino";
import type {Reader} from "../../api/event/read.ts";
import {problemOf} from "../ingester/again.ts";
import {type Batch, type Broker, type Message, timeOf} from "../ingester/broker.ts";
import {observeArrivals, observeLatency, rowsTotal, skippedTotal, writeSeconds} from "../ingester/metrics.ts";
import {createPatience} from "../ingester/patience.ts";
import {troubleOf} from "../ingester/postgres-errors.ts";
import {createPreparation} from "../ingester/preparation.ts";
import type {Pump} from "../ingester/pump.ts";
import type {Entry} from "../ingester/write.ts";
import type {BreachTarget} from "./breach/target.ts";
import * as metrics from "./metrics.ts";
import {createPartitions} from "./partitions.ts";
import {type BreachModel, createPart, type Judgement, type Part, type Prediction} from "./scorer.ts";

interface Parts {
  /** Label of the figures. */
  name: string;
  read: Reader;
  /** Resolves when `read` can read all of them; undefined if it can. */
  prepare?: (messages: Message[]) => Promise<void> | undefined;
  /** The name of a partition. */
  nameOf(topic: string, partition: number): string;
  target: BreachTarget;
  model(): BreachModel | undefined;
  /** Reads what the partition held before an offset, from so long before it on as the state of vehicles reaches. */
  readBack(batch: Batch, each: (messages: Message[]) => Promise<void>): Promise<void>;
  store(predictions: Prediction[]): Promise<void>;
  /** Whether this member has the partition. */
  isOurs(place: string): boolean;
  /** @param place partition that the events came from */
  observe(place: string, judgements: Judgement[]): void;
  forget(isForgotten: (place: string) => boolean): void;
  broker: Pick<Broker, "arrived">;
  log: Logger;
  signal: AbortSignal;
}

interface Scoring extends Pump {
  /** This process has a new part in the group: partitions may have been another's meanwhile. */
  regroup(): void;
}

/** The way of a batch: read, scored, and what is to be stored written. The events of a partition before the first are read again for its state. */
export function createPump(parts: Parts): Scoring {
  const {name, read, nameOf, target, model, readBack, store, observe, isOurs, forget, broker, log, signal} = parts;
  const labels = {store: name};
  const preparation = createPreparation(parts.prepare ?? (() => undefined), log, signal);
  const partitions = createPartitions();
  const patience = createPatience({
    labels,
    describe(error) {
      const reason = troubleOf(error);
      return {reason, words: problemOf(reason, error)};
    },
    waits: "events wait; trying again",
    again: "events are scored again",
    log,
    signal,
  });
  const {untilDone} = patience;
  const pump: Scoring = {
    accepted: 0,
    arrived: undefined,
    take,
    get problem() {
      return preparation.problem ?? patience.problem;
    },
    regroup() {
      const isLost = (place: string) => !isOurs(place);
      partitions.regroup(isLost);
      forget(isLost);
    },
  };
  rowsTotal.inc(labels, 0);
  skippedTotal.inc(labels, 0);
  return pump;

  async function take(batch: Batch, stillOurs: () => Promise<void>): Promise<boolean> {
    const {topic, partition, messages, next} = batch;
    const place = nameOf(topic, partition);
    const part = partitions.take(place, messages[0]!.offset) ?? (await rebuilt(place, batch, stillOurs));
    const entries = await entriesOf(messages, topic, stillOurs);
    metrics.eventsTotal.inc(entries.length);
    const {predictions, judgements, leftOut} = await part.take(rowsOf(entries), timesOf(entries), model());
    for (const [reason, count] of Object.entries(leftOut)) metrics.leftOutTotal.inc({reason}, count);
    const arrived = observeArrivals(entries, Date.now());
    if (arrived !== undefined) broker.arrived({topic, partition}, arrived);
    const end = writeSeconds.startTimer(labels);
    await untilDone(() => store(predictions), stillOurs).finally(end);
    partitions.keep(place, {part, next});
    observe(place, judgements);
    count(predictions);
    observeLatency(name, entries, Date.now());
    pump.accepted += entries.length;
    rowsTotal.inc(labels, entries.length);
    if (arrived !== undefined) pump.arrived = Math.max(pump.arrived ?? 0, arrived);
    return true;
  }

  async function rebuilt(place: string, batch: Batch, stillOurs: () => Promise<void>): Promise<Part> {
    forget((other) => other === place);
    const began = performance.now();
    let events = 0;
    const part = await untilDone(async () => {
      events = 0;
      const anew = createPart(target);
      await readBack(batch, async (messages) => {
        await stillOurs();
        const entries = await entriesOf(messages, batch.topic, stillOurs, false);
        anew.replay(rowsOf(entries), timesOf(entries));
        events += entries.length;
      });
      await anew.replayed(model());
      return anew;
    }, stillOurs);
    const seconds = Math.round((performance.now() - began) / 100) / 10;
    log.info({partition: place, events, seconds}, "vehicles are as the events before left them");
    return part;
  }

  async function entriesOf(messages: Message[], topic: string, stillOurs: () => Promise<void>, isNew = true) {
    const entries: Entry[] = [];
    await preparation.prepare(messages, stillOurs);
    for (const message of messages) {
      const {rows, problems} = read(message, topic);
      if (isNew) skippedTotal.inc(labels, problems.length);
      for (const row of rows) entries.push({row, message});
    }
    return entries;
  }
}

const rowsOf = (entries: Entry[]) => entries.map(({row}) => row);
const timesOf = (entries: Entry[]) => entries.map(({message}) => timeOf(message));

function count(predictions: Prediction[]) {
  const now = Date.now();
  for (const {model, label, ms} of predictions) {
    metrics.predictionsTotal.inc({model, label});
    metrics.latencySeconds.observe({model}, Math.max(0, now - ms) / 1_000);
  }
}
