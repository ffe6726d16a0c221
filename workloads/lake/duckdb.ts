import {readFileSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {rootCertificates} from "node:tls";
import {type DuckDBConnection, DuckDBInstance} from "@duckdb/node-api";
import {text} from "../lib/environment.ts";
import type {S3Access} from "./connection.ts";

interface Bounds {
  memoryMiB: number;
  /** A folder of its own for what does not fit into the memory. */
  work: string;
}

/** What it may take of a pod's disk: more than is there would evict the pod. */
const SPILL_MIB = 2_048;
const THREADS = 2;

const EXTENSIONS = ["httpfs", "avro", "iceberg"];

/** DuckDB with what it takes to read and write files of a bucket, within bounds. It loads signed extensions of this image and nothing else. */
export async function openDuckdb(s3: S3Access, {memoryMiB, work}: Bounds): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    memory_limit: `${memoryMiB}MiB`,
    threads: String(THREADS),
    temp_directory: work,
    max_temp_directory_size: `${SPILL_MIB}MiB`,
  });
  const connection = await instance.connect();
  const folder = text("DUCKDB_EXTENSIONS", "/opt/duckdb");
  for (const name of EXTENSIONS) await connection.run(`LOAD ${quoted(join(folder, `${name}.duckdb_extension`))}`);
  await connection.run("SET TimeZone = 'UTC'");
  if (!s3.endpoint || s3.endpoint.startsWith("https:"))
    await connection.run(`SET ca_cert_file = ${quoted(authorities(s3.caFile, work))}`);
  await connection.run(secretOf(s3));
  return connection;
}

/** A text in SQL. */
export const quoted = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** A name in SQL. */
export const named = (name: string): string => `"${name.replaceAll('"', '""')}"`;

function secretOf({endpoint, region, accessKeyId, secretAccessKey, pathStyle}: S3Access): string {
  const url = endpoint === undefined ? undefined : new URL(endpoint);
  const options = {
    KEY_ID: quoted(accessKeyId),
    SECRET: quoted(secretAccessKey),
    REGION: quoted(region),
    ...(url && {ENDPOINT: quoted(url.host), USE_SSL: String(url.protocol === "https:")}),
    URL_STYLE: quoted(pathStyle ? "path" : "vhost"),
  };
  return `CREATE SECRET lake (TYPE s3, ${Object.entries(options).map((option) => option.join(" "))})`;
}

/** The image has no authorities of its own: those that Node brings, and the one that is given, in one file. */
function authorities(caFile: string | undefined, work: string): string {
  const file = join(work, "authorities.pem");
  writeFileSync(file, [...rootCertificates, ...(caFile ? [readFileSync(caFile, "utf8")] : [])].join("\n"));
  return file;
}
