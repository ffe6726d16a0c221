import type {DatabaseName} from "../../api/stores.ts";
import {type Bar, barsTable} from "./bars.ts";
import {ingester} from "./contenders.ts";
import {ingestCassandra} from "./ingest-cassandra.ts";
import {ingestTimescaleDB} from "./ingest-timescaledb.ts";
import {install, type ProgramName} from "./install.ts";
import {runner} from "./report.ts";
import {startKafka} from "./servers.ts";
import {openStore, type Store} from "./stores.ts";
import {fill} from "./topic.ts";

const SERVERS: ProgramName[] = ["kafka", "cassandra", "timescaledb"];
const parts = {timescaledb: ingestTimescaleDB, cassandra: ingestCassandra};

/**
 * Kafka → each store: our ingester beside its peers and the store's limit, on the same broker, topic, server and table, emptied
 * before each run. Rounds are interleaved, so that what the machine does meanwhile meets all alike.
 */
export const ingest = (stores: DatabaseName[], rounds: number): Promise<void> =>
  withKafka([...SERVERS, "telegraf", "connect", "flink", "java"], async () => {
    const bars: Bar[] = [];
    for (const name of stores)
      await withStore(name, async (store) => {
        bars.push(...(await parts[name](store, rounds)));
      });
    console.log(`\n${barsTable(bars)}\n`);
  });

/** Our ingester in one, two and four processes of one group. */
export const scaling = (name: DatabaseName, rounds: number): Promise<void> =>
  withKafka(SERVERS, () =>
    withStore(name, async (store) => {
      const {run, print} = runner(store);
      const filling = await fill("telemetry");
      for (let round = 0; round < rounds; round++)
        for (const count of [1, 2, 4])
          await run(ingester(name, {name: `${count} ${count === 1 ? "process" : "processes"}`, count}), filling);
      print(`Kafka → ${name}, ${filling.events} events, processes of one group`);
    }),
  );

/** Does some work beside a broker, with programs that are installed before. */
export async function withKafka(programs: ProgramName[], work: () => Promise<void>): Promise<void> {
  await install(programs);
  const kafka = await startKafka();
  try {
    await work();
  } finally {
    await kafka.stop("SIGKILL");
  }
}

async function withStore(name: DatabaseName, work: (store: Store) => Promise<void>): Promise<void> {
  const store = await openStore(name);
  try {
    await work(store);
  } finally {
    await store.close();
    await store.server.stop("SIGKILL");
  }
}
