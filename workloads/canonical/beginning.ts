import type {Admin, Kafka} from "kafkajs";
import type {Logger} from "pino";
import {sleep} from "../../api/backoff.ts";
import {writeProblem} from "../lib/kafka-errors.ts";
import {retryMs} from "../lib/process.ts";
import {committedBy} from "../lib/read.ts";

/** What is made sure of before the first event is read. */
export interface Beginning {
  /** Resolves when it is, or the program stops. */
  ready(): Promise<void>;
  /** Why it is not yet, for people. */
  readonly problem: string | undefined;
}

interface Parts {
  kafka: Kafka;
  /** The topic that is read, the one that is written, and the group that reads. */
  names: {from: string; to: string; groupId: string};
  log: Logger;
  signal: AbortSignal;
}

/**
 * A topic that is new gets all events that Kafka has, wherever the group was: one that was there before, as Flink was on, is gone with what it held,
 * and windows that were open then are made of whole events. It holds nothing, so that nothing is there twice.
 */
export function createBeginning({kafka, names, log, signal}: Parts): Beginning {
  let problem: string | undefined;
  return {
    async ready() {
      for (let attempt = 0; !signal.aborted; attempt++) {
        try {
          const wasRewound = await rewind(kafka, names);
          if (wasRewound) log.info(names, "the topic is new: events are read from the oldest on");
          problem = undefined;
          return;
        } catch (error) {
          log.debug({err: error}, "the topic cannot be looked at; trying again");
          if (attempt > 0) problem = writeProblem(names.to, error as Error);
          await sleep(retryMs(attempt), signal);
        }
      }
    },
    get problem() {
      return problem;
    },
  };
}

/** Whether the group was put back. @throws Error as well while another member has begun to read */
async function rewind(kafka: Kafka, {from, to, groupId}: Parts["names"]): Promise<boolean> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const written = await admin.fetchTopicOffsets(to);
    if (written.some(({high}) => Number(high) > 0) || !(await isBehind(admin, from, groupId))) return false;
    await admin.resetOffsets({groupId, topic: from, earliest: true});
    return true;
  } finally {
    await admin.disconnect();
  }
}

/** Whether Kafka has events that the group has read already. */
async function isBehind(admin: Admin, from: string, groupId: string): Promise<boolean> {
  const oldest = new Map((await admin.fetchTopicOffsets(from)).map(({partition, low}) => [partition, Number(low)]));
  const committed = await committedBy(admin, groupId, from);
  return committed.some(({partition, offset}) => Number(offset) > (oldest.get(partition) ?? 0));
}
