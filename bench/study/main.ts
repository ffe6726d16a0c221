import {type Lake, openLake} from "../lake/server.ts";
import {withKafka} from "../peers/main.ts";
import {markdown} from "../peers/report.ts";
import {cassandraColumn} from "./cassandra.ts";
import type {Column} from "./column.ts";
import {druidColumns} from "./druid.ts";
import {events, fillTopic} from "./events.ts";
import {lakeColumn} from "./lake.ts";
import {ASKERS, expectSame, type Question} from "./questions.ts";
import {timescaledb} from "./timescaledb.ts";

/** The same events in each store, one store after another and each alone: what it costs to keep and to ask them. */
export const study = (): Promise<void> =>
  withKafka(["kafka", "cassandra", "timescaledb"], async () => {
    // What it has started ends with it.
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
    await fillTopic();
    console.log(`${events.count} events of ${events.vehicles.length} vehicles, ${events.days} days`);
    const {columns, first, quantiles} = await timescaledb();
    const add = (...more: Column[]) => {
      for (const {name, asked} of more)
        expectSame(name, asked.answers, first, name.startsWith("Druid") ? {quantiles} : {});
      columns.push(...more);
      console.log(
        JSON.stringify(more.map((column) => ({...column, asked: {ms: column.asked.ms, cpuMs: column.asked.cpuMs}}))),
      );
    };
    add(...columns.splice(0));
    try {
      add(await cassandraColumn());
      await withLake(async (lake) => add(await lakeColumn(lake)));
      await withLake(async (lake) => add(...(await druidColumns(lake))));
    } finally {
      print(columns);
    }
  });

/** Some work with an object store of its own. */
async function withLake(work: (lake: Lake) => Promise<void>): Promise<void> {
  const lake = await openLake();
  try {
    await work(lake);
  } finally {
    await lake.stop();
  }
}

const shown = (value: number | undefined, digits = 0) =>
  value === undefined
    ? ""
    : value.toLocaleString("en-US", {maximumFractionDigits: digits, minimumFractionDigits: digits});
const answer = (question: Question) => (column: Column) => {
  const {ms, cpuMs} = column.asked;
  const time = ms[question];
  return time === undefined ? "cannot" : `${shown(time, time < 10 ? 1 : 0)} (${shown(cpuMs[question], 1)})`;
};

const ROWS: [string, (column: Column) => string][] = [
  ["taking in, s", ({taken}) => shown(taken?.seconds, 1)],
  ["CPU s / M events, what writes", ({taken}) => shown(taken?.writerCpu, 1)],
  ["… the store's servers", ({taken}) => shown(taken?.serverCpu, 1)],
  ["… tending: compaction, handing over", ({tended}) => shown(tended?.serverCpu, 1)],
  ["memory while taking in, MiB", ({taken}) => shown(taken?.peakMiB)],
  ["memory while answering, MiB", ({answeringMiB}) => shown(answeringMiB)],
  ["bytes an event on disk", ({bytesAnEvent}) => shown(bytesAnEvent, 1)],
  [
    "event to answer, p50 (most), s",
    ({fresh}) =>
      typeof fresh === "object" ? `${shown(fresh.p50, 2)} (${shown(fresh.max, 2)}) of ${fresh.times}` : (fresh ?? ""),
  ],
  ["ms, and ms of CPU, of an answer: last hour of a vehicle", answer("track")],
  ["… events and mean speed by hour", answer("hours")],
  ["… vehicles and 95th percentile by day", answer("days")],
  ["… count of all events", answer("count")],
  [
    `${ASKERS} people ask by hour: answers/s; p95, ms; CPU ms an answer`,
    ({crowd}) => (crowd ? `${shown(crowd.perSecond, 1)}; ${shown(crowd.p95)}; ${shown(crowd.cpuMs, 1)}` : ""),
  ],
];

function print(columns: Column[]): void {
  const head = ["", ...columns.map(({name}) => name)];
  const rows = ROWS.map(([what, cell]) => [what, ...columns.map(cell)]);
  const notes = columns.flatMap((column) => column.notes ?? []).map((note) => `- ${note}`);
  console.log(`\n${markdown(head, rows)}\n\n${notes.join("\n")}\n`);
}
