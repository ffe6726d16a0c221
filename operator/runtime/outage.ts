import type {OnAnswer} from "./http.ts";
import type {Logger} from "./logger.ts";

/** A connection that fails so soon after an answer is no outage. */
const RECENT_MS = 5_000;

/** One line when the API server does not answer or does not know us, and one when it does again: not one for each watch. */
export function reportOutage(log: Logger, server: string, now: () => number = Date.now): OnAnswer {
  let answered = -Infinity;
  let away = false;
  return (_method, code, _path, error) => {
    const why =
      code === "error" ? `does not answer: ${error?.message}` : code === 401 && "refuses our credentials: 401";
    if (!why) {
      answered = now();
      if (away) log.info({server}, "the API server answers again");
      away = false;
    } else if (!away && now() - answered > RECENT_MS) {
      away = true;
      log.warn({server}, `the API server ${why}; trying until it does`);
    }
  };
}
