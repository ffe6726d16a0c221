import type {Logger} from "pino";
import {sleep} from "../../api/backoff.ts";
import {retryMs} from "../lib/process.ts";
import {isOlder, type Retention} from "../lib/retention.ts";
import {parseEvent} from "../telemetry.ts";
import type {Batch, Broker, Consumer} from "./broker.ts";
import {createBurial} from "./bury.ts";
import {observeArrivals, observeLatency, rowsTotal, troubleTotal, writeSeconds} from "./metrics.ts";
import type {Store} from "./store.ts";
import {createWriter, type DeadLetter, type Entry, type Refused, Undecided} from "./write.ts";

interface Parts {
  store: Pick<Store, "name" | "write" | "isRefusal" | "troubleOf">;
  broker: Pick<Broker, "send" | "isTooLarge" | "arrived">;
  topic: string;
  dlqTopic: string;
  /** What is older would be dropped again, and a row of any age makes a chunk. */
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
  /** Why the store takes no rows now, or the dead-letter topic no letters, for people. */
  readonly problem: string | undefined;
}

/** Of what a store says: as much as a status of the pipeline should hold. */
const PROBLEM_LENGTH = 300;

export function createPump({store, broker, topic, dlqTopic, retention, log, signal}: Parts): Pump {
  const labels = {store: store.name};
  const writeRows = createWriter(store);
  /** By partition: rows of which it is not known yet whether they are at fault, from which offset on. */
  const undecided = new Map<number, Refused & {offset: string}>();
  const burial = createBurial({store: store.name, broker, topic, dlqTopic, log, signal});
  let refusal: string | undefined;
  const pump: Pump = {
    accepted: 0,
    arrived: undefined,
    take,
    get problem() {
      return refusal ?? burial.problem;
    },
  };
  rowsTotal.inc(labels, 0);
  return pump;

  async function take({partition, messages}: Batch, stillOurs: () => Promise<void>): Promise<boolean> {
    const entries: Entry[] = [];
    const dead: DeadLetter[] = [];
    const now = Date.now();
    for (const message of messages) {
      const parsed = parseEvent(message.value);
      if ("reason" in parsed) dead.push({message, reason: parsed.reason});
      else if (isOlder(parsed.row.ts, retention, now)) dead.push({message, reason: retention!.reason});
      else entries.push({row: parsed.row, message});
    }
    if (entries.length > 0) {
      const refused = await write(partition, entries, stillOurs);
      if (!refused) return false;
      dead.push(...refused);
    }
    const written = messages.length - dead.length;
    pump.accepted += written;
    rowsTotal.inc(labels, written);
    const arrived = written > 0 ? observeArrivals(entries, Date.now()) : undefined;
    if (arrived !== undefined) {
      pump.arrived = Math.max(pump.arrived ?? 0, arrived);
      broker.arrived(partition, arrived);
    }
    if (dead.length > 0) await burial.bury(partition, dead, stillOurs);
    return true;
  }

  /**
   * Tries until the rows are in. Returns those that the store refuses for what they hold; undefined if it refuses all of them, and others
   * have to show whether it takes any.
   */
  async function write(
    partition: number,
    entries: Entry[],
    stillOurs: () => Promise<void>,
  ): Promise<DeadLetter[] | undefined> {
    const {offset} = entries[0]!.message;
    const before = undecided.get(partition);
    const known = before?.offset === offset ? before : undefined;
    undecided.delete(partition);
    const end = writeSeconds.startTimer(labels);
    try {
      for (let attempt = 0; ; attempt++) {
        try {
          const refused = await writeRows(entries, known);
          if (refusal) log.info({rows: entries.length}, "store takes rows again");
          refusal = undefined;
          observeLatency(store.name, entries, Date.now());
          return refused;
        } catch (error) {
          // Not counted as read: another member, or the next start, gets these events again.
          if (signal.aborted) throw error;
          const undecidedYet = error instanceof Undecided ? error : undefined;
          const tries = undecidedYet ? undecidedYet.refused.attempts - 1 : attempt;
          failed(undecidedYet?.cause ?? (error as Error), tries, entries.length);
          await sleep(retryMs(tries), signal);
          await stillOurs().catch((gone) => {
            // From now on another member knows better.
            refusal = undefined;
            throw gone;
          });
          if (undecidedYet) {
            undecided.set(partition, {...undecidedYet.refused, offset});
            return undefined;
          }
        }
      }
    } finally {
      end();
    }
  }

  function failed(error: Error, attempt: number, rows: number) {
    const trouble = store.troubleOf(error);
    troubleTotal.inc({...labels, reason: trouble});
    const problem = `${trouble}: ${error.message.slice(0, PROBLEM_LENGTH)}`;
    // A line for each change, and a sign of life every minute or two.
    if (problem !== refusal || attempt % 20 === 0)
      log.warn({err: error, trouble, rows}, "store does not take rows; trying again");
    refusal = problem;
  }
}
