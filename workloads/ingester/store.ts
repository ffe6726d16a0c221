import type {StoreName} from "../../api/stores.ts";
import type {Row} from "../telemetry.ts";

/** Why a store takes no rows for now: label of a metric, so few and stable. */
export type Trouble = "unreachable" | "credentials" | "schema" | "disk-full" | "overloaded" | "other";

/** A store as the ingester uses it. Writes are idempotent: a row written twice is there once. */
export interface Store {
  name: StoreName;
  /** Writes all rows or throws; after a throw any part of them may be there, and nothing is under way any more. */
  write(rows: Row[]): Promise<void>;
  /** Whether the store has answered that it does not take these rows, which may be for what one of them holds; not: that it cannot now. */
  isRefusal(error: unknown): boolean;
  /** The obstacle to writes, by the error of one. */
  troubleOf(error: unknown): Trouble;
  /** Time of the newest row, read back from the store. */
  newest(): Promise<Date | null>;
  close(): Promise<void>;
}
