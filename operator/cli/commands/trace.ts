import {command} from "../../runtime/command-line/table.ts";
import {cluster, NAME, output, range, store} from "../options.ts";

export const trace = command({
  name: "trace",
  summary: "Follow one event from the topic to each store, with the delays",
  details: "The exit code is 1 unless every store has the event, or a dead letter says why not.",
  arguments: [NAME, {name: "ID", summary: "the event, as vehicle_id@timestamp"}],
  options: {
    ...store("Only this store (default: all that are enabled)"),
    ...range("15 minutes before the event", "an hour after the event"),
    ...output("table", "json", "yaml"),
    ...cluster,
  },
  examples: [["One event", "trace fleet vehicle-00001@2026-11-24T16:04:26.752Z"]],
  async run({NAME: name, ID: id}, {store: named, since, until, ...options}) {
    const {reportFrom} = await import("../connection.ts");
    const {trace: follow} = await import("../trace.ts");
    return reportFrom(options, (connection) => follow(connection, name, id, {store: named, since, until}));
  },
});
