import {mkdtempSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {TIME} from "../../api/event.ts";
import {named} from "../lake/duckdb.ts";
import {openReadable} from "../lake/open.ts";
import {EVENTS} from "../lake/tables.ts";
import {type Cell, type Source, TABLE} from "./source.ts";

/** The lake by the variables LAKE_*, as it is at this moment, with the names that TimescaleDB has for its table and time. */
export async function lakeSource(): Promise<Source> {
  const work = mkdtempSync(join(process.env.SPILL_DIR || tmpdir(), "predictions-"));
  const {connection} = await openReadable(work);
  await connection.run(`CREATE TEMP VIEW ${named(TABLE)} AS SELECT *, ${named(TIME.name)} AS ts FROM ${named(EVENTS)}`);
  return {
    name: "lake",
    async *rows(sql) {
      const result = await connection.stream(sql);
      for await (const chunk of result.yieldRows()) yield* chunk as Cell[][];
    },
    async close() {
      connection.closeSync();
      rmSync(work, {recursive: true, force: true});
    },
  };
}
