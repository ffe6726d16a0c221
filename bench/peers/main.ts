import {connect, flink, ingester, javaLoop, telegraf} from "./contenders.ts";
import {install} from "./install.ts";
import {latency} from "./latency.ts";
import {type Contender, type Figures, measure} from "./measure.ts";
import {table} from "./report.ts";
import {startKafka} from "./servers.ts";
import {openStore, type StoreName} from "./stores.ts";
import {fill} from "./topic.ts";

const VEHICLES = 5_000;
const rivals = {timescaledb: [telegraf, connect, flink], cassandra: [javaLoop]};

/**
 * Kafka → one store: our ingester beside its peers, on the same broker, topic, server and table, emptied before each run. Rounds are
 * interleaved, so that what the machine does meanwhile meets all alike.
 */
export async function peers(store: StoreName, {seconds = 200, rounds = 3} = {}): Promise<void> {
  await install();
  const kafka = await startKafka();
  const opened = await openStore(store);
  try {
    const filling = await fill("telemetry", VEHICLES, seconds);
    const results = new Map<string, Figures[]>();
    let run = 0;
    const once = async (contender: Contender) => {
      const figures = await measure(contender, opened, filling, `bench-${++run}`);
      results.set(contender.name, [...(results.get(contender.name) ?? []), figures]);
      console.log(
        `${contender.name}: ${figures.rowsPerSecond.toFixed(0)} rows/s, ${figures.wholeSeconds.toFixed(1)} s`,
      );
    };
    for (let round = 0; round < rounds; round++) {
      for (const contender of [ingester(store), ...rivals[store]]) await once(contender);
    }
    for (const processes of [2, 4]) await once(ingester(store, processes));
    const delay = await latency(ingester(store), opened);
    console.log(`\nKafka → ${store}, ${filling.events} events, ${rounds} rounds\n\n${table(results)}\n`);
    console.log(`event to readable at 1,000 events/s, ms: p50 ${delay.p50}, p99 ${delay.p99}, max ${delay.max}\n`);
  } finally {
    await opened.close();
    await opened.server.stop("SIGKILL");
    await kafka.stop("SIGKILL");
  }
}
