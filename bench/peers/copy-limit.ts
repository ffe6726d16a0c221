import pg from "pg";
import {COLUMNS} from "../../api/event.ts";
import {CONNECTIONS} from "../../workloads/ingester/timescaledb.ts";
import type {Figures} from "./measure.ts";
import {cpuSeconds} from "./process.ts";
import {postgres} from "./servers.ts";
import type {Store} from "./stores.ts";
import type {Filling} from "./topic.ts";

const columns = [...COLUMNS, "extra"].join(", ");
/** Beside the server's data. */
const fileOf = (part: number) => `/var/lib/postgresql/bench/rows-${part}`;
/** About as much of a vehicle as an ingester finds side by side in a fetch. */
const TOGETHER = "25 s";

/**
 * What PostgreSQL takes at most on this machine: the rows that are there, written to files, one a connection, and read from them
 * into the emptied table in the binary form of COPY, while nothing else runs.
 */
export async function copyLimit(store: Store, {rows}: Filling): Promise<Partial<Figures>> {
  const clients = await Promise.all(
    Array.from({length: CONNECTIONS}, async () => {
      const client = new pg.Client(postgres);
      await client.connect();
      return client;
    }),
  );
  const each = (statementOf: (part: number) => string) =>
    Promise.all(clients.map((client, part) => client.query(statementOf(part))));
  try {
    await each(
      (part) => `COPY (SELECT ${columns} FROM telemetry WHERE abs(hashtext(vehicle_id)) % ${CONNECTIONS} = ${part}
        ORDER BY date_bin('${TOGETHER}', ts, 'epoch'), vehicle_id, ts) TO '${fileOf(part)}' (FORMAT binary)`,
    );
    await store.empty();
    const cpu = cpuSeconds(store.server.pid);
    const began = performance.now();
    const copied = await each((part) => `COPY telemetry (${columns}) FROM '${fileOf(part)}' (FORMAT binary)`);
    const seconds = (performance.now() - began) / 1_000;
    const count = copied.reduce((sum, {rowCount}) => sum + rowCount!, 0);
    if (count !== rows) throw new Error(`the limit wrote ${count} of ${rows} rows`);
    return {
      eventsPerSecond: rows / seconds,
      wholeSeconds: seconds,
      storeCpuPerMillion: ((cpuSeconds(store.server.pid) - cpu) / rows) * 1e6,
    };
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}
