import {isPlace, MAX_KMH, NOWHERE} from "../geo.ts";
import {secondsOf} from "../quantities.ts";
import type {Row} from "./row.ts";

interface Flag {
  /** Of the column `quality_flags`. Never given to another flag: rows keep theirs. */
  bit: number;
  /** Whether the position is what is doubted: maps and windows leave it out. */
  position: boolean;
  /** Whether it is by the vehicle's events before, as far as the ingester remembers them. */
  history?: true;
  meaning: string;
}

/** What may be doubtful about an event. Stores keep it as it is, with a bit for each flag that it has. */
export const FLAGS = {
  NullIsland: {bit: 1, position: true, meaning: "The position is 0/0: a receiver without a fix."},
  ImpossiblePosition: {bit: 2, position: true, meaning: "The latitude is that of a pole: a receiver without a fix."},
  ClockAhead: {bit: 4, position: false, meaning: "The time is later than Kafka's by more than `clockAhead`."},
  ClockBehind: {
    bit: 8,
    position: false,
    meaning: "The time is earlier than Kafka's by more than `clockBehind`: a wrong clock, or an event that comes late.",
  },
  Jump: {
    bit: 16,
    position: true,
    history: true,
    meaning: "The vehicle cannot have come there from its last position: faster than `maxSpeed`.",
  },
  OutOfOrder: {
    bit: 32,
    position: false,
    history: true,
    meaning: "A later event of the vehicle came before it.",
  },
  SameTime: {
    bit: 64,
    position: false,
    history: true,
    meaning:
      "Another event of the vehicle has the same millisecond and other values. Counted, and a dead letter, unless `spec.event.identity` keeps it.",
  },
  Repeated: {
    bit: 128,
    position: false,
    history: true,
    meaning:
      "The event is there already, as it is: sent again, or read again after a restart. Counted, and no row, unless `spec.event.identity` keeps it.",
  },
} as const satisfies Record<string, Flag>;

export type FlagName = keyof typeof FLAGS;
export const FLAG_NAMES = Object.keys(FLAGS) as FlagName[];
/** The column of each store; null of a row without a flag. */
export const FLAG_COLUMN = "quality_flags";

const isByHistory = (name: FlagName) => (FLAGS[name] as Flag).history === true;

/** The bits of flags, together. */
export const bitsOf = (names: readonly FlagName[]) => names.reduce((bits, name) => bits | FLAGS[name].bit, 0);

/** The flags that depend on the event and Kafka's time of it alone: the same in each store, and after a replay. */
export const OWN_BITS = bitsOf(FLAG_NAMES.filter((name) => !isByHistory(name)));

/** The flags whose positions maps and windows leave out. */
export const POSITION_BITS = bitsOf(FLAG_NAMES.filter((name) => FLAGS[name].position));

/** Whether a row's position is one that maps and windows show. */
export const isUndoubted = (bits: number | null | undefined): boolean => !bits || (bits & POSITION_BITS) === 0;

/** The names of a row's flags. */
export const flagsOf = (bits: number | null | undefined): FlagName[] =>
  bits ? FLAG_NAMES.filter((name) => bits & FLAGS[name].bit) : [];

/** How many events have each flag; none of a flag that no event has. */
export type FlagCounts = Partial<Record<FlagName, number>>;

/** The same for people, most frequent first; empty if there is none. */
export const wordsOfFlags = (counts: FlagCounts = {}): string =>
  Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([flag, count]) => `${count} ${flag}`)
    .join(", ");

/** spec.event.quality. */
export interface Quality {
  ignore?: FlagName[] | undefined;
  clockAhead?: string | undefined;
  clockBehind?: string | undefined;
  maxSpeed?: number | undefined;
}

export const QUALITY_DEFAULTS = {clockAhead: "60s", clockBehind: "1d", maxSpeed: MAX_KMH};

/** The flags that an event has by itself, whatever came before it; `arrived` is Kafka's time of it, ms since the epoch. */
export type Judge = (row: Row, arrived: number) => number;

export function createJudge(quality: Quality = {}): Judge {
  const {ignore = [], clockAhead, clockBehind} = {...QUALITY_DEFAULTS, ...quality};
  const judged = ~bitsOf(ignore);
  const [aheadMs, behindMs] = [secondsOf(clockAhead) * 1_000, secondsOf(clockBehind) * 1_000];
  return (row, arrived) => {
    const {latitude, longitude} = row;
    const ahead = row.ts.getTime() - arrived;
    let bits = 0;
    if (latitude !== null && longitude !== null && !isPlace({latitude, longitude}))
      bits |= Math.abs(latitude) < NOWHERE ? FLAGS.NullIsland.bit : FLAGS.ImpossiblePosition.bit;
    if (ahead > aheadMs) bits |= FLAGS.ClockAhead.bit;
    else if (-ahead > behindMs) bits |= FLAGS.ClockBehind.bit;
    return bits & judged;
  };
}
