import type {Logger} from "pino";
import {beforeNextTry, isNews, problemOf} from "../ingester/again.ts";
import {troubleTotal} from "../ingester/metrics.ts";
import {troubleOf} from "../ingester/postgres-errors.ts";

interface Patience {
  /** Tries until it works: a batch that waits for the database, or for Kafka, is not lost. */
  untilDone<T>(work: () => Promise<T>, stillOurs: () => Promise<void>): Promise<T>;
  /** What it waits for, for people. */
  readonly problem: string | undefined;
}

export function createPatience(labels: {store: string}, log: Logger, signal: AbortSignal): Patience {
  let problem: string | undefined;
  const forget = () => {
    problem = undefined;
  };
  return {
    async untilDone(work, stillOurs) {
      for (let attempt = 0; ; attempt++) {
        try {
          const done = await work();
          if (problem) log.info("events are scored again");
          problem = undefined;
          return done;
        } catch (error) {
          if (signal.aborted) throw error;
          const reason = troubleOf(error);
          troubleTotal.inc({...labels, reason});
          const words = problemOf(reason, error as Error);
          if (isNews(words, problem, attempt)) log.warn({err: error, problem: words}, "events wait; trying again");
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
