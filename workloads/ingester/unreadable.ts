import type {Logger} from "pino";

/** Longer than between two tries to read such a batch: after it, it was read, dropped by its age, or is another member's. */
const HEARD_MS = 20_000;

/** Remembers what was heard of a batch that cannot be read, for as long as it is heard. */
export function createUnreadable(log: Logger, now: () => number = Date.now) {
  let last: {words: string; at: number} | undefined;
  const words = () => (last && now() - last.at < HEARD_MS ? last.words : undefined);
  return {
    hear(said: string) {
      if (words() !== said) log.warn({problem: said}, "a partition waits; nothing of it is skipped");
      last = {words: said, at: now()};
    },
    words,
  };
}
