import {command} from "../../runtime/command-line/table.ts";
import {cluster, NAME, output} from "../options.ts";

export const restore = command({
  name: "restore",
  summary: "Restore TimescaleDB from a backup, or to a moment",
  details: "The database that is replaced is kept under another name, which the command prints.",
  arguments: [NAME],
  options: {
    from: {value: "BACKUP", summary: "Name of the backup (default: the newest)"},
    to: {value: "TIME", summary: "Moment to restore, ISO 8601 with its zone; needs method PointInTime"},
    ...output("table", "json", "yaml"),
    ...cluster,
  },
  examples: [
    ["The newest backup", "restore fleet"],
    ["The state of a moment", "restore fleet --to 2026-11-25T08:30:00Z"],
  ],
  async run({NAME: name}, {from, to, ...options}) {
    const {reportFrom} = await import("../connection.ts");
    const {backup} = await import("../backup.ts");
    return reportFrom(options, (connection) => backup(connection, name, "restore", {from, to}));
  },
});
