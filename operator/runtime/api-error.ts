/** An answer of the API server outside 2xx. `status` is the HTTP code, `reason` the server's word (`NotFound`, `Invalid`, `Expired` …). */
export class ApiError extends Error {
  readonly status: number;
  readonly reason: string;
  /** Seconds that the server asks to wait (Retry-After), when it said so. */
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, reason: string, message: string, retryAfterSeconds?: number) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.reason = reason;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  static from(status: number, body: string, headers: Record<string, unknown>, call: string): ApiError {
    let reason = "Unknown";
    let message = body.slice(0, 500);
    try {
      const answer = JSON.parse(body);
      reason = answer.reason ?? reason;
      message = answer.message ?? message;
    } catch {
      // A proxy or a starting server may answer in plain text; the text itself is the message then.
    }
    const retryAfter = Number(headers["retry-after"]);
    return new ApiError(
      status,
      reason,
      `${call}: ${status} ${message}`,
      Number.isFinite(retryAfter) ? retryAfter : undefined,
    );
  }
}

export const isNotFound = (error: unknown): boolean => error instanceof ApiError && error.status === 404;
/** Credentials that have expired, and a server that is busy: true of every request. */
const OF_ALL_REQUESTS = [401, 429];
/**
 * The server refused this one request: it is wrong or not allowed, or what the server asks about that object (a webhook) is away.
 * Others may be taken; whether the whole server fails shows in the next one.
 */
export const isRefused = (error: unknown): error is ApiError =>
  error instanceof ApiError && error.status >= 400 && !OF_ALL_REQUESTS.includes(error.status);
export const isConflict = (error: unknown): boolean => error instanceof ApiError && error.status === 409;
/** The resourceVersion that a watch or a page wanted is gone, or was never there (a server restored from a backup): list anew. */
export const isExpired = (error: unknown): boolean =>
  error instanceof ApiError &&
  (error.status === 410 || error.reason === "Expired" || /too large resource version/i.test(error.message));
/** Server-side apply of a field that the definition on the server does not have: status 500. */
export const isUnknownField = (error: unknown): boolean =>
  error instanceof ApiError && error.message.includes("field not declared in schema");
/** There was no answer: refused, reset, timed out, no such host. */
export const isUnreachable = (error: unknown): boolean =>
  !(error instanceof ApiError) && typeof (error as {code?: unknown} | undefined)?.code === "string";
