import {command} from "../../runtime/command-line/table.ts";
import {cluster, NAME, output, range, store} from "../options.ts";

export const exportCommand = command({
  name: "export",
  summary: "Write all events of a store, or those of a time range",
  details: `Progress goes to stderr. An export that is cut off prints the mark at which --resume continues; events behind the mark that were already written
come again. As Parquet, a store that is made of Parquet files is copied file by file, into a folder: no row is read, and a time range takes whole
days.`,
  arguments: [NAME],
  options: {
    ...store("Store to read (default: the first that is enabled)"),
    ...range("the oldest event", "the newest event"),
    ...output("json", "csv", "parquet", "table"),
    file: {value: "FILE", summary: "File to write, with -o parquet; folder, for a copy of files", complete: "file"},
    resume: {value: "MARK", summary: "Continue an export that was cut off; it printed the mark"},
    ...cluster,
  },
  examples: [
    ["One line of JSON an event", "export fleet > fleet.ndjson"],
    ["A Parquet file for DuckDB, pandas or Spark", "export fleet -o parquet --file fleet.parquet"],
  ],
  async run({NAME: name}, options) {
    const {onCluster} = await import("../connection.ts");
    const {exportEvents} = await import("../export.ts");
    return onCluster(options, (connection) => exportEvents(connection, name, options));
  },
});
