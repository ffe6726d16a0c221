import type {Bar} from "./bars.ts";
import {connect, flink, ingester, telegraf} from "./contenders.ts";
import {copyLimit} from "./copy-limit.ts";
import {latency} from "./latency.ts";
import type {Contender} from "./measure.ts";
import {runner} from "./report.ts";
import {type Store, setUp} from "./stores.ts";
import {type Filling, fill} from "./topic.ts";
import {FIELDS, framedAvro, MAPPING, nested, startRegistry} from "./variants.ts";

const ours = ingester("timescaledb");
const LIMIT = "limit: COPY of the same rows from files";
/** Percent of a topic's messages that are the second time of an event. */
const DUPLICATES = [1, 50];

export async function ingestTimescaleDB(store: Store, rounds: number): Promise<Bar[]> {
  const plain = await fill("telemetry");
  const bars = await beside(store, plain, [telegraf, connect, flink], rounds);
  for (const percent of DUPLICATES) {
    const filling = await fill(`duplicates-${percent}`, {duplicatePercent: percent, rows: plain.rows});
    // Without Telegraf: its COPY drops a whole batch for one row that is there. Two rounds: how much the machine varies shows above.
    bars.push(...(await besideWithDuplicates(store, filling, percent, [connect, flink], Math.min(rounds, 2))));
  }
  const {p50, p99, max} = await latency(ours, store);
  console.log(`event to readable, TimescaleDB, 1,000 events/s: p50 ${p50} ms, p99 ${p99} ms, max ${max} ms`);
  bars.push({what: "TimescaleDB: event to readable, p99", figure: p99, unit: "ms", atMost: 150});
  bars.push(await variants(store, plain, rounds));
  return bars;
}

async function beside(store: Store, filling: Filling, rivals: Contender[], rounds: number): Promise<Bar[]> {
  const {run, keep, rate, print} = runner(store);
  const contenders = [ours, ...rivals];
  let bytes = 0;
  for (let round = 0; round < rounds; round++) {
    // The server gets faster for a while: who is first in one round is last in the next.
    for (const contender of contenders.reverse()) await run(contender, filling);
    bytes = (await store.bytes()) / filling.rows;
    keep(LIMIT, await copyLimit(store, filling));
  }
  print(`Kafka → TimescaleDB, ${filling.events} events`);
  console.log(`a row on disk, with its share of the indexes: ${Math.round(bytes)} bytes`);
  return [
    toBest("TimescaleDB", rate, rivals),
    {what: "TimescaleDB: of the limit", figure: rate(ours.name) / rate(LIMIT), unit: "×", atLeast: 0.7},
  ];
}

async function besideWithDuplicates(
  store: Store,
  filling: Filling,
  percent: number,
  rivals: Contender[],
  rounds: number,
): Promise<Bar[]> {
  const {run, rate, print} = runner(store);
  const contenders = [ours, ...rivals];
  for (let round = 0; round < rounds; round++)
    for (const contender of contenders.reverse()) await run(contender, filling);
  print(`Kafka → TimescaleDB, ${filling.events} events, ${percent} % of them duplicates`);
  return [toBest(`TimescaleDB, ${percent} % duplicates`, rate, rivals)];
}

function toBest(what: string, rate: (name: string) => number, rivals: Contender[]): Bar {
  const best = rivals.map(({name}) => name).reduce((a, b) => (rate(a) > rate(b) ? a : b));
  return {what: `${what}: to ${best}`, figure: rate(ours.name) / rate(best), unit: "×", atLeast: 1.5};
}

/** The same events under a mapping and in Avro, and with further fields that have columns of their own. */
async function variants(store: Store, plain: Filling, rounds: number): Promise<Bar> {
  const {run, rate, print} = runner(store);
  const registry = await startRegistry();
  const variant = (name: string, env: Record<string, string> = {}) => ingester("timescaledb", {name, env});
  const fields = {EVENT_FIELDS: JSON.stringify(FIELDS)};
  const usual = variant("default format");
  const mapped = variant("mapping", {EVENT_MAPPING: JSON.stringify(MAPPING)});
  const avro = variant("Avro", {SCHEMA_REGISTRY_URL: registry.url});
  const wide = variant(`${FIELDS.length} further fields`, fields);
  const inOtherFormat = await fill("mapped", {rewrite: nested});
  const inAvro = await fill("avro", {rewrite: framedAvro});
  const withFields = await fill("fields", {env: fields, seconds: plain.seconds / 4});
  for (let round = 0; round < rounds; round++) {
    await run(usual, plain);
    await run(mapped, inOtherFormat);
    await run(avro, inAvro);
  }
  await setUp("timescaledb", fields);
  for (let round = 0; round < rounds; round++) await run(wide, withFields);
  registry.stop();
  print(`Kafka → TimescaleDB, ${plain.events} events, ${withFields.events} with further fields`);
  const figure = rate(mapped.name) / rate(usual.name);
  return {what: "TimescaleDB: with a mapping, of without", figure, unit: "×", atLeast: 0.85};
}
