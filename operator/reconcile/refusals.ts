import {backoffMs} from "../../api/backoff.ts";
import {TelemetryError} from "../../api/errors.ts";
import {isRefused} from "../runtime/api-error.ts";

export interface Refusal {
  problem: TelemetryError;
  /** The plan that was refused: another one is tried at once. */
  plan: unknown;
  attempts: number;
  /** ms since the epoch. */
  tryAgainAt: number;
}

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
  refusals: Map<string, Refusal>,
  plan: unknown,
  request: string,
  send: () => Promise<void>,
): Promise<TelemetryError | undefined> {
  const last = refusals.get(request);
  const again = last !== undefined && last.plan === plan;
  if (again && Date.now() < last.tryAgainAt) return last.problem;
  try {
    await send();
    refusals.delete(request);
    return undefined;
  } catch (error) {
    const problem = refusalOf(error, request);
    const attempts = again ? last.attempts + 1 : 0;
    const tryAgainAt = Date.now() + backoffMs(attempts, {baseMs: 1_000, maxMs: 30_000});
    refusals.set(request, {problem, plan, attempts, tryAgainAt});
    return problem;
  }
}
