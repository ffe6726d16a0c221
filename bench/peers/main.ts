import type {StoreName} from "../../api/stores.ts";
import {connect, flink, ingester, javaLoop, telegraf} from "./contenders.ts";
import {install} from "./install.ts";
import {latency} from "./latency.ts";
import {type Contender, type Figures, measure} from "./measure.ts";
import {table} from "./report.ts";
import {startKafka} from "./servers.ts";
import {openStore, type Store} from "./stores.ts";
import {fill} from "./topic.ts";

const VEHICLES = 5_000;
const SECONDS = 200;
const rivals = {timescaledb: [telegraf, connect, flink], cassandra: [javaLoop]};

type Run = (contender: Contender) => Promise<void>;

/**
 * Kafka → one store: our ingester beside its peers, on the same broker, topic, server and table, emptied before each run. Rounds are
 * interleaved, so that what the machine does meanwhile meets all alike.
 */
export const peers = (name: StoreName, rounds: number): Promise<void> =>
  withFullTopic(name, async (store, run) => {
    const contenders = [ingester(name), ...rivals[name]];
    // The server gets faster for a while: who is first in one round is last in the next.
    for (let round = 0; round < rounds; round++) for (const contender of contenders.reverse()) await run(contender);
    const {p50, p99, max} = await latency(ingester(name), store);
    console.log(`\nevent to readable, ${name}, 1,000 events/s: p50 ${p50} ms, p99 ${p99} ms, max ${max} ms`);
  });

/** Our ingester in one, two and four processes of one group. */
export const scaling = (name: StoreName, rounds: number): Promise<void> =>
  withFullTopic(name, async (_, run) => {
    for (let round = 0; round < rounds; round++) {
      for (const processes of [1, 2, 4]) await run(ingester(name, processes));
    }
  });

/** Servers of their own, a full topic, and a table of what was run, also when the work does not come to its end. */
async function withFullTopic(name: StoreName, work: (store: Store, run: Run) => Promise<void>): Promise<void> {
  await install();
  const kafka = await startKafka();
  const store = await openStore(name);
  const results = new Map<string, Figures[]>();
  try {
    const filling = await fill("telemetry", VEHICLES, SECONDS);
    console.log(`\nKafka → ${name}, ${filling.events} events`);
    let runs = 0;
    await work(store, async (contender) => {
      const figures = await measure(contender, store, filling, `bench-${++runs}`);
      results.set(contender.name, [...(results.get(contender.name) ?? []), figures]);
      const short = (_: string, value: unknown) => (typeof value === "number" ? Math.round(value * 10) / 10 : value);
      console.log(contender.name, JSON.stringify(figures, short));
    });
  } finally {
    console.log(`\n${table(results)}\n`);
    await store.close();
    await store.server.stop("SIGKILL");
    await kafka.stop("SIGKILL");
  }
}
