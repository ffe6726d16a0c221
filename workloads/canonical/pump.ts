import type {Logger} from "pino";
import type {Reader} from "../../api/event/read.ts";
import {beforeNextTry, isNews} from "../ingester/again.ts";
import type {Batch, Broker, Message} from "../ingester/broker.ts";
import {
  observeArrivals,
  observeLatency,
  rowsTotal,
  skippedTotal,
  troubleTotal,
  writeSeconds,
} from "../ingester/metrics.ts";
import {createPreparation} from "../ingester/preparation.ts";
import type {Pump} from "../ingester/pump.ts";
import type {Entry} from "../ingester/write.ts";
import {typeOf, writeProblem} from "../lib/kafka-errors.ts";
import type {Row} from "../telemetry.ts";
import type {Beginning} from "./beginning.ts";
import type {Letter, Writer} from "./writer.ts";

interface Parts {
  /** Label of the figures. */
  name: string;
  read: Reader;
  /** Resolves when `read` can read all of them; undefined if it can. */
  prepare?: (messages: Message[]) => Promise<void> | undefined;
  textOf(row: Row): string;
  writer: Pick<Writer, "write">;
  beginning?: Beginning;
  broker: Pick<Broker, "arrived">;
  topic: string;
  log: Logger;
  signal: AbortSignal;
}

/** The way of a batch: read, and written as events in the default format. A message of which none can be read is counted, and no more. */
export function createPump(parts: Parts): Pump {
  const {name, read, textOf, writer, beginning, broker, topic, log, signal} = parts;
  const labels = {store: name};
  const preparation = createPreparation(parts.prepare ?? (() => undefined), log, signal);
  let problem: string | undefined;
  const forget = () => {
    problem = undefined;
  };
  const pump: Pump = {
    accepted: 0,
    arrived: undefined,
    take,
    get problem() {
      return beginning?.problem ?? preparation.problem ?? problem;
    },
  };
  rowsTotal.inc(labels, 0);
  skippedTotal.inc(labels, 0);
  return pump;

  async function take(
    {topic: from, partition, messages, next}: Batch,
    stillOurs: () => Promise<void>,
  ): Promise<boolean> {
    const entries: Entry[] = [];
    const letters: Letter[] = [];
    await preparation.prepare(messages, stillOurs);
    for (const message of messages) {
      const {rows, problems, parts} = read(message, from);
      skippedTotal.inc(labels, problems.length);
      for (const [at, row] of rows.entries()) {
        const {offset, timestamp} = message;
        const part = parts?.[at];
        const value = Buffer.from(textOf(row));
        // A schema's binary format may hold in one megabyte what is several as JSON.
        if (value.length > MOST_BYTES) {
          skippedTotal.inc(labels);
          log.warn(
            {offset, bytes: value.length, vehicle: row.vehicle_id},
            "an event is too large for the topic: left out",
          );
          continue;
        }
        const headers = {"source-offset": offset, ...(part ? {"source-event": String(part.event)} : {})};
        letters.push({offset, key: row.vehicle_id, value, timestamp, headers});
        entries.push({row, message});
      }
    }
    const arrived = observeArrivals(entries, Date.now());
    if (arrived !== undefined) broker.arrived({topic: from, partition}, arrived);
    await write(partition, letters, next, stillOurs);
    observeLatency(name, entries, Date.now());
    pump.accepted += entries.length;
    rowsTotal.inc(labels, entries.length);
    if (arrived !== undefined) pump.arrived = Math.max(pump.arrived ?? 0, arrived);
    return true;
  }

  async function write(partition: number, letters: Letter[], next: string, stillOurs: () => Promise<void>) {
    const end = writeSeconds.startTimer(labels);
    try {
      for (let attempt = 0; ; attempt++) {
        try {
          await writer.write(partition, letters, next);
          if (problem) log.info({topic}, "the topic can be written again");
          problem = undefined;
          return;
        } catch (error) {
          // Not counted as read: another member, or the next start, gets the batch again.
          if (signal.aborted) throw error;
          failed(error as Error, attempt);
          await beforeNextTry(attempt, {signal, stillOurs, forget});
        }
      }
    } finally {
      end();
    }
  }

  function failed(error: Error, attempt: number) {
    troubleTotal.inc({...labels, reason: typeOf(error) ? "other" : "unreachable"});
    const words = writeProblem(topic, error).slice(0, PROBLEM_LENGTH);
    if (isNews(words, problem, attempt))
      log.warn({err: error, problem: words}, "the topic takes no events; trying again");
    // One that was fenced off, or cut off from the broker for a moment, goes on with the next try.
    if (attempt > 0) problem = words;
  }
}

/** Of what a broker says: as much as a status of the pipeline should hold. */
const PROBLEM_LENGTH = 400;
/** The topic takes 2 MiB, with the headers of a record and of its batch. */
const MOST_BYTES = 2_000_000;
