import {join} from "node:path";
import pg from "pg";
import {repository} from "../../cluster/instance.ts";
import {ingester} from "../peers/contenders.ts";
import {runDir} from "../peers/install.ts";
import {type Program, type Running, start} from "../peers/process.ts";
import {environment, postgres} from "../peers/servers.ts";
import {openStore} from "../peers/stores.ts";
import {makeTopics} from "../peers/topic.ts";
import type {Column} from "./column.ts";
import {events, last, track} from "./events.ts";
import {freshness} from "./freshness.ts";
import {type Answers, ASKERS, type Asks, askAll, crowd} from "./questions.ts";
import {perMillion, takeIn, tending} from "./take.ts";
import {cpuOf, watchMemory} from "./usage.ts";

const RETENTION_SECONDS = 30 * 86_400;
/** The share of a day's events below the speeds between which a sketch may put that of 95 %. */
const QUANTILES = [0.92, 0.95, 0.98];

interface Measured {
  columns: Column[];
  /** The answers that those of the others are compared with. */
  first: Answers;
  quantiles: [number, number][];
}

/** TimescaleDB with a row for each event, and its table of hours. */
export async function timescaledb(): Promise<Measured> {
  const store = await openStore("timescaledb");
  const pool = new pg.Pool({...postgres, max: ASKERS, options: "-c timezone=UTC"});
  try {
    return await measured(store.server, pool);
  } finally {
    await pool.end();
    await store.close();
    await store.server.stop("SIGKILL");
  }
}

async function measured(server: Running, pool: pg.Pool): Promise<Measured> {
  const servers = () => [server.pid];
  const rows = async (sql: string, values: unknown[] = []) =>
    (await pool.query({text: sql, values, rowMode: "array"})).rows as any[][];
  const one = async (sql: string, values?: unknown[]) => Number((await rows(sql, values))[0]![0]);
  const taken = await takeIn({
    name: "TimescaleDB",
    servers,
    programs: ingester("timescaledb").programs(events.topic, "study-timescaledb"),
    done: async () =>
      (await one("SELECT count(*) FROM telemetry WHERE ts >= $1", [last.from])) === events.vehicles.length,
  });
  // As autovacuum does by itself within a minute or so.
  const vacuumed = await tending(servers, () => rows("VACUUM ANALYZE telemetry"));
  const rolled = await rollUp(servers);
  await rows("VACUUM ANALYZE telemetry_hourly");

  const asks: Asks = {
    track: async () => {
      const sql = "SELECT ts, speed FROM telemetry WHERE vehicle_id = $1 AND ts >= $2 AND ts < $3 ORDER BY ts";
      return (await rows(sql, [track.vehicle, track.from, track.to])).map(([ts, speed]) => [ts.getTime(), speed]);
    },
    hours: async () =>
      (await rows("SELECT time_bucket('1 hour', ts), count(*), avg(speed) FROM telemetry GROUP BY 1 ORDER BY 1")).map(
        ([hour, count, mean]) => [hour.getTime(), Number(count), mean],
      ),
    days: async () =>
      (
        await rows(
          "SELECT time_bucket('1 day', ts), count(DISTINCT vehicle_id), percentile_cont(0.95) WITHIN GROUP (ORDER BY speed) FROM telemetry GROUP BY 1 ORDER BY 1",
        )
      ).map(([day, vehicles, p95]) => [day.getTime(), Number(vehicles), p95]),
    count: () => one("SELECT count(*) FROM telemetry"),
  };
  const hourly: Asks = {
    hours: async () =>
      (
        await rows(
          "SELECT hour, sum(count), sum(avg_speed * count_speed) / sum(count_speed) FROM telemetry_hourly GROUP BY 1 ORDER BY 1",
        )
      ).map(([hour, count, mean]) => [hour.getTime(), Number(count), mean]),
    count: () => one("SELECT sum(count) FROM telemetry_hourly"),
  };
  const cpu = () => cpuOf(servers());
  const memory = watchMemory(servers);
  const asked = await askAll(asks, cpu);
  const answeringMiB = memory.stop();
  const columns: Column[] = [
    {
      name: "TimescaleDB",
      taken,
      tended: vacuumed,
      bytesAnEvent: (await one("SELECT hypertable_size('telemetry')")) / events.count,
      answeringMiB,
      asked,
      crowd: await crowd(asks.hours!, cpu),
    },
    {
      name: "hourly aggregates",
      taken: rolled,
      bytesAnEvent: (await one("SELECT hypertable_size('telemetry_hourly')")) / events.count,
      asked: await askAll(hourly, cpu),
      crowd: await crowd(hourly.hours!, cpu),
      notes: [`hourly aggregates: ${await one("SELECT count(*) FROM telemetry_hourly")} rows`],
    },
  ];
  const spread = await rows(
    `SELECT percentile_cont(ARRAY[${QUANTILES}]::float8[]) WITHIN GROUP (ORDER BY speed) FROM telemetry GROUP BY time_bucket('1 day', ts) ORDER BY time_bucket('1 day', ts)`,
  );
  const topic = "fresh-timescaledb";
  await makeTopics([topic]);
  columns[0]!.fresh = await freshness({
    topic,
    programs: ingester("timescaledb").programs(topic, topic),
    times: 20,
    has: async (vehicle, since) =>
      (await one("SELECT count(*) FROM telemetry WHERE vehicle_id = $1 AND ts = $2", [vehicle, since])) === 1,
  });
  const again = await rollUp(servers);
  columns[1]!.fresh = `to ${(3_600 + again.seconds).toFixed(0)} s`;
  return {columns, first: asked.answers as Answers, quantiles: spread.map(([[low, , high]]) => [low, high])};
}

/** One run of the CronJob that counts hours. */
async function rollUp(servers: () => number[]) {
  const program: Program = {
    command: process.execPath,
    args: ["workloads/schema/main.ts", "timescaledb-retention"],
    cwd: repository,
    env: {...environment, RETENTION_SECONDS: String(RETENTION_SECONDS), LOG_LEVEL: "warn", NODE_NO_WARNINGS: "1"},
    log: join(runDir, "study-hours.log"),
  };
  const before = cpuOf(servers());
  const began = performance.now();
  const running = start(program);
  const memory = watchMemory(() => [...servers(), running.pid]);
  let writerCpu = 0;
  const timer = setInterval(() => {
    writerCpu = Math.max(writerCpu, cpuOf([running.pid]));
  }, 100);
  await running.ended;
  clearInterval(timer);
  return {
    seconds: (performance.now() - began) / 1_000,
    writerCpu: perMillion(writerCpu),
    serverCpu: perMillion(cpuOf(servers()) - before),
    peakMiB: memory.stop(),
  };
}
