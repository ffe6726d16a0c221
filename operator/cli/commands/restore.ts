import {command} from "../../runtime/command-line/table.ts";
import {cluster, NAME, output, store} from "../options.ts";

export const restore = command({
  name: "restore",
  summary: "Restore TimescaleDB from a backup or to a moment, or the lake to a moment",
  details: `The database that is replaced is kept under another name, which the command prints. Of the lake no file is written: readers see an older snapshot. Every
commit of the last hour can be restored, the last of each hour for a day, and of each day for a week. Events of after that
moment come back when they are read from Kafka again: docs/backup.md.`,
  arguments: [NAME],
  options: {
    ...store("Store to restore (default: timescaledb)"),
    from: {value: "BACKUP", summary: "Name of the backup (default: the newest)"},
    to: {
      value: "TIME",
      summary: "Moment to restore, ISO 8601 with its zone; of TimescaleDB it needs method PointInTime",
    },
    ...output("table", "json", "yaml"),
    ...cluster,
  },
  examples: [
    ["The newest backup", "restore fleet"],
    ["The state of a moment", "restore fleet --to 2026-11-25T08:30:00Z"],
    ["The lake of a moment", "restore fleet --store lake --to 2026-11-28T08:30:00Z"],
  ],
  async run({NAME: name}, {store: named, from, to, ...options}) {
    const {reportFrom} = await import("../connection.ts");
    if (named === "lake") {
      const {maintain} = await import("../maintenance.ts");
      if (from || !to) throw new Error("restore --store lake takes --to TIME: its snapshots have no names");
      return reportFrom(options, (connection) => maintain(connection, name, "restore", to));
    }
    if (named && named !== "timescaledb")
      throw new Error(`${named} has no backups: restore is for timescaledb and lake`);
    const {backup} = await import("../backup.ts");
    return reportFrom(options, (connection) => backup(connection, name, "restore", {from, to}));
  },
});
