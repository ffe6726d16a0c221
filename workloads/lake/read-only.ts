import type {DuckDBConnection} from "@duckdb/node-api";
import {named, quoted} from "./duckdb.ts";

/** A table as its metadata says at one moment. */
export interface Snapshot {
  name: string;
  /** URI of its metadata. */
  location: string;
  /** URI of the folder with all its files. */
  folder: string;
  /** Undefined: the newest. */
  id?: bigint | undefined;
}

/**
 * Views of tables, in a schema and by their names alone; then nothing but the files of these tables can be read, no file but `output` can be
 * written, and no setting changed. The catalogue is not attached: DuckDB would show its login to any SELECT (`duckdb_databases()`), and knows fewer logins.
 */
export async function showOnly(
  connection: DuckDBConnection,
  schema: string,
  tables: Snapshot[],
  output?: string,
): Promise<void> {
  await connection.run(`CREATE SCHEMA ${named(schema)}`);
  for (const {name, location, id} of tables) {
    const at = id === undefined ? "" : `, snapshot_from_id => ${id}`;
    const scan = `iceberg_scan(${quoted(location)}${at})`;
    await connection.run(`CREATE VIEW ${named(schema)}.${named(name)} AS FROM ${scan}`);
  }
  await connection.run(`SET search_path = ${quoted(`main,${schema}`)}`);
  await connection.run(
    `SET allowed_directories = [${tables.map(({folder}) => quoted(`${folder.replace(/\/$/, "")}/`))}]`,
  );
  if (output !== undefined) await connection.run(`SET allowed_paths = [${quoted(output)}]`);
  await connection.run("SET enable_external_access = false");
  await connection.run("SET lock_configuration = true");
}
