import {command} from "../../runtime/command-line/table.ts";
import {cluster, NAME, output} from "../options.ts";

export const backup = command({
  name: "backup",
  summary: "Back TimescaleDB up now, or list its backups",
  details:
    "The backup goes to the volume or bucket in spec.timescaledb.backup. The command waits until it has finished.",
  arguments: [
    NAME,
    {name: "ACTION", summary: "list the backups; without it, a backup is made", optional: true, values: ["list"]},
  ],
  options: {...output("table", "json", "yaml"), ...cluster},
  examples: [
    ["A backup, at once", "backup fleet"],
    ["Name and size of each backup, oldest first", "backup fleet list"],
  ],
  async run({NAME: name, ACTION: action}, options) {
    const {reportFrom} = await import("../connection.ts");
    const {backup: start} = await import("../backup.ts");
    return reportFrom(options, (connection) => start(connection, name, action ?? "backup"));
  },
});
