import {parseArgs} from "node:util";
import {secondsOf} from "../../api/quantities.ts";
import {exitFlushed} from "../lib/output.ts";
import {openDruid} from "./druid.ts";

/**
 * Answers one SELECT on the tables of the warehouse, as workloads/lake/sql.ts does on those of the lake: a JSON object with the names of the columns, then each
 * row as a JSON array. That there are more rows than `--limit` goes to stderr.
 */
const DURATION = /^[1-9]\d{0,4}(s|m|h)$/;

const {values, positionals} = parseArgs({
  allowPositionals: true,
  options: {limit: {type: "string"}, timeout: {type: "string", default: "1m"}},
});

try {
  const limit = values.limit === undefined ? Number.POSITIVE_INFINITY : Number(values.limit);
  if (!(limit > 0)) throw new Error(`--limit: "${values.limit}" is no whole number above 0`);
  if (!DURATION.test(values.timeout)) throw new Error(`--timeout: "${values.timeout}" is no time such as 30s or 5m`);
  await answer(onlySelect(positionals.join(" ")), limit, secondsOf(values.timeout) * 1_000);
  await exitFlushed(0);
} catch (error) {
  console.error((error as Error).message);
  await exitFlushed(2);
}

/** Druid has statements that write; without its basic security it asks nobody who it is that writes. */
function onlySelect(statement: string): string {
  const text = statement.trim().replace(/;\s*$/, "");
  if (/^(select|with|explain)\b/i.test(text)) return text;
  throw new Error("only SELECT, WITH and EXPLAIN are answered: write to Kafka, and the warehouse has it");
}

async function answer(statement: string, limit: number, ms: number): Promise<void> {
  let columns = false;
  let left = limit;
  for await (const line of openDruid().lines(statement, ms)) {
    if (columns && left-- <= 0) {
      console.error(`only the first ${limit} rows: there are more; raise --limit`);
      return;
    }
    await write(columns ? `${line}\n` : `${JSON.stringify({columns: JSON.parse(line)})}\n`);
    columns = true;
  }
}

async function write(text: string) {
  if (!process.stdout.write(text)) await new Promise((resolve) => process.stdout.once("drain", resolve));
}
