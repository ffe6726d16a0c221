import type {Logger} from "pino";
import {portions} from "../lib/kafka.ts";
import {writeProblem} from "../lib/kafka-errors.ts";
import {type Letter, letterOf, shortened} from "../lib/letter.ts";
import {beforeNextTry, isNews} from "./again.ts";
import type {Broker, Place} from "./broker.ts";
import {blocked, deadTotal} from "./metrics.ts";
import type {DeadLetter} from "./write.ts";

interface Parts {
  store: string;
  broker: Pick<Broker, "send" | "isTooLarge">;
  dlqTopic: string;
  log: Logger;
  signal: AbortSignal;
}

/** The way of dead letters to their topic. */
interface Burial {
  /** Tries until the topic has them. Rejects when the program stops, or the partition is another member's. */
  bury(place: Place, dead: DeadLetter[], stillOurs: () => Promise<void>): Promise<void>;
  /** Why the topic takes none now, for people. */
  problem: string | undefined;
}

/** Of what a broker says: as much as a status of the pipeline should hold. */
const PROBLEM_LENGTH = 400;

export function createBurial({store, broker, dlqTopic, log, signal}: Parts): Burial {
  const labels = {store};
  const burial: Burial = {bury, problem: undefined};
  deadTotal.inc(labels, 0);
  blocked.set(labels, 0);
  return burial;

  async function bury({topic, partition}: Place, dead: DeadLetter[], stillOurs: () => Promise<void>) {
    const from = {"source-topic": topic, "source-partition": String(partition), store};
    const now = Date.now();
    const letters = dead.map(({message, reason}) =>
      letterOf(
        message,
        {
          reason,
          "source-offset": message.offset,
          ...from,
          ...(message.event === undefined ? {} : {"source-event": String(message.event)}),
        },
        now,
      ),
    );
    for (const portion of portions(letters)) await send(portion, stillOurs);
    deadTotal.inc(labels, dead.length);
    log.warn(
      {topic, partition, count: dead.length, offset: dead[0]!.message.offset, reason: dead[0]!.reason},
      "dead letters",
    );
  }

  async function send(letters: Letter[], stillOurs: () => Promise<void>): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        await broker.send(dlqTopic, letters);
        if (burial.problem) log.info({dlqTopic}, "dead letters can be written again");
        setProblem(undefined);
        return;
      } catch (error) {
        // Not counted as read: another member, or the next start, gets the batch again.
        if (signal.aborted) throw error;
        // A topic that someone made with a lower limit takes each by itself, or the beginning, which says where the whole is.
        const smaller = broker.isTooLarge(error) ? smallerThan(letters) : undefined;
        if (smaller) {
          for (const part of smaller) await send(part, stillOurs);
          return;
        }
        failed(error as Error, attempt);
        await beforeNextTry(attempt, {signal, stillOurs, forget: () => setProblem(undefined)});
      }
    }
  }

  function failed(error: Error, attempt: number) {
    const problem = `dead-letters: ${writeProblem(dlqTopic, error)}`.slice(0, PROBLEM_LENGTH);
    if (isNews(problem, burial.problem, attempt))
      log.warn({err: error, problem}, "no dead letter can be written; trying again");
    setProblem(problem);
  }

  function setProblem(problem: string | undefined) {
    burial.problem = problem;
    blocked.set(labels, problem ? 1 : 0);
  }
}

/** The same letters in portions that are smaller; undefined if there is none. */
function smallerThan(letters: Letter[]): Letter[][] | undefined {
  if (letters.length > 1) return letters.map((letter) => [letter]);
  const short = shortened(letters[0]!);
  return short === letters[0] ? undefined : [[short]];
}
