import type {Provisioned} from "../server.ts";
import type {Metabase} from "./client.ts";

/** Metabase, and what was done there. */
export interface Task {
  metabase: Metabase;
  /** Number of the user as whom it is done. */
  keeper: number;
  result: Provisioned;
}
