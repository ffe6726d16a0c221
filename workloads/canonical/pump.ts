import type {Logger} from "pino";
import type {Reader} from "../../api/event/read.ts";
import type {Batch, Broker, Message} from "../ingester/broker.ts";
import {observeArrivals, observeLatency, rowsTotal, skippedTotal, writeSeconds} from "../ingester/metrics.ts";
import {createPatience} from "../ingester/patience.ts";
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
  const patience = createPatience({
    labels,
    describe: (error) => ({
      reason: typeOf(error) ? "other" : "unreachable",
      words: writeProblem(topic, error).slice(0, PROBLEM_LENGTH),
    }),
    waits: "the topic takes no events; trying again",
    again: "the topic can be written again",
    log: log.child({topic}),
    signal,
  });
  const pump: Pump = {
    accepted: 0,
    arrived: undefined,
    take,
    get problem() {
      return beginning?.problem ?? preparation.problem ?? patience.problem;
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
    const end = writeSeconds.startTimer(labels);
    await patience.untilDone(() => writer.write(partition, letters, next), stillOurs).finally(end);
    observeLatency(name, entries, Date.now());
    pump.accepted += entries.length;
    rowsTotal.inc(labels, entries.length);
    if (arrived !== undefined) pump.arrived = Math.max(pump.arrived ?? 0, arrived);
    return true;
  }
}

/** Of what a broker says: as much as a status of the pipeline should hold. */
const PROBLEM_LENGTH = 400;
/** The topic takes 2 MiB, with the headers of a record and of its batch. */
const MOST_BYTES = 2_000_000;
