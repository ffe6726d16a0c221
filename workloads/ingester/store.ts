import type {Row} from "../telemetry.ts";

/** Why a store takes no rows for now: label of a metric, so few and stable. */
export type Trouble = "unreachable" | "credentials" | "schema" | "disk-full" | "overloaded" | "other";

/** What the ingester needs of a store. Writes are idempotent: a row written twice is there once. */
export interface Store {
  name: "timescaledb" | "cassandra";
  /** Writes all rows or throws; after a throw any part of them may be there. */
  write(rows: Row[]): Promise<void>;
  /** Whether the error is for what a row holds: the same rows would fail for ever. */
  refusesRow(error: unknown): boolean;
  /** What keeps the store from taking rows, by the error of a write. */
  troubleOf(error: unknown): Trouble;
  /** Time of the newest row, read back from the store. */
  newest(): Promise<Date | null>;
  close(): Promise<void>;
}
