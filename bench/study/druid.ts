import {join} from "node:path";
import {setTimeout as sleep} from "node:timers/promises";
import {pino} from "pino";
import {TABLES} from "../../api/components/warehouse.ts";
import {SEMI_SPACE} from "../../cdk8s/components/ingester/manifests.ts";
import {repository} from "../../cluster/instance.ts";
import {waitFor} from "../../cluster/shell.ts";
import {type Druid, openDruid} from "../../workloads/warehouse/druid.ts";
import {keep} from "../../workloads/warehouse/keep.ts";
import {tableOf, type Wanted} from "../../workloads/warehouse/tables.ts";
import type {Lake} from "../lake/server.ts";
import {runDir} from "../peers/install.ts";
import type {Program} from "../peers/process.ts";
import {environment} from "../peers/servers.ts";
import {makeTopics} from "../peers/topic.ts";
import type {Column} from "./column.ts";
import {type DruidServer, startDruid} from "./druid-server.ts";
import {events, track} from "./events.ts";
import {freshness} from "./freshness.ts";
import {type Answers, type Asks, askAll, crowd} from "./questions.ts";
import {takeIn, tending} from "./take.ts";
import {cpuOf, watchMemory} from "./usage.ts";

const CANONICAL = "telemetry.canonical";
const TABLE = "telemetry";
const LIMIT_MS = 900_000;
const KNOWS_MS = 120_000;

const wanted: Wanted = {
  table: TABLE,
  pipeline: "study",
  topic: CANONICAL,
  consumer: {"bootstrap.servers": environment.KAFKA_BROKERS},
  columns: [],
  // As it is unless the spec says otherwise.
  handoffSeconds: 3_600,
  retention: {},
  copies: 1,
};

/** What writes the topic that Druid reads. */
const canonical: Program = {
  command: process.execPath,
  args: [SEMI_SPACE, "workloads/canonical/main.ts"],
  cwd: repository,
  env: {
    ...environment,
    NODE_ENV: "production",
    NODE_NO_WARNINGS: "1",
    KAFKA_TOPIC: events.topic,
    KAFKA_CANONICAL_TOPIC: CANONICAL,
    KAFKA_GROUP: "study-canonical",
    HTTP_PORT: "0",
  },
  log: join(runDir, "study-canonical.log"),
};

/** Druid by the tables that our keeper makes: that with every event, and those of minutes, hours and days. */
export async function druidColumns(lake: Lake): Promise<Column[]> {
  const server = await startDruid(lake.endpoint);
  try {
    process.env.WAREHOUSE_URL = server.url;
    return await measured(server, openDruid(), lake);
  } finally {
    await server.stop();
  }
}

