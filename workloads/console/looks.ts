import type {Logger} from "pino";
import {sleep} from "../../api/backoff.ts";

const LIMIT_MS = 25_000;

/** Repeated looks at the sources, each no more than a quarter of the time, and what is wrong with them now. */
export function createLooks(log: Logger, watched: () => Promise<void>, signal: AbortSignal) {
  const problems: Record<string, string> = {};
  return {
    problems,
    /** Looks every `periodMs` while somebody watches, until the signal aborts. */
    async every(source: string, periodMs: number, look: () => Promise<void>) {
      while (!signal.aborted) {
        await watched();
        if (signal.aborted) break;
        const began = performance.now();
        try {
          await withLimit(look());
          if (problems[source]) log.info({source}, "answers again");
          delete problems[source];
        } catch (error) {
          const {message} = error as Error;
          if (!problems[source]) log.warn({source, error: message}, "does not answer");
          problems[source] = message;
        }
        const took = performance.now() - began;
        await sleep(Math.max(periodMs - took, 3 * took), signal);
      }
    },
  };
}

async function withLimit<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${LIMIT_MS / 1_000} s`)), LIMIT_MS);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
