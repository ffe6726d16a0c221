import {setTimeout as sleep} from "node:timers/promises";
import {runProgram} from "../../test/data/ingester.ts";
import type {Table} from "../../workloads/lake/iceberg/table.ts";
import {flinkToLake, ingester} from "../peers/contenders.ts";
import type {Contender, Figures} from "../peers/measure.ts";
import {cpuSeconds, peakMiB, start} from "../peers/process.ts";
import {figuresTable} from "../peers/report.ts";
import type {Filling} from "../peers/topic.ts";
import type {Lake, Place} from "./server.ts";

const LOOK_MS = 250;
/** Fewer rows a second than that are as good as none. */
const LEAST_RATE = 5_000;
const START_MS = 120_000;

const writers = {
  ours: (env: Record<string, string> = {}) => ingester("lake", {env}),
  flink: flinkToLake,
};
type Writer = keyof typeof writers;

/** Kafka → Iceberg from a topic that is full: one writer of ours beside Flink's sink, each into new tables of the same store. */
export async function backlog(lake: Lake, filling: Filling, rounds: number) {
  const order = Object.keys(writers) as Writer[];
  const places = new Map<Writer, Place>();
  const contents = new Set<string>();
  const table = figuresTable();
  for (let round = 0; round < rounds; round++)
    for (const writer of order.reverse()) {
      const place = await lake.place(`${writer}_${round}`);
      places.set(writer, place);
      const contender = writers[writer](place.env);
      table.keep(contender.name, await measure(contender, lake, place, filling, `bench-lake-${writer}-${round}`));
      contents.add(await contentOf(place, filling));
    }
  if (contents.size !== 1) throw new Error(`the writers' tables differ: ${[...contents].join(" and ")}`);
  table.print(`Kafka → Iceberg, ${filling.events} events`);
  return {
    ours: places.get("ours")!,
    flink: places.get("flink")!,
    rate: (writer: Writer) => table.rate(writers[writer]({}).name),
  };
}

/** A commit that brought rows. */
export interface Commit {
  id: string;
  /** By the clock of its writer, ms since 1970. */
  at: number;
  rows: number;
}

export async function commitsOf(table: Table): Promise<Commit[]> {
  const {metadata} = await table.load();
  return (metadata.snapshots ?? [])
    .map((snapshot) => ({
      id: String(snapshot["snapshot-id"]),
      at: snapshot["timestamp-ms"],
      rows: Number(snapshot.summary["added-records"] ?? 0),
    }))
    .filter(({rows}) => rows > 0)
    .sort((a, b) => a.at - b.at);
}

const rowsOf = (commits: Commit[]) => commits.reduce((sum, {rows}) => sum + rows, 0);

/**
 * Rows a second from the first commit to the last but one. The first has the start-up in it, and before the last one a writer may have waited for its
 * time to come though nothing was left to read. With fewer commits than it takes, these count too.
 */
function rateOf(commits: Commit[], began: number): number {
  const first = commits.length > 1 ? commits[0]!.at : began;
  const between = commits.length > 2 ? commits.slice(1, -1) : commits.length > 1 ? commits.slice(1) : commits;
  return (rowsOf(between) / (between.at(-1)!.at - first)) * 1_000;
}

/** One run over the whole topic into an empty table. */
async function measure(
  contender: Contender,
  lake: Lake,
  {table}: Place,
  {topic, events, rows}: Filling,
  group: string,
): Promise<Partial<Figures>> {
  const storeCpu = cpuSeconds(lake.pid);
  const began = Date.now();
  const running = contender.programs(topic, group).map(start);
  const limit = START_MS + (events / LEAST_RATE) * 1_000;
  try {
    let commits = await commitsOf(table);
    while (rowsOf(commits) < rows) {
      for (const program of running) program.check();
      if (Date.now() - began > limit)
        throw new Error(`${contender.name}: ${rowsOf(commits)} of ${rows} rows within ${limit} ms`);
      await sleep(LOOK_MS);
      commits = await commitsOf(table);
    }
    const cpu = running.reduce((sum, {pid}) => sum + cpuSeconds(pid), 0);
    return {
      eventsPerSecond: rateOf(commits, began),
      wholeSeconds: (commits.at(-1)!.at - began) / 1_000,
      cpuPerMillion: (cpu / events) * 1e6,
      storeCpuPerMillion: ((cpuSeconds(lake.pid) - storeCpu) / events) * 1e6,
      peakMiB: running.reduce((sum, {pid}) => sum + peakMiB(pid), 0),
    };
  } finally {
    await Promise.all(running.map((program) => program.stop()));
  }
}

/** Without the flags of quality, which Flink does not tell. */
const CONTENT = `SELECT count(*), count(DISTINCT hash(vehicle_id, timestamp)), bit_xor(hash(vehicle_id, timestamp, latitude, longitude, speed,
  temperature, humidity, extra, kafka_topic, kafka_partition, kafka_offset))::VARCHAR FROM events`;

/** @throws Error unless the table has each event of the topic once; what it holds, by a hash */
async function contentOf({env}: Place, {rows}: Filling): Promise<string> {
  const answer = await runProgram("workloads/lake/sql.ts", ["--timeout", "10m", "--", CONTENT], env);
  const [count, distinct, hash] = JSON.parse(answer.trim().split("\n").at(-1)!);
  if (Number(count) !== rows || Number(distinct) !== rows)
    throw new Error(`${count} rows, ${distinct} of them distinct, and ${rows} events`);
  return hash;
}
