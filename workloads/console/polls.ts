import type {Logger} from "pino";
import {sleep} from "../../api/backoff.ts";

const LIMIT_MS = 25_000;

/** Polls of the sources, each for no more than a quarter of the time, and their present problems. */
export function createPolls(log: Logger, watched: () => Promise<void>, signal: AbortSignal) {
  const problems: Record<string, string> = {};
  return {
    problems,
    /** Polls every `periodMs` while somebody watches, until the signal aborts. */
    async every(source: string, periodMs: number, poll: () => Promise<void>) {
      while (!signal.aborted) {
        await watched();
        if (signal.aborted) break;
        const began = performance.now();
        try {
          await withLimit(poll());
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
