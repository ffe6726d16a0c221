import type {Logger} from "pino";
import {beforeNextTry, isNews, problemOf} from "./again.ts";
import type {Place} from "./broker.ts";
import type {Earlier} from "./earlier.ts";
import {createHabit, type Habit} from "./habit.ts";
import {observeLatency, troubleTotal, writeSeconds} from "./metrics.ts";
import type {Store} from "./store.ts";
import {createWriter, type Entry, type Refused, Undecided, type Written} from "./write.ts";

/** Writes that are tried until the store takes them. */
interface Persistence {
  /**
   * Tries until the rows are in. Returns what became of those that are not; undefined if the store refuses all of them, and others have to
   * show whether it takes any.
   */
  write(place: Place, entries: Entry[], stillOurs: () => Promise<void>): Promise<Written | undefined>;
  /** Why the store takes no rows now, for people. */
  readonly problem: string | undefined;
}

export function createPersistence(parts: {
  store: Pick<Store, "name" | "write" | "isRefusal" | "troubleOf" | "deferral">;
  earlier?: Earlier | undefined;
  log: Logger;
  signal: AbortSignal;
}): Persistence {
  const {store, earlier, log, signal} = parts;
  const labels = {store: store.name};
  const writeRows = createWriter(store, earlier);
  /** By partition: rows of which it is not known yet whether they are at fault, from which offset on. */
  const undecided = new Map<string, Refused & {offset: string}>();
  /** By partition: up to which offset its events were taken in hand. */
  const habits = new Map<string, {habit: Habit; last: bigint}>();
  let problem: string | undefined;
  const forget = () => {
    problem = undefined;
  };
  return {
    write,
    get problem() {
      return problem;
    },
  };

  async function write(
    {topic, partition}: Place,
    entries: Entry[],
    stillOurs: () => Promise<void>,
  ): Promise<Written | undefined> {
    const {offset} = entries[0]!.message;
    const place = `${topic}-${partition}`;
    const before = undecided.get(place);
    const refusedBefore = before?.offset === offset ? before : undefined;
    undecided.delete(place);
    const habit = habitOf(place, entries);
    const end = writeSeconds.startTimer(labels);
    try {
      for (let attempt = 0; ; attempt++) {
        try {
          const written = await writeRows(entries, refusedBefore, attempt === 0 ? habit : undefined, topic);
          if (problem) log.info({rows: entries.length}, "store takes rows again");
          problem = undefined;
          if (!store.deferral) observeLatency(store.name, entries, Date.now());
          return written;
        } catch (error) {
          // Not counted as read: another member, or the next start, gets these events again.
          if (signal.aborted) throw error;
          // It may come back as another database, with the rows of a backup.
          earlier?.forget();
          const undecidedYet = error instanceof Undecided ? error : undefined;
          const tries = undecidedYet ? undecidedYet.refused.attempts - 1 : attempt;
          failed(undecidedYet?.cause ?? (error as Error), tries, entries.length);
          await beforeNextTry(tries, {signal, stillOurs, forget});
          if (undecidedYet) {
            undecided.set(place, {...undecidedYet.refused, offset});
            return undefined;
          }
        }
      }
    } finally {
      end();
    }
  }

  /** A partition that is new here, or that comes again from an earlier offset, has rows of which nobody knows whether they are written. */
  function habitOf(place: string, entries: Entry[]): Habit {
    const [first, last] = [entries[0]!, entries.at(-1)!].map(({message}) => BigInt(message.offset)) as [bigint, bigint];
    const known = habits.get(place);
    const habit = known && first > known.last ? known.habit : createHabit();
    habits.set(place, {habit, last});
    return habit;
  }

  function failed(error: Error, attempt: number, rows: number) {
    const trouble = store.troubleOf(error);
    troubleTotal.inc({...labels, reason: trouble});
    const next = problemOf(trouble, error);
    if (isNews(next, problem, attempt)) log.warn({err: error, trouble, rows}, "store does not take rows; trying again");
    problem = next;
  }
}