async function measured(server: DruidServer, druid: Druid, lake: Lake): Promise<Column[]> {
  const servers = () => [...server.pids(), lake.pid];
  const cpu = () => cpuOf(servers());
  await makeTopics([CANONICAL]);
  let begun = false;
  const taken = await takeIn({
    name: "Druid",
    servers,
    programs: [canonical],
    lookMs: 2_000,
    async done() {
      if (!begun) await keep(druid, wanted, pino({level: "silent"}));
      begun = true;
      return isAll(await countsOf(druid));
    },
  });
  const handed = await tending(servers, () => handOver(druid));
  const before = await segmentsOf(druid);
  const compacted = await tending(servers, () => compact(druid));
  const after = await segmentsOf(druid);
  const memory = watchMemory(servers);
  const asked = await askAll(asksOfEvents(druid), cpu);
  const answeringMiB = memory.stop();
  const crowdOf = async (asks: Asks) => crowd(asks.hours!, cpu);
  const columns: Column[] = [
    {
      name: "Druid, every event",
      taken,
      tended: {
        seconds: handed.seconds + compacted.seconds,
        serverCpu: handed.serverCpu + compacted.serverCpu,
      },
      bytesAnEvent: after.bytes(TABLE) / events.count,
      answeringMiB,
      asked,
      crowd: await crowdOf(asksOfEvents(druid)),
      notes: [
        `Druid, hand-over ${handed.seconds.toFixed(0)} s, compaction ${compacted.seconds.toFixed(0)} s; segments before it: ${before.text}; after it: ${after.text}`,
        `Druid's heaps, MiB: ${server.heaps}, zookeeper 64`,
      ],
    },
    {
      name: "Druid, hours and days",
      bytesAnEvent:
        TABLES.filter((name) => name !== "events").reduce((sum, name) => sum + after.bytes(tableOf(TABLE, name)), 0) /
        events.count,
      asked: await askAll(asksOfTimes(druid), cpu),
      crowd: await crowdOf(asksOfTimes(druid)),
    },
  ];
  const freshOf = (table: string, times: number) =>
    freshness({
      topic: events.topic,
      programs: [canonical],
      prefix: table,
      times,
      has: async (vehicle) =>
        number((await druid.sql(`SELECT COUNT(*) AS "n" FROM "${table}" WHERE vehicle_id = '${vehicle}'`))[0]?.n) > 0,
    });
  columns[0]!.fresh = await freshOf(TABLE, 20);
  columns[1]!.fresh = await freshOf(tableOf(TABLE, "hour"), 20);
  return columns;
}

const number = (value: unknown) => Number(value ?? 0);

/** How many events each table has. */
async function countsOf(druid: Druid): Promise<number[]> {
  return Promise.all(
    TABLES.map(async (name) => {
      const count = name === "events" ? "COUNT(*)" : `SUM("events")`;
      return number((await druid.sql(`SELECT ${count} AS "n" FROM "${tableOf(TABLE, name)}"`))[0]?.n);
    }),
  );
}

function isAll(counts: number[]): boolean {
  if (counts.some((count) => count > events.count))
    throw new Error(`Druid's tables have ${counts} events, and there are ${events.count}`);
  return counts.every((count) => count === events.count);
}

/** Ends the hour after which segments go to object storage, and waits until historicals answer from them. */
async function handOver(druid: Druid): Promise<void> {
  for (const name of TABLES)
    await druid.post(`/druid/indexer/v1/supervisor/${tableOf(TABLE, name)}/taskGroups/handoff`, {taskGroupIds: [0]});
  await waitFor("the hand-over of the segments", LIMIT_MS, async () => {
    const [row] = await druid.sql(
      `SELECT SUM("is_realtime") AS "realtime", SUM(CASE WHEN "is_available" = 1 THEN 0 ELSE 1 END) AS "away" FROM sys.segments WHERE "is_active" = 1`,
    );
    // Until their tasks have ended, these hold the time of their segments.
    const reading = await druid.get("/druid/indexer/v1/tasks?state=running&type=index_kafka");
    const isOver = number(row?.realtime) === 0 && number(row?.away) === 0 && reading.length === TABLES.length;
    return isOver && isAll(await countsOf(druid));
  });
}

/** Has the coordinator merge what is settled now, rather than at its next half hour, until it merges nothing more; the notes say what came of it. */
async function compact(druid: Druid): Promise<void> {
  const began = performance.now();
  for (let still = 0; still < 2; ) {
    const ms = performance.now() - began;
    if (ms > LIMIT_MS) throw new Error(`Druid's compaction does not end within ${LIMIT_MS} ms`);
    const before = (await segmentsOf(druid)).text;
    await druid.post("/druid/coordinator/v1/compaction/compact", {});
    await sleep(3_000);
    while ((await druid.get("/druid/indexer/v1/tasks?state=running&type=compact")).length > 0) await sleep(1_000);
    // Historicals load what is new, and the coordinator marks what it takes the place of.
    await sleep(9_000);
    // Empty before it knows what it shall merge.
    const {latestStatus = []} = await druid.get("/druid/coordinator/v1/compaction/status");
    const knows = latestStatus.length === TABLES.length || ms > KNOWS_MS;
    still = knows && (await segmentsOf(druid)).text === before ? still + 1 : 0;
  }
  if (!isAll(await countsOf(druid))) throw new Error("Druid's tables have fewer events after compaction");
}

