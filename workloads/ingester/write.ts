import {keyOf, TAKEN} from "../../api/event/identity.ts";
import type {Row} from "../telemetry.ts";
import type {Message} from "./broker.ts";
import type {Earlier} from "./earlier.ts";
import type {Habit} from "./habit.ts";
import type {Store} from "./store.ts";

/** A row and the message that it came in. */
export interface Entry {
  row: Row;
  message: Message;
}

export interface DeadLetter {
  message: Message;
  reason: string;
}

/** That rows were refused and none beside them was taken: since when, and how often. */
export interface Refused {
  since: number;
  attempts: number;
}

/** The store refused rows for what they may hold, and took none beside them: whether they are at fault or the store cannot be said yet. */
export class Undecided extends Error {
  override name = "Undecided";
  override cause: Error;
  refused: Refused;

  /** @param cause what the store said */
  constructor(cause: Error, refused: Refused) {
    super(cause.message, {cause});
    this.cause = cause;
    this.refused = refused;
  }
}

/** What became of rows. */
export interface Written {
  /** Those that the store refuses for what they hold, and those whose place another event has. */
  dead: DeadLetter[];
  /** Those that were there already; not of a second try, which may find what the first has written. */
  repeated: Set<Row>;
  /** How many of the dead are there for another event of their vehicle and time. */
  taken: number;
}

interface Places {
  repeated: Set<Row>;
  /** Each with what the store has in its place, where it had that before. */
  taken: Map<Row, string | undefined>;
}

/** As many rows are tried alone before a store counts as one that takes none now. */
const SAMPLE = 32;

/**
 * Writes rows, and tells those that the store refuses for what they hold from a store that refuses all: a row is at fault if it is refused
 * alone, twice, after another one was taken that was written since its first refusal. No list of errors says so.
 *
 * @param earlier tells a row of the same event by an earlier spec; without it, any other row is one of another event
 */
export function createWriter(store: Pick<Store, "name" | "write" | "isRefusal">, earlier?: Earlier) {
  /** When the last write that was taken began. */
  let accepted = Number.NEGATIVE_INFINITY;

  /** Undefined if the rows are in, otherwise why they were refused; throws what says nothing of them. */
  async function refusalOf(entries: Entry[], found: Places, habit?: Habit): Promise<Error | undefined> {
    const began = performance.now();
    try {
      const {repeated, taken} = await store.write(
        entries.map(({row}) => row),
        habit,
      );
      accepted = Math.max(accepted, began);
      for (const {row, there} of taken) found.taken.set(row, there);
      if (habit) for (const row of repeated) found.repeated.add(row);
      return undefined;
    } catch (error) {
      if (store.isRefusal(error)) return error as Error;
      throw error;
    }
  }

  /** In halves of halves, so that one bad row costs its neighbours nothing. */
  async function apart(entries: Entry[], found: Places): Promise<DeadLetter[]> {
    const refusal = await refusalOf(entries, found);
    if (!refusal) return [];
    if (entries.length === 1) {
      const again = await refusalOf(entries, found);
      return again ? [{message: entries[0]!.message, reason: `${store.name}: ${again.message}`}] : [];
    }
    const half = Math.ceil(entries.length / 2);
    return [...(await apart(entries.slice(0, half), found)), ...(await apart(entries.slice(half), found))];
  }

  /** @throws Undecided, or what the store throws for any other reason; then any part of the rows may be there */
  async function refusedOf(entries: Entry[], found: Places, before?: Refused, habit?: Habit): Promise<DeadLetter[]> {
    const refusal = await refusalOf(entries, found, before ? undefined : habit);
    if (!refusal) return [];
    const refused = {since: before?.since ?? performance.now(), attempts: (before?.attempts ?? 0) + 1};
    for (const entry of sampleOf(entries, refused.attempts)) {
      if (await refusalOf([entry], found)) continue;
      const dead = await apart(entries, found);
      // The store may have begun to refuse all rows meanwhile.
      const last = dead.length > 0 && (await refusalOf([entry], found));
      if (last) throw new Undecided(last, refused);
      return dead;
    }
    // None of these was taken, but others that came since, of another partition.
    if (before && accepted > before.since) return apart(entries, found);
    throw new Undecided(refusal, refused);
  }

  /**
   * Writes all rows, and tells what became of those that are not in.
   *
   * @param before what is known of these rows from an earlier try
   * @param habit of their partition, unless an earlier try may have written some of them
   * @param topic that they came in
   * @throws Undecided, or what the store throws for any other reason; then any part of the rows may be there
   */
  return async function write(entries: Entry[], before?: Refused, habit?: Habit, topic = ""): Promise<Written> {
    const found: Places = {repeated: new Set(), taken: new Map()};
    await earlier?.note();
    const dead = await refusedOf(entries, found, before, habit);
    const {repeated, taken} = found;
    let others = 0;
    for (const entry of taken.size > 0 ? entries : []) {
      if (!taken.has(entry.row)) continue;
      const there = taken.get(entry.row);
      if (there !== undefined && (await earlier?.made(entry, topic, there))) {
        repeated.add(entry.row);
        continue;
      }
      dead.push({message: entry.message, reason: TAKEN});
      others++;
    }
    return {dead, repeated, taken: others};
  };
}

/**
 * Some rows from all over the batch, others with each attempt. Each has its key to itself: of several with one key the order decides, and
 * those of the sample are written out of turn.
 */
function sampleOf(entries: Entry[], attempt: number): Entry[] {
  const byKey = Map.groupBy(entries, ({row}) => keyOf(row));
  const single = [...byKey.values()].filter(({length}) => length === 1).flat();
  const step = Math.max(1, Math.floor(single.length / SAMPLE));
  const places = Array.from({length: Math.min(SAMPLE, single.length)}, (_, place) => place * step + attempt);
  return places.map((place) => single[place % single.length]!);
}
