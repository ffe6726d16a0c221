import cassandra from "cassandra-driver";
import {ingester} from "../peers/contenders.ts";
import type {Running} from "../peers/process.ts";
import {cassandraClient} from "../peers/servers.ts";
import {openStore, type Store} from "../peers/stores.ts";
import {makeTopics} from "../peers/topic.ts";
import type {Column} from "./column.ts";
import {events, last, track} from "./events.ts";
import {freshness} from "./freshness.ts";
import {type Asks, askAll} from "./questions.ts";
import {takeIn} from "./take.ts";
import {cpuOf, watchMemory} from "./usage.ts";

/** Looked at while events come in; all are counted in the end. */
const SAMPLES = 32;
const sampled = events.vehicles.filter((_, index) => index % Math.ceil(events.vehicles.length / SAMPLES) === 0);
const days = Array.from({length: events.days}, (_, day) => new Date(events.from.getTime() + day * 86_400_000));

/** Cassandra: by vehicle and day, and nothing else. */
export async function cassandraColumn(): Promise<Column> {
  const store = await openStore("cassandra");
  const client = cassandraClient("telemetry");
  try {
    await client.connect();
    return await measured(store, store.server, client);
  } finally {
    await client.shutdown();
    await store.close();
    await store.server.stop("SIGKILL");
  }
}

async function measured(store: Store, server: Running, client: cassandra.Client): Promise<Column> {
  const servers = () => [server.pid];
  const count = async () => {
    let rows = 0;
    for (const day of days) rows += await store.count(events.vehicles, day);
    return rows;
  };
  const taken = await takeIn({
    name: "Cassandra",
    servers,
    programs: ingester("cassandra").programs(events.topic, "study-cassandra"),
    lookMs: 500,
    done: async () => (await store.rows(sampled, last.from, last.to)).length === sampled.length && isAll(await count()),
  });
  const bytes = await store.bytes();
  const asks: Asks = {
    track: async () => {
      const day = cassandra.types.LocalDate.fromString(track.from.toISOString().slice(0, 10));
      const query =
        "SELECT ts, speed FROM telemetry WHERE vehicle_id = ? AND day = ? AND ts >= ? AND ts < ? ORDER BY ts ASC";
      const {rows} = await client.execute(query, [track.vehicle, day, track.from, track.to], {prepare: true});
      return rows.map((row) => [row.get("ts").getTime(), row.get("speed")]);
    },
    count,
  };
  const memory = watchMemory(servers);
  const asked = await askAll(asks, () => cpuOf(servers()));
  const answeringMiB = memory.stop();
  const topic = "fresh-cassandra";
  await makeTopics([topic]);
  const fresh = await freshness({
    topic,
    programs: ingester("cassandra").programs(topic, topic),
    times: 20,
    has: async (vehicle, since) => (await store.rows([vehicle], since, new Date(since.getTime() + 1))).length === 1,
  });
  const parts = days.length * events.vehicles.length;
  return {
    name: "Cassandra",
    taken,
    bytesAnEvent: bytes / events.count,
    answeringMiB,
    fresh,
    asked,
    notes: [`Cassandra counts by ${parts} statements, one for each vehicle and day, 32 at a time`],
  };
}

const isAll = (count: number) => count === events.count;
