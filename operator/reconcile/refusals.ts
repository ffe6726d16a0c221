import {TelemetryError} from "../../api/errors.ts";
import {isRefused} from "../runtime/api-error.ts";
import {backoffMs} from "../runtime/backoff.ts";

interface Refusal {
  problem: TelemetryError;
  /** The plan that was refused: another one is tried at once. */
  plan: string;
  attempts: number;
  /** ms since the epoch. */
  tryAgainAt: number;
}

/** What the API server refused last, by the pipeline's key and request; lost at a restart, which only tries at once. */
const refusals = new Map<string, Map<string, Refusal>>();

/** Drops what is known of a pipeline that is gone. */
export const forgetRefusals = (key: string): void => void refusals.delete(key);

/** The condition for a request that the API server refused, in its words; everything else is thrown on. */
export function refusalOf(error: unknown, object: string): TelemetryError {
  if (error instanceof TelemetryError && error.reason === "ApplyRefused") return error;
  if (!isRefused(error)) throw error;
  return new TelemetryError("ApplyRefused", `${object}: ${error.message}`);
}

/**
 * Sends one request and returns why the API server refused it, if it did. One that was refused lately is not sent: a webhook that
 * hangs takes up to 30 s to say no.
 *
 * @param request what it does to which object
 */
export async function unlessRefused(
  key: string,
  plan: string,
  request: string,
  send: () => Promise<void>,
): Promise<TelemetryError | undefined> {
  const mine = refusals.get(key) ?? new Map<string, Refusal>();
  refusals.set(key, mine);
  const last = mine.get(request);
  const again = last?.plan === plan;
  if (again && Date.now() < last.tryAgainAt) return last.problem;
  try {
    await send();
    mine.delete(request);
    return undefined;
  } catch (error) {
    const problem = refusalOf(error, request);
    const attempts = again ? last.attempts + 1 : 0;
    const tryAgainAt = Date.now() + backoffMs(attempts, {baseMs: 1_000, maxMs: 30_000});
    mine.set(request, {problem, plan, attempts, tryAgainAt});
    return problem;
  }
}
