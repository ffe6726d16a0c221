import {setTimeout} from "node:timers/promises";
import {type Logger, pino} from "pino";

/** Logs to stdout, or to stderr where stdout carries a command's answer. */
export const logger = (name: string, output: "stdout" | "stderr" = "stdout"): Logger =>
  pino(
    {name, level: process.env.LOG_LEVEL ?? "info", timestamp: pino.stdTimeFunctions.isoTime},
    pino.destination(output === "stdout" ? 1 : 2),
  );

/** Resolves after `ms`, or at once when the signal aborts. */
export const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
  setTimeout(ms, undefined, {signal}).catch(() => {});

/** Milliseconds before the next try. */
export const backoffMs = (attempt: number): number => Math.min(5_000, 200 * 2 ** attempt);

/** Tries until it works or the signal aborts (then undefined); says every ten seconds why it still waits. */
export async function untilDone<T>(
  what: string,
  log: Logger,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T | undefined> {
  let said = 0;
  for (let attempt = 0; !signal.aborted; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() - said > 10_000) {
        log.warn({err: error}, `${what} failed; trying again`);
        said = Date.now();
      }
      await sleep(Math.min(5_000, 100 * 2 ** Math.min(attempt, 6)) * (0.5 + Math.random() / 2), signal);
    }
  }
  return undefined;
}
