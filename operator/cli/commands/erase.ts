import {command} from "../../runtime/command-line/table.ts";
import {cluster, NAME, output, vehicle} from "../options.ts";

export const erase = command({
  name: "erase",
  summary: "Erase every event and prediction of a vehicle from the lake, and what could bring them back",
  details: `Files and snapshots that still have one are removed, so that nothing of before can be restored. Events that Kafka still has, and predictions that
TimescaleDB has, do not come again; the vehicle's next ones do. The other stores are servers of SQL: delete its rows there.`,
  arguments: [NAME],
  options: {...vehicle("The vehicle"), ...output("table", "json", "yaml"), ...cluster},
  examples: [["A vehicle whose owner asks for it", "erase fleet --vehicle vehicle-00001"]],
  async run({NAME: name}, {vehicle: id, ...options}) {
    const {reportFrom} = await import("../connection.ts");
    const {maintain} = await import("../maintenance.ts");
    if (!id) throw new Error("erase needs --vehicle ID");
    return reportFrom(options, (connection) => maintain(connection, name, "erase", id));
  },
});
