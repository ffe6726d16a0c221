import type {Wanted} from "./wanted.ts";

/** What became of what the platform makes in the BI server. */
export interface Provisioned {
  /** Titles of what was made or brought to what is wanted, by kind: `dashboard Fleet overview`. */
  changed: string[];
  /** The same of what a person edited last, which stays as it is. */
  edited: string[];
  /** What could not be made yet, with the server's words: a table that no event has reached, a database that is away. */
  missing: string[];
}

/** A BI server, as the program that fills it. */
export interface BiServer {
  /** @throws Error with the server's own words, if it does not answer as one that is well */
  health(): Promise<void>;
  /**
   * Brings databases, datasets, questions and dashboards to what is wanted: makes what is not there, changes what is otherwise, leaves what people made or
   * edited. Safe to run again at any time.
   */
  provision(wanted: Wanted): Promise<Provisioned>;
}
