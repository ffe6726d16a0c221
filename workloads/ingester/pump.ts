import type {Logger} from "pino";
import {isOlder, type Retention} from "../lib/retention.ts";
import {parseEvent} from "../telemetry.ts";
import type {Batch, Broker, Consumer} from "./broker.ts";
import {createBurial} from "./bury.ts";
import {observeArrivals, rowsTotal} from "./metrics.ts";
import {createPersistence} from "./persistence.ts";
import type {Store} from "./store.ts";
import type {DeadLetter, Entry} from "./write.ts";

interface Parts {
  store: Pick<Store, "name" | "write" | "isRefusal" | "troubleOf">;
  broker: Pick<Broker, "send" | "isTooLarge" | "arrived">;
  topic: string;
  dlqTopic: string;
  /** Older rows would be dropped again, and a row of any age makes a chunk. */
  retention?: Retention | undefined;
  log: Logger;
  signal: AbortSignal;
}

/** The way of a batch: read, check, write, and what no store can take to the dead letters. */
export interface Pump {
  take: Consumer["take"];
  /** Rows since the start. */
  accepted: number;
  /** When the newest event that this process has written came into Kafka, ms since the epoch. */
  arrived: number | undefined;
  /** Why the store takes no rows now, or the dead-letter topic no letters, for people. */
  readonly problem: string | undefined;
}

export function createPump({store, broker, topic, dlqTopic, retention, log, signal}: Parts): Pump {
  const labels = {store: store.name};
  const persistence = createPersistence({store, log, signal});
  const burial = createBurial({store: store.name, broker, topic, dlqTopic, log, signal});
  const pump: Pump = {
    accepted: 0,
    arrived: undefined,
    take,
    get problem() {
      return persistence.problem ?? burial.problem;
    },
  };
  rowsTotal.inc(labels, 0);
  return pump;

  async function take({partition, messages}: Batch, stillOurs: () => Promise<void>): Promise<boolean> {
    const entries: Entry[] = [];
    const dead: DeadLetter[] = [];
    const now = Date.now();
    for (const message of messages) {
      const parsed = parseEvent(message.value);
      if ("reason" in parsed) dead.push({message, reason: parsed.reason});
      else if (isOlder(parsed.row.ts, retention, now)) dead.push({message, reason: retention!.reason});
      else entries.push({row: parsed.row, message});
    }
    if (entries.length > 0) {
      const refused = await persistence.write(partition, entries, stillOurs);
      if (!refused) return false;
      dead.push(...refused);
    }
    const written = messages.length - dead.length;
    pump.accepted += written;
    rowsTotal.inc(labels, written);
    const arrived = written > 0 ? observeArrivals(entries, Date.now()) : undefined;
    if (arrived !== undefined) {
      pump.arrived = Math.max(pump.arrived ?? 0, arrived);
      broker.arrived(partition, arrived);
    }
    if (dead.length > 0) await burial.bury(partition, dead, stillOurs);
    return true;
  }
}
