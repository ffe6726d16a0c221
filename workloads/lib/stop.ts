const controller = new AbortController();
let listens = false;

/**
 * Aborts at the first SIGTERM or SIGINT. Call it before anything else is imported, as each `main.ts` of a long-running program
 * does: process 1 misses a signal that nobody listens for, and to load a program takes a second.
 */
export function stopSignal(): AbortSignal {
  if (!listens) for (const name of ["SIGTERM", "SIGINT"] as const) process.on(name, () => controller.abort());
  listens = true;
  return controller.signal;
}

/** Runs `work` when the signal aborts, or now if it has. */
function onStop(signal: AbortSignal, work: () => void): void {
  if (signal.aborted) work();
  else signal.addEventListener("abort", work, {once: true});
}

/** The result of `work`; rejects as soon as the signal aborts. For work that may take for ever, and leaves nothing half done. */
export async function unlessStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const stopped = Promise.withResolvers<never>();
  const reject = () => stopped.reject(new Error("told to stop"));
  onStop(signal, reject);
  try {
    return await Promise.race([work, stopped.promise]);
  } finally {
    signal.removeEventListener("abort", reject);
  }
}

/** How long a stop waits for a store or a broker that does not answer. */
const DRAIN_MS = 8_000;

/** Ends the program if it is still there a while after the signal; `last` says what is known then. */
export function endInTime(signal: AbortSignal, last: () => void): void {
  onStop(signal, () =>
    setTimeout(() => {
      last();
      process.exit(0);
    }, DRAIN_MS).unref(),
  );
}
