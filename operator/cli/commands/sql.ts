import {readFileSync} from "node:fs";
import {command} from "../../runtime/command-line/table.ts";
import {cluster, NAME, output} from "../options.ts";

export const sql = command({
  name: "sql",
  summary: "Answer a SELECT on the tables of the lake by DuckDB, or on those of the warehouse by Druid",
  details: `The lake's tables are events, dead_letters and, with predictions, predictions; "DESCRIBE events" lists the columns, "SHOW TABLES" the tables. Nothing can be changed, and nothing but these
tables can be read. A statement reads the lake as it is at its start, or with --at as it was. The warehouse's tables are telemetry, with every event, telemetry_minute,
telemetry_hour, telemetry_day, and telemetry_predictions.`,
  arguments: [NAME, {name: "STATEMENT", summary: 'one SELECT, in quotes; "-" for stdin'}],
  options: {
    on: {value: "WHERE", summary: "Whose tables are read", values: ["lake", "warehouse"], default: "lake"},
    limit: {value: "N", summary: "Rows at most (default: 1000; all with -o parquet)"},
    timeout: {value: "TIME", summary: "Give up after this time, such as 30s or 10m", default: "1m"},
    at: {value: "TIME", summary: "Read the tables as they were at this time, ISO 8601 with its zone"},
    ...output("table", "json", "csv", "parquet"),
    file: {value: "FILE", summary: "File to write, with -o parquet", complete: "file"},
    ...cluster,
  },
  examples: [
    ["The tables, and the columns of one", "echo 'DESCRIBE events' | {} sql fleet -"],
    [
      "Readings of each vehicle on one day",
      `echo "SELECT vehicle_id, count(*), max(speed) FROM events WHERE timestamp::date = '2026-11-28' GROUP BY ALL" | {} sql fleet -`,
    ],
    [
      "An hour as a Parquet file",
      `echo "FROM events WHERE timestamp > now() - INTERVAL 1 HOUR" | {} sql fleet - -o parquet --file hour.parquet`,
    ],
    [
      "Vehicles of each hour, by the warehouse",
      `echo "SELECT __time, APPROX_COUNT_DISTINCT_DS_HLL(vehicles), SUM(events) FROM telemetry_hour GROUP BY 1" | {} sql fleet - --on warehouse`,
    ],
  ],
  async run({NAME: name, STATEMENT: text}, options) {
    const {onCluster} = await import("../connection.ts");
    const {sql: answer} = await import("../sql.ts");
    const statement = text === "-" ? readFileSync(0, "utf8") : text;
    return onCluster(options, (connection) => answer(connection, name, statement, options));
  },
});
