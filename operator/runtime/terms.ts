/** A write that was not sent, or whose answer was not waited for: this process does not lead beyond doubt. */
export class NotLeadingError extends Error {}

/** The spans in which a leader may write: each begins with a renewal of the Lease and ends some time after the last one. */
interface Terms {
  /** Waits for a term and gives what aborts at its end; rejects when none will come. */
  current(): Promise<AbortSignal>;
  /** For a renewal that was sent at that time (`performance.now()`): true when a term begins, false when one goes on. */
  renew(sent: number): boolean;
  /** Ends the term, if there is one. */
  end(why: string): void;
  /** No further term comes; the first reason counts. */
  close(why: string): void;
}

/** @param ms how long a term outlasts the sending of its last renewal */
export function createTerms(ms: number, onExpiry: () => void): Terms {
  let until = Number.NEGATIVE_INFINITY;
  let term: AbortController | undefined;
  let closed: NotLeadingError | undefined;
  let next = waiting();
  let fuse: NodeJS.Timeout | undefined;

  function expire() {
    end("the lease could not be renewed in time");
    onExpiry();
  }
  function end(why: string) {
    clearTimeout(fuse);
    term?.abort(new NotLeadingError(why));
    term = undefined;
  }
  return {
    end,
    async current() {
      // After a stall a write may come before the timer that is due.
      if (term && performance.now() >= until) expire();
      if (term) return term.signal;
      if (closed) throw closed;
      return next.promise;
    },
    renew(sent) {
      until = sent + ms;
      clearTimeout(fuse);
      fuse = setTimeout(expire, Math.max(0, until - performance.now()));
      if (term) return false;
      term = new AbortController();
      next.resolve(term.signal);
      next = waiting();
      return true;
    },
    close(why) {
      closed ??= new NotLeadingError(why);
      next.reject(closed);
    },
  };
}

function waiting() {
  const next = Promise.withResolvers<AbortSignal>();
  // Nobody may be waiting when it is rejected.
  next.promise.catch(() => {});
  return next;
}
