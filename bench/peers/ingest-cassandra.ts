import type {Bar} from "./bars.ts";
import {cassandraLimit} from "./cassandra-limit.ts";
import {ingester, javaLoop} from "./contenders.ts";
import {latency} from "./latency.ts";
import {runner} from "./report.ts";
import type {Store} from "./stores.ts";
import {fill} from "./topic.ts";

const ours = ingester("cassandra");
const LIMIT = "limit: the same rows from memory, prepared batches of 64";

export async function ingestCassandra(store: Store, rounds: number): Promise<Bar[]> {
  const filling = await fill("telemetry");
  const {run, keep, rate, print} = runner(store);
  // Not counted: the first 240,000 rows of a cold JVM go at a third of the speed.
  await cassandraLimit(store, filling);
  const contenders = [ours, javaLoop];
  let bytes = 0;
  for (let round = 0; round < rounds; round++) {
    for (const contender of contenders.reverse()) await run(contender, filling);
    if (round === rounds - 1) bytes = (await store.bytes()) / filling.rows;
    keep(LIMIT, await cassandraLimit(store, filling));
  }
  print(`Kafka → Cassandra, ${filling.events} events`);
  console.log(`a row on disk: ${Math.round(bytes)} bytes`);
  const {p50, p99, max} = await latency(ours, store);
  console.log(`event to readable, Cassandra, 1,000 events/s: p50 ${p50} ms, p99 ${p99} ms, max ${max} ms`);
  return [
    {what: `Cassandra: to ${javaLoop.name}`, figure: rate(ours.name) / rate(javaLoop.name), unit: "×", atLeast: 1.5},
    {what: "Cassandra: of the limit", figure: rate(ours.name) / rate(LIMIT), unit: "×", atLeast: 0},
    {what: "Cassandra: event to readable, p99", figure: p99, unit: "ms", atMost: 150},
  ];
}
