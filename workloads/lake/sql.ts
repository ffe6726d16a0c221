import {join} from "node:path";
import {parseArgs} from "node:util";
import type {DuckDBConnection} from "@duckdb/node-api";
import {secondsOf} from "../../api/quantities.ts";
import {exitFlushed} from "../lib/output.ts";
import {jsonOf} from "./cells.ts";
import {quoted} from "./duckdb.ts";
import {sendFile} from "./files.ts";
import {withFolder} from "./memory.ts";
import {momentOf} from "./moment.ts";
import {openReadable} from "./open.ts";
import {onlySelect} from "./select.ts";

/**
 * Answers one SELECT on the tables of the lake. Prints a JSON object with the names of the columns, then each row as a JSON array; with `--parquet` one
 * file (files.ts). That there are more rows than `--limit` goes to stderr. `--at` reads the tables as they were at a time.
 */
const DURATION = /^[1-9]\d{0,4}(s|m|h)$/;

const {values, positionals} = parseArgs({
  allowPositionals: true,
  options: {
    limit: {type: "string"},
    timeout: {type: "string", default: "1m"},
    at: {type: "string"},
    parquet: {type: "boolean", default: false},
  },
});

try {
  const limit = values.limit === undefined ? undefined : Number(values.limit);
  if (limit !== undefined && !(Number.isInteger(limit) && limit > 0))
    throw new Error(`--limit: "${values.limit}" is no whole number above 0`);
  if (!DURATION.test(values.timeout)) throw new Error(`--timeout: "${values.timeout}" is no time such as 30s or 5m`);
  await withFolder((work) => answer(work, positionals.join(" "), limit));
  await exitFlushed(0);
} catch (error) {
  console.error((error as Error).message);
  await exitFlushed(2);
}

async function answer(work: string, sql: string, limit: number | undefined) {
  const output = join(work, "result.parquet");
  const at = values.at === undefined ? undefined : momentOf("--at", values.at, Date.now());
  const {connection} = await openReadable(work, {at, output});
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    connection.interrupt();
  }, secondsOf(values.timeout) * 1_000);
  try {
    await (values.parquet ? file(connection, sql, limit, output) : rows(connection, sql, limit));
  } catch (error) {
    throw late ? new Error(`no answer within ${values.timeout}: read less, or raise --timeout`) : error;
  } finally {
    clearTimeout(timer);
  }
}

async function rows(connection: DuckDBConnection, sql: string, limit = Number.POSITIVE_INFINITY) {
  const result = await (await onlySelect(connection, sql)).stream();
  await write(`${JSON.stringify({columns: result.deduplicatedColumnNames()})}\n`);
  let left = limit;
  for await (const chunk of result.yieldRows()) {
    const lines = chunk.slice(0, left).map((row) => `[${row.map(jsonOf)}]\n`);
    await write(lines.join(""));
    left -= lines.length;
    if (lines.length < chunk.length) {
      console.error(`only the first ${limit} rows: there are more; raise --limit`);
      return;
    }
  }
}

/** Its end must be on the statement's own lines: behind it may be a remark. */
async function file(connection: DuckDBConnection, sql: string, limit: number | undefined, output: string) {
  await onlySelect(connection, sql);
  const bounded = `FROM (\n${sql.replace(/[;\s]+$/, "")}\n) ${limit === undefined ? "" : `LIMIT ${limit}`}`;
  await connection.run(`COPY (${bounded}) TO ${quoted(output)} (FORMAT parquet, COMPRESSION zstd)`);
  await sendFile("result.parquet", output, write);
}

async function write(text: string) {
  if (!process.stdout.write(text)) await new Promise((resolve) => process.stdout.once("drain", resolve));
}
