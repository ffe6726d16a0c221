import {type Logger, pino} from "pino";
import {backoffMs, sleep} from "../../api/backoff.ts";

/** Logs to stdout, or to stderr where stdout carries a command's answer. */
export const logger = (name: string, output: "stdout" | "stderr" = "stdout"): Logger =>
  pino(
    {name, level: process.env.LOG_LEVEL ?? "info", timestamp: pino.stdTimeFunctions.isoTime},
    pino.destination(output === "stdout" ? 1 : 2),
  );

/** Milliseconds before the next try of something that a pod needs. */
export const retryMs = (attempt: number): number => backoffMs(attempt, {baseMs: 100, maxMs: 5_000});

/** Tries until it works or the signal aborts (then undefined); says every ten seconds why it still waits. */
export async function untilDone<T>(
  what: string,
  log: Logger,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T | undefined> {
  let reportedAt = 0;
  for (let attempt = 0; !signal.aborted; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() - reportedAt > 10_000) {
        log.warn({err: error}, `${what} failed; trying again`);
        reportedAt = Date.now();
      }
      await sleep(retryMs(attempt), signal);
    }
  }
  return undefined;
}
