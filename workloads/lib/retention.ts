import {durationOf} from "../../api/quantities.ts";
import {number} from "./environment.ts";

/** How long a store keeps an event, by the event's time, and why an older one is not for it. */
export interface Retention {
  ms: number;
  reason: string;
}

/** By <STORE>_RETENTION_SECONDS, which pods of a pipeline have for each of its stores; undefined: as long as may be. */
export function retentionOf(store: string): Retention | undefined {
  const name = `${store.toUpperCase()}_RETENTION_SECONDS`;
  if (!process.env[name]) return undefined;
  const seconds = number(name);
  return {
    ms: seconds * 1_000,
    reason: `timestamp: is older than the retention of ${store} (${durationOf(seconds)})`,
  };
}

/** Whether an event is past the retention. */
export const isOlder = (ts: Date, retention: Retention | undefined, now = Date.now()): boolean =>
  retention !== undefined && ts.getTime() < now - retention.ms;
