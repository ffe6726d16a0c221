import {command} from "../../runtime/command-line/table.ts";
import {cluster, NAME, output, range, store, vehicle} from "../options.ts";

export const query = command({
  name: "query",
  summary: "Print the newest events of a store, newest first",
  arguments: [NAME],
  options: {
    ...store("Store to read (default: the first that is enabled)"),
    ...vehicle("Only the events of this vehicle; a store that is keyed by vehicle needs it"),
    ...range("15 minutes before the end", "now"),
    limit: {value: "N", summary: "Number of events", default: "100"},
    ...output("table", "json", "csv"),
    ...cluster,
  },
  examples: [
    ["The last hour of one vehicle", "query fleet --vehicle vehicle-00001 --since 1h"],
    ["The newest 1,000 events of all vehicles, as CSV", "query fleet --since 1d --limit 1000 -o csv"],
  ],
  async run({NAME: name}, options) {
    const {onCluster} = await import("../connection.ts");
    const {query: print} = await import("../query.ts");
    return onCluster(options, (connection) => print(connection, name, options));
  },
});
