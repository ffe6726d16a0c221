import type {Logger} from "pino";
import {beforeNextTry, isNews, problemOf} from "./again.ts";
import type {Message} from "./broker.ts";

/** What has to be there before messages can be read: the schemas of those in a schema registry's wire format. */
interface Preparation {
  /** Tries until it is there: nothing becomes a dead letter for a registry that is away. */
  prepare(messages: Message[], stillOurs: () => Promise<void>): Promise<void>;
  /** Why messages wait for the registry now, for people. */
  readonly problem: string | undefined;
}

export function createPreparation(
  schemas: (messages: Message[], since: number) => Promise<void> | undefined,
  log: Logger,
  signal: AbortSignal,
): Preparation {
  let problem: string | undefined;
  const forget = () => {
    problem = undefined;
  };
  return {
    prepare,
    get problem() {
      return problem;
    },
  };

  async function prepare(messages: Message[], stillOurs: () => Promise<void>): Promise<void> {
    let asked = false;
    // Of thousands of schemas that are not there the first would be due again before the last is asked for.
    const since = Date.now();
    for (let attempt = 0; ; ) {
      try {
        // Again after it was away: what is there must be so at the moment of reading.
        const coming = schemas(messages, since);
        if (!coming) break;
        asked = true;
        await coming;
      } catch (error) {
        if (signal.aborted) throw error;
        failed(error as Error, attempt);
        await beforeNextTry(attempt++, {signal, stillOurs, forget});
      }
    }
    // Plain events say nothing of the registry, for which another partition may wait.
    if (!asked) return;
    if (problem) log.info("the schema registry answers again");
    problem = undefined;
  }

  function failed(error: Error, attempt: number) {
    const next = problemOf("registry", error);
    if (isNews(next, problem, attempt)) log.warn({err: error}, "events wait for the schema registry");
    problem = next;
  }
}
