import {type ChildProcess, fork} from "node:child_process";
import {once} from "node:events";
import {join} from "node:path";
import {repository} from "../../cluster/instance.ts";
import {runProgram} from "../../test/data/ingester.ts";
import {commitsOf} from "../lake/backlog.ts";
import {compact, sizesOf} from "../lake/compaction.ts";
import type {Lake, Place} from "../lake/server.ts";
import {ingester} from "../peers/contenders.ts";
import {makeTopics} from "../peers/topic.ts";
import type {Column} from "./column.ts";
import {events, track} from "./events.ts";
import {freshness} from "./freshness.ts";
import {type Asks, askAll, crowd} from "./questions.ts";
import {perMillion, takeIn} from "./take.ts";
import {cpuOf, cpuOfEnded, watchMemory} from "./usage.ts";

/** As it is unless the spec says otherwise. */
const COMMIT_SECONDS = 30;

const SQL = {
  track: `SELECT epoch_ms(timestamp), speed FROM events WHERE vehicle_id = '${track.vehicle}' AND timestamp >= '${track.from.toISOString()}'
    AND timestamp < '${track.to.toISOString()}' ORDER BY timestamp`,
  hours:
    "SELECT epoch_ms(time_bucket(INTERVAL 1 HOUR, timestamp)) AS hour, count(*), avg(speed) FROM events GROUP BY 1 ORDER BY 1",
  days: "SELECT epoch_ms(timestamp::DATE) AS day, count(DISTINCT vehicle_id), quantile_cont(speed, 0.95) FROM events GROUP BY 1 ORDER BY 1",
  count: "SELECT count(*) FROM events",
};

/** The lake's own writer, and DuckDB as `sql` has it. */
export async function lakeColumn(lake: Lake): Promise<Column> {
  const place = await lake.place("study");
  const env = {...place.env, LAKE_COMMIT_INTERVAL_SECONDS: String(COMMIT_SECONDS)};
  const servers = () => [lake.pid];
  const rows = async () => (await commitsOf(place.table)).reduce((sum, commit) => sum + commit.rows, 0);
  const taken = await takeIn({
    name: "the lake",
    servers,
    programs: ingester("lake", {env}).programs(events.topic, "study-lake"),
    done: async () => (await rows()) === events.count,
  });
  const before = await bytesOf(place);
  const maintenance = await compact(place);
  const duckdb = await openDuckdb(env);
  try {
    const asks = asksOf((sql) => duckdb.ask(sql));
    const memory = watchMemory(() => [...servers(), duckdb.pid]);
    const asked = await askAll(asks, () => cpuOf([...servers(), duckdb.pid]));
    const answeringMiB = memory.stop();
    const bytes = await bytesOf(place);
    const asSql = () => runProgram("workloads/lake/sql.ts", ["--", SQL.hours], env);
    const alone = performance.now();
    await asSql();
    const seconds = (performance.now() - alone) / 1_000;
    return {
      name: "lake, DuckDB",
      taken,
      tended: {seconds: maintenance.seconds, serverCpu: perMillion(maintenance.cpu)},
      bytesAnEvent: bytes / events.count,
      answeringMiB,
      asked,
      crowd: await crowd(asSql, () => cpuOf(servers()) + cpuOfEnded()),
      fresh: await freshnessOf(duckdb, env),
      notes: [
        `lake: ${(before / events.count).toFixed(1)} bytes an event before maintenance, whose peak is ${Math.round(maintenance.peakMiB)} MiB`,
        `lake: \`sql\` itself takes ${seconds.toFixed(2)} s for the question of hours, with the start of its program and opening the tables; a crowd asks by it`,
      ],
    };
  } finally {
    duckdb.close();
  }
}

async function bytesOf({table}: Place): Promise<number> {
  return [...(await sizesOf({table})).values()].reduce((sum, {bytes}) => sum + bytes, 0);
}

async function freshnessOf(duckdb: Duckdb, env: Record<string, string>) {
  const topic = "fresh-lake";
  await makeTopics([topic]);
  return freshness({
    topic,
    programs: ingester("lake", {env}).programs(topic, topic),
    times: 6,
    has: async (vehicle) =>
      Number((await duckdb.ask(`SELECT count(*) FROM events WHERE vehicle_id = '${vehicle}'`, true))[0]![0]) === 1,
  });
}

const asksOf = (ask: (sql: string) => Promise<unknown[][]>): Asks => ({
  track: async () => (await ask(SQL.track)).map(([time, speed]) => [Number(time), Number(speed)]),
  hours: async () => (await ask(SQL.hours)).map(([time, count, mean]) => [Number(time), Number(count), Number(mean)]),
  days: async () => (await ask(SQL.days)).map(([time, vehicles, p95]) => [Number(time), Number(vehicles), Number(p95)]),
  count: async () => Number((await ask(SQL.count))[0]![0]),
});

interface Duckdb {
  pid: number;
  /** @param anew the tables as they are now */
  ask(sql: string, anew?: boolean): Promise<unknown[][]>;
  close(): void;
}

async function openDuckdb(env: Record<string, string>): Promise<Duckdb> {
  const child: ChildProcess = fork(join(repository, "bench/study/duckdb.ts"), {
    env: {PATH: process.env.PATH, NODE_NO_WARNINGS: "1", ...env},
  });
  const kill = () => child.kill("SIGKILL");
  process.on("exit", kill);
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`DuckDB's program has ended with ${code}`);
  });
  ended.catch(() => undefined);
  const answer = async (): Promise<unknown[][]> => {
    const [{rows, error}] = (await Promise.race([once(child, "message"), ended])) as any;
    if (error) throw new Error(error);
    return rows;
  };
  await answer();
  return {
    pid: child.pid!,
    ask(sql, anew = false) {
      const answered = answer();
      child.send({sql, anew});
      return answered;
    },
    close() {
      kill();
      process.off("exit", kill);
    },
  };
}
