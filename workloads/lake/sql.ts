import {join} from "node:path";
import {parseArgs} from "node:util";
import type {DuckDBConnection} from "@duckdb/node-api";
import {exitFlushed, write} from "../lib/output.ts";
import {boundsOf, moreRows, STATEMENT_OPTIONS} from "../lib/statement.ts";
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
const {values, positionals} = parseArgs({
  allowPositionals: true,
  options: {
    ...STATEMENT_OPTIONS,
    at: {type: "string"},
    parquet: {type: "boolean", default: false},
  },
});

try {
  const {limit, ms} = boundsOf(values);
  await withFolder((work) => answer(work, positionals.join(" "), limit, ms));
  await exitFlushed(0);
} catch (error) {
  console.error((error as Error).message);
  await exitFlushed(2);
}

async function answer(work: string, sql: string, limit: number | undefined, ms: number) {
  const output = join(work, "result.parquet");
  const at = values.at === undefined ? undefined : momentOf("--at", values.at, Date.now());
  const {connection} = await openReadable(work, {at, output});
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    connection.interrupt();
  }, ms);
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
      console.error(moreRows(limit));
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
