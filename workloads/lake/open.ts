import type {DuckDBConnection} from "@duckdb/node-api";
import {readerConnection} from "./connection.ts";
import {openDuckdb} from "./duckdb.ts";
import {isMissing, type LoadedTable, openCatalogue} from "./iceberg/catalogue.ts";
import {freeMemory} from "./memory.ts";
import {snapshotAt} from "./moment.ts";
import {type Snapshot, showOnly} from "./read-only.ts";
import {DEAD_LETTERS, EVENTS, PREDICTIONS} from "./tables.ts";

interface Readable {
  connection: DuckDBConnection;
  /** By name; those that are there. */
  tables: Map<string, LoadedTable>;
}

/**
 * The tables of the lake in DuckDB, as they are now or were at a moment, each by its name; nothing else can be read, and nothing written.
 *
 * @param work a folder for what does not fit into the memory
 * @param output a file that may be written all the same
 * @throws Error if there is no table
 */
export async function openReadable(
  work: string,
  {at, output}: {at?: number | undefined; output?: string} = {},
): Promise<Readable> {
  const lake = readerConnection();
  const catalogue = openCatalogue(lake.catalogue);
  const tables = new Map<string, LoadedTable>();
  try {
    for (const name of [EVENTS, DEAD_LETTERS, PREDICTIONS]) {
      const loaded = await catalogue.loadTable({namespace: lake.namespace, name}).catch((error) => {
        if (!isMissing(error)) throw error;
      });
      if (loaded) tables.set(name, loaded);
    }
  } finally {
    await catalogue.close();
  }
  if (!tables.has(EVENTS)) throw new Error("the lake has no table of events yet: its set-up makes it");
  const shown = [...tables].map(([name, {metadata, location}]): Snapshot => {
    // A table that nobody has written to is as empty as it was.
    const isEmpty = (metadata.snapshots ?? []).length === 0;
    const id = at === undefined || isEmpty ? undefined : BigInt(snapshotAt(metadata, at)["snapshot-id"]);
    return {name, location, folder: metadata.location, id};
  });
  const connection = await openDuckdb(lake.s3, {memoryMiB: freeMemory(), work});
  await showOnly(connection, lake.namespace, shown, output);
  return {connection, tables};
}
