import type {Logger} from "pino";
import {beforeNextTry, isNews} from "./again.ts";
import {troubleTotal} from "./metrics.ts";

interface Parts {
  labels: {store: string};
  /** Why a try failed: a label of a metric, so few and stable, and words for people. */
  describe(error: Error): {reason: string; words: string};
  /** What is logged while it is waited for, and when it works again. */
  waits: string;
  again: string;
  log: Logger;
  signal: AbortSignal;
}

interface Patience {
  /** Tries until it works: a batch that waits is not lost. */
  untilDone<T>(work: () => Promise<T>, stillOurs: () => Promise<void>): Promise<T>;
  /** What it waits for, for people. */
  readonly problem: string | undefined;
}

export function createPatience({labels, describe, waits, again, log, signal}: Parts): Patience {
  let problem: string | undefined;
  const forget = () => {
    problem = undefined;
  };
  return {
    async untilDone(work, stillOurs) {
      for (let attempt = 0; ; attempt++) {
        try {
          const done = await work();
          if (problem) log.info(again);
          problem = undefined;
          return done;
        } catch (error) {
          // Not counted as read: another member, or the next start, gets the batch again.
          if (signal.aborted) throw error;
          const {reason, words} = describe(error as Error);
          troubleTotal.inc({...labels, reason});
          if (isNews(words, problem, attempt)) log.warn({err: error, problem: words}, waits);
          // What was away for a moment is back with the next try.
          if (attempt > 0) problem = words;
          await beforeNextTry(attempt, {signal, stillOurs, forget});
        }
      }
    },
    get problem() {
      return problem;
    },
  };
}