interface Segments {
  bytes(table: string): number;
  /** Of each table: segments, rows, MB. */
  text: string;
}

/** As historicals have them on disk; object storage has the same, packed. */
async function segmentsOf(druid: Druid): Promise<Segments> {
  const rows = await druid.sql(
    `SELECT "datasource" AS "table", COUNT(*) AS "segments", SUM("size") AS "bytes", SUM("num_rows") AS "rows" FROM sys.segments WHERE "is_active" = 1 AND "is_published" = 1 GROUP BY 1 ORDER BY 1`,
  );
  return {
    bytes: (table) => number(rows.find((row) => row.table === table)?.bytes),
    text: rows
      .map((row) => `${row.table} ${row.segments} of ${row.rows} rows, ${(row.bytes / 1e6).toFixed(1)} MB`)
      .join(", "),
  };
}

const millis = (time: Date) => `MILLIS_TO_TIMESTAMP(${time.getTime()})`;
const triples = (rows: any[]) =>
  rows.map((row): [number, number, number] => [number(row.time), number(row.n), number(row.x)]);

const asksOfEvents = (druid: Druid): Asks => ({
  track: async () =>
    (
      await druid.sql(
        `SELECT TIMESTAMP_TO_MILLIS(__time) AS "time", speed AS "x" FROM "${TABLE}" WHERE vehicle_id = '${track.vehicle}' AND __time >= ${millis(track.from)} AND __time < ${millis(track.to)} ORDER BY __time`,
      )
    ).map((row): Answers["track"][number] => [number(row.time), number(row.x)]),
  hours: async () =>
    triples(
      await druid.sql(
        `SELECT TIMESTAMP_TO_MILLIS(FLOOR(__time TO HOUR)) AS "time", COUNT(*) AS "n", AVG(speed) AS "x" FROM "${TABLE}" GROUP BY FLOOR(__time TO HOUR) ORDER BY FLOOR(__time TO HOUR)`,
      ),
    ),
  days: async () =>
    triples(
      await druid.sql(
        `SELECT TIMESTAMP_TO_MILLIS(FLOOR(__time TO DAY)) AS "time", APPROX_COUNT_DISTINCT_DS_HLL(vehicle_id) AS "n", APPROX_QUANTILE_DS(speed, 0.95) AS "x" FROM "${TABLE}" GROUP BY FLOOR(__time TO DAY) ORDER BY FLOOR(__time TO DAY)`,
      ),
    ),
  count: async () => number((await druid.sql(`SELECT COUNT(*) AS "n" FROM "${TABLE}"`))[0]?.n),
});

const asksOfTimes = (druid: Druid): Asks => ({
  hours: async () =>
    triples(
      await druid.sql(
        `SELECT TIMESTAMP_TO_MILLIS(__time) AS "time", SUM("events") AS "n", SUM(speed_sum) / SUM(speed_count) AS "x" FROM "${tableOf(TABLE, "hour")}" GROUP BY __time ORDER BY __time`,
      ),
    ),
  days: async () =>
    triples(
      await druid.sql(
        `SELECT TIMESTAMP_TO_MILLIS(__time) AS "time", APPROX_COUNT_DISTINCT_DS_HLL(vehicles) AS "n", APPROX_QUANTILE_DS(speed_quantiles, 0.95) AS "x" FROM "${tableOf(TABLE, "day")}" GROUP BY __time ORDER BY __time`,
      ),
    ),
  count: async () => number((await druid.sql(`SELECT SUM("events") AS "n" FROM "${tableOf(TABLE, "day")}"`))[0]?.n),
});
