import {readFileSync} from "node:fs";
import {javaLimit} from "./contenders.ts";
import type {Figures} from "./measure.ts";
import {cpuSeconds, start} from "./process.ts";
import type {Store} from "./stores.ts";
import type {Filling} from "./topic.ts";

/** What Cassandra takes at most on this machine: java/CassandraLimit.java on the emptied table. */
export async function cassandraLimit(store: Store, {topic, rows}: Filling): Promise<Partial<Figures>> {
  await store.empty();
  const program = javaLimit(topic);
  const cpu = cpuSeconds(store.server.pid);
  await start(program).ended;
  const seconds = Number(/^seconds ([\d.]+)$/m.exec(readFileSync(program.log, "utf8"))?.[1]);
  if (!(seconds > 0)) throw new Error(`the limit was not measured: see ${program.log}`);
  return {
    eventsPerSecond: rows / seconds,
    wholeSeconds: seconds,
    storeCpuPerMillion: ((cpuSeconds(store.server.pid) - cpu) / rows) * 1e6,
  };
}
