import {randomUUID} from "node:crypto";
import type {DuckDBConnection} from "@duckdb/node-api";
import {named, quoted} from "../duckdb.ts";
import type {Objects} from "../iceberg/objects.ts";
import {currentSchema, type Field, type NewFile, type TableMetadata} from "../iceberg/types.ts";
import {factsOfFile} from "../parquet/facts.ts";
import {vehicleRanges} from "./compaction.ts";

/** The types of columns of ours, in SQL. */
const TYPES: Record<string, string> = {
  boolean: "BOOLEAN",
  int: "INTEGER",
  long: "BIGINT",
  float: "FLOAT",
  double: "DOUBLE",
  string: "VARCHAR",
  binary: "BLOB",
  date: "DATE",
  timestamp: "TIMESTAMP",
  timestamptz: "TIMESTAMPTZ",
};

/** As many rows as readers skip together. */
const GROUP_ROWS = 131_072;

interface Wanted {
  files: {path: string; partition: NewFile["partition"]}[];
  /** Rows that are to be left out, as a condition in SQL. */
  without?: string;
}

interface Parts {
  connection: DuckDBConnection;
  objects: Objects;
  metadata: TableMetadata;
  /** By which files are cut and rows are sorted. */
  sortedBy: string[];
}

/**
 * Writes the rows of some files of one partition anew: sorted, and in as few files as may be. They are in no table yet.
 *
 * @throws Error if not each row is there again
 */
export async function rewrite(
  {connection, objects, metadata, sortedBy}: Parts,
  {files, without}: Wanted,
): Promise<NewFile[]> {
  const {fields} = currentSchema(metadata);
  const [{partition}] = files as [Wanted["files"][number]];
  const paths = `[${files.map(({path}) => quoted(path)).join()}]`;
  // Columns that were added since are in none, or in some, of them.
  const source = `read_parquet(${paths}, union_by_name => true, hive_partitioning => false)`;
  const rows = async (query: string) => (await connection.runAndReadAll(query)).getRows();
  const present = new Set((await rows(`DESCRIBE FROM ${source}`)).map(([name]) => String(name)));
  // A condition that is unknown, as by a NULL, keeps the row.
  const kept = without === undefined ? "true" : `(${without}) IS NOT TRUE`;
  const [[expected]] = (await rows(`SELECT count(*) FROM ${source} WHERE ${kept}`)) as [[bigint]];
  if (expected === 0n) return [];

  const [first] = sortedBy as [string];
  const isByVehicle = fields.find(({name}) => name === first)?.type === "string";
  const counted = isByVehicle
    ? await rows(`SELECT ${named(first)}, count(*) FROM ${source} WHERE ${kept} GROUP BY ALL ORDER BY ALL`)
    : [];
  const ranges = vehicleRanges(counted.map(([id, count]) => ({id: String(id), rows: Number(count)})));
  const bounds = ranges.map(({from, to}) => `${named(first)} BETWEEN ${quoted(from)} AND ${quoted(to)}`);

  const written: NewFile[] = [];
  for (const bound of bounds.length > 0 ? bounds : ["true"]) {
    const path = `${metadata.location.replace(/\/$/, "")}/data/${randomUUID()}.parquet`;
    const select = `SELECT ${fields.map((field) => selected(field, present))} FROM ${source} WHERE ${kept} AND ${bound}`;
    const order = sortedBy.map(named).join();
    await connection.run(`COPY (${select} ORDER BY ${order}) TO ${quoted(path)} (${options(fields)})`);
    written.push({...(await factsOfFile(objects, path, metadata)), partition});
  }
  const found = written.reduce((sum, file) => sum + BigInt(file.rows), 0n);
  if (found !== expected)
    throw new Error(`${expected} rows of ${files.length} files would become ${found}: they are left as they are`);
  return written;
}

function selected({name, type}: Field, present: Set<string>): string {
  const sql = typeof type === "string" ? TYPES[type] : undefined;
  if (!sql)
    throw new Error(
      `column ${name} has the type ${JSON.stringify(type)}, which is none of ours: the table is left as it is`,
    );
  return `${present.has(name) ? named(name) : "NULL"}::${sql} AS ${named(name)}`;
}

function options(fields: Field[]): string {
  const ids = fields.map(({id, name}) => `${named(name)}: ${id}`);
  return `FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${GROUP_ROWS}, FIELD_IDS {${ids}}`;
}
