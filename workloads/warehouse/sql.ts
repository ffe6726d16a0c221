import {parseArgs} from "node:util";
import {exitFlushed, write} from "../lib/output.ts";
import {boundsOf, moreRows, STATEMENT_OPTIONS} from "../lib/statement.ts";
import {openDruid} from "./druid.ts";

/**
 * Answers one SELECT on the tables of the warehouse, as workloads/lake/sql.ts does on those of the lake: a JSON object with the names of the columns, then each
 * row as a JSON array. That there are more rows than `--limit` goes to stderr.
 */
const {values, positionals} = parseArgs({
  allowPositionals: true,
  options: STATEMENT_OPTIONS,
});

try {
  const {limit, ms} = boundsOf(values);
  await answer(onlySelect(positionals.join(" ")), ms, limit);
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

async function answer(statement: string, ms: number, limit = Number.POSITIVE_INFINITY): Promise<void> {
  let columns = false;
  let left = limit;
  for await (const line of openDruid().lines(statement, ms)) {
    if (columns && left-- <= 0) {
      console.error(moreRows(limit));
      return;
    }
    await write(columns ? `${line}\n` : `${JSON.stringify({columns: JSON.parse(line)})}\n`);
    columns = true;
  }
}
