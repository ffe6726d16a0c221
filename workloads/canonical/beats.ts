import type {Logger} from "pino";
import {sleep} from "../../api/backoff.ts";
import {lagOf, type Position} from "../lib/offsets.ts";

/** How often partitions without events are told the time. */
const BEAT_MS = 10_000;
/** The clock of this pod may be ahead of the brokers' by so much. */
const CLOCK_SLACK_MS = 5_000;
/** A record of no event; Kafka's time says up to when the partition has all. */
const BEAT = "{}";

interface Beat {
  partition: number;
  value: string;
  timestamp: string;
}

interface Parts {
  read(): Promise<Position[]>;
  /** The partitions of this member. */
  mine(): ReadonlyMap<string, unknown>;
  send(beats: Beat[]): Promise<void>;
  log: Logger;
  signal: AbortSignal;
}

/**
 * Tells readers who go by Kafka's time that nothing came: else they could not tell a silent partition from one whose writer is away, and the stream
 * job would close windows without what comes when it is back.
 */
export async function keepBeating({read, mine, send, log, signal}: Parts): Promise<void> {
  while (!signal.aborted) {
    // Before the positions are read: what came by then is written where nothing is left to read.
    const at = Date.now() - CLOCK_SLACK_MS;
    try {
      const beats = beatsOf(await read(), mine(), at);
      if (beats.length > 0) await send(beats);
    } catch (error) {
      log.debug({err: error}, "silent partitions are not told the time");
    }
    await sleep(BEAT_MS, signal);
  }
}

/** For each partition of this member that has nothing to read, and has had nothing for a while. */
export const beatsOf = (positions: Position[], mine: ReadonlyMap<string, unknown>, at: number): Beat[] =>
  positions
    .filter((position) => mine.has(position.name) && lagOf(position) === 0)
    .filter(({note}) => (note.arrived ?? 0) < at - BEAT_MS)
    .map(({partition}) => ({partition, value: BEAT, timestamp: String(at)}));
