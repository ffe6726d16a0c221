import {fork} from "node:child_process";
import {statSync} from "node:fs";
import {join} from "node:path";
import cassandra from "cassandra-driver";
import pg from "pg";
import type {StoreName} from "../../api/stores.ts";
import {repository} from "../../cluster/instance.ts";
import type {Running} from "./process.ts";
import {
  cassandraClient,
  cassandraFiles,
  environment,
  flushCassandra,
  postgres,
  startCassandra,
  startTimescaleDB,
} from "./servers.ts";

/** A store as the measurement sees it: it only reads, and little. */
export interface Store {
  name: StoreName;
  server: Running;
  empty(): Promise<void>;
  /** Whether there is any row. */
  any(): Promise<boolean>;
  /** Rows of these vehicles with from ≤ ts < to. */
  rows(ids: string[], from: Date, to: Date): Promise<{id: string; ts: Date}[]>;
  count(ids: string[], day: Date): Promise<number>;
  /** What the rows take on disk, with indexes. */
  bytes(): Promise<number>;
  close(): Promise<void>;
}

/** Starts the server and makes its table by the product's own set-up. */
export async function openStore(name: StoreName): Promise<Store> {
  const server = await (name === "timescaledb" ? startTimescaleDB() : startCassandra());
  await setUp(name);
  return name === "timescaledb" ? timescaledb(server) : cassandraStore(server);
}

export function setUp(store: StoreName, env: Record<string, string> = {}): Promise<void> {
  const child = fork(join(repository, "workloads/schema/main.ts"), [store], {
    env: {...process.env, ...environment, ...env, LOG_LEVEL: "warn"},
  });
  return new Promise((resolve, reject) => {
    child.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`schema ${store} ended with ${code}`))));
  });
}

async function timescaledb(server: Running): Promise<Store> {
  const client = new pg.Client(postgres);
  await client.connect();
  return {
    name: "timescaledb",
    server,
    async empty() {
      await client.query("TRUNCATE telemetry");
      // Every run begins with as little to write out as the first.
      await client.query("CHECKPOINT");
    },
    any: async () => (await client.query("SELECT FROM telemetry LIMIT 1")).rowCount === 1,
    async rows(ids, from, to) {
      const query = "SELECT vehicle_id AS id, ts FROM telemetry WHERE vehicle_id = ANY($1) AND ts >= $2 AND ts < $3";
      return (await client.query(query, [ids, from, to])).rows;
    },
    count: async () => Number((await client.query("SELECT count(*) FROM telemetry")).rows[0].count),
    bytes: async () => Number((await client.query("SELECT hypertable_size('telemetry') AS bytes")).rows[0].bytes),
    close: () => client.end(),
  };
}

async function cassandraStore(server: Running): Promise<Store> {
  const client = cassandraClient("telemetry");
  await client.connect();
  const dayOf = (date: Date) => cassandra.types.LocalDate.fromString(date.toISOString().slice(0, 10));
  const perVehicle = (query: string, ids: string[], more: unknown[]) =>
    cassandra.concurrent.executeConcurrent(
      client,
      query,
      ids.map((id) => [id, ...more]),
      {
        concurrencyLevel: 32,
        collectResults: true,
        maxErrors: 1,
      },
    );
  return {
    name: "cassandra",
    server,
    async empty() {
      await client.execute("TRUNCATE telemetry");
    },
    any: async () => (await client.execute("SELECT vehicle_id FROM telemetry LIMIT 1")).rowLength === 1,
    async rows(ids, from, to) {
      const query = "SELECT vehicle_id, ts FROM telemetry WHERE vehicle_id = ? AND day = ? AND ts >= ? AND ts < ?";
      const {resultItems} = await perVehicle(query, ids, [dayOf(from), from, to]);
      return resultItems.flatMap(({rows}) =>
        rows.map((row: cassandra.types.Row) => ({id: row.get("vehicle_id"), ts: row.get("ts")})),
      );
    },
    async count(ids, day) {
      const query = "SELECT count(*) FROM telemetry WHERE vehicle_id = ? AND day = ?";
      const {resultItems} = await perVehicle(query, ids, [dayOf(day)]);
      return resultItems.reduce((sum, {rows}) => sum + Number(rows[0]!.get("count")), 0);
    },
    async bytes() {
      await flushCassandra();
      return cassandraFiles().reduce((sum, file) => sum + statSync(file).size, 0);
    },
    close: () => client.shutdown(),
  };
}
