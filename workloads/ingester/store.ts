import type {Found} from "../../api/event/identity.ts";
import type {StoreName} from "../../api/stores.ts";
import type {TableFigures} from "../lake/figures.ts";
import type {Row} from "../telemetry.ts";
import type {Place} from "./broker.ts";
import type {Habit} from "./habit.ts";
import type {LetterStore} from "./keep-letters.ts";

/** Why a store takes no rows for now: label of a metric, so few and stable. */
export type Trouble = "unreachable" | "credentials" | "schema" | "disk-full" | "overloaded" | "other";

/** The specs of the event by which a store's rows were made, as texts (earlier.ts). */
export interface Specs {
  note(spec: string): Promise<void>;
  /** The last used first; of many the last ones. */
  list(): Promise<string[]>;
}

/** A batch whose rows may wait in a store's memory. */
export interface Hold {
  /** Whether they do still; if not, the batch has to be read again. */
  isHeld(): boolean;
  /**
   * The batch is taken in as a whole.
   *
   * @param next the offset that follows
   * @param then called once its rows are in the store
   */
  settle(place: Place, next: string, then: () => void): void;
}

/** A store whose rows are in some time after they were taken. */
export interface Deferral {
  /** A batch begins. */
  hold(): Hold;
  /** Whether nothing waits. */
  readonly isIdle: boolean;
  /** Writes what waits. Resolves when it is in, or cannot be now. */
  flush(): Promise<void>;
  /** Why it takes no rows now, and the words for people. */
  readonly problem: string | undefined;
  /** Calls when what waited was dropped, and has to be read again. */
  onDropped(call: () => void): void;
}

/** A store as the ingester uses it. Writes are idempotent: a row written twice is there once, and what was there first stays (api/event/identity.ts). */
export interface Store {
  name: StoreName;
  /** As much of the backlog of a partition is read at once: the more, the more rows that belong together are written together. */
  fetchBytes: number;
  /** Of all partitions of a broker, where it is not what any store gets. */
  allFetchBytes?: number;
  /** Of so many partitions a batch is in hand at once: while the store has those of some, that of another is read. */
  batches: number;
  /**
   * Writes all rows or throws; after a throw any part of them may be there, and nothing is under way any more.
   *
   * @param habit of what the rows come from; left out for rows that may be there, as after an earlier try
   */
  write(rows: Row[], habit?: Habit): Promise<Found>;
  /** Absent where no row is found in the place of another. */
  specs?: Specs;
  /** Absent where rows are in when `write` resolves. */
  deferral?: Deferral;
  /** The process has a new part in the group: others may have written. Absent where the store is asked each time. */
  forget?(): void;
  /** Whether the store has answered that it does not take these rows, which may be for what one of them holds; not: that it cannot now. */
  isRefusal(error: unknown): boolean;
  /** The obstacle to writes, by the error of one. */
  troubleOf(error: unknown): Trouble;
  /** Time of the newest row, read back from the store. */
  newest(): Promise<Date | null>;
  /** Keeps the dead letters of all stores; absent where none are kept. */
  letters?: LetterStore;
  /** How its table is; absent where a server of its own says so. */
  figures?(): Promise<TableFigures>;
  close(): Promise<void>;
}
