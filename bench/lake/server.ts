import {readFileSync, rmSync} from "node:fs";
import {join} from "node:path";
import {duckdbFolder} from "../../cluster/images/duckdb.ts";
import {lakeAt} from "../../test/data/lake-rows.ts";
import {KEYS, type LAKE_PORTS, lakeEnvironment, startLake} from "../../test/data/lake-server.ts";
import type {Objects} from "../../workloads/lake/iceberg/objects.ts";
import type {Table} from "../../workloads/lake/iceberg/table.ts";
import {runDir} from "../peers/install.ts";
import {setUp} from "../peers/stores.ts";

const ADDRESS = "127.0.0.1";
/** Beside those of the tests, and those 10,000 above, where SeaweedFS' parts listen for one another. */
const PORTS: typeof LAKE_PORTS = {s3: 17_333, catalogue: 17_181, master: 17_334, volume: 17_340, filer: 17_888};

/** How often rows become readable, by our writer and by Flink's. */
export const COMMIT_SECONDS = 5;

/** The tables of one pipeline in the lake. */
export interface Place {
  /** What programs that work with them have in their environment. */
  env: Record<string, string>;
  table: Table;
  objects: Objects;
}

export interface Lake {
  /** Of the server. */
  readonly pid: number;
  /** Of its object store. */
  endpoint: string;
  /** Tables of a namespace of their own, as the product's set-up makes them. */
  place(namespace: string): Promise<Place>;
  stop(): Promise<void>;
}

/** SeaweedFS with its catalogue, as the tests start it. */
export async function openLake(): Promise<Lake> {
  const state = join(runDir, "lake");
  rmSync(state, {recursive: true, force: true});
  const DUCKDB_EXTENSIONS = await duckdbFolder();
  const server = await startLake(ADDRESS, state, PORTS);
  const {objects, table, close} = lakeAt(ADDRESS, KEYS, PORTS);
  return {
    get pid() {
      return Number(readFileSync(server.pidFile, "utf8"));
    },
    endpoint: `http://${ADDRESS}:${PORTS.s3}`,
    async place(namespace) {
      const access = lakeEnvironment(ADDRESS, PORTS.s3, PORTS.catalogue, namespace);
      const env = {...access, LAKE_COMMIT_INTERVAL_SECONDS: String(COMMIT_SECONDS), DUCKDB_EXTENSIONS};
      await setUp("lake", {...env, LAKE_TABLE_BUCKET: access.LAKE_WAREHOUSE});
      return {env, table: table(namespace), objects};
    },
    async stop() {
      await close();
      await server.stop();
    },
  };
}
