import {command} from "../../runtime/command-line/table.ts";
import {action, cluster, NAME, output, vehicle} from "../options.ts";

export const vehicles = command({
  name: "vehicles",
  summary: "List the vehicles that are silent, or retire one",
  details: "A vehicle that is retired raises no alert until it sends again.",
  arguments: [NAME, action("list", "retire")],
  options: {...vehicle("The vehicle to retire"), ...output("table", "json", "csv"), ...cluster},
  examples: [
    ["The silent vehicles, longest first", "vehicles fleet"],
    ["A vehicle that has been sold", "vehicles fleet retire --vehicle vehicle-00001"],
  ],
  async run({NAME: name, ACTION: task}, {vehicle: id, output: format, ...options}) {
    const {onCluster} = await import("../connection.ts");
    const {silentVehicles, retireVehicle} = await import("../alert-receiver.ts");
    if (task === "list" && id) throw new Error("--vehicle is for retire: list shows every silent vehicle");
    if (task === "retire" && !id) throw new Error("retire needs --vehicle ID");
    return onCluster(options, (connection) =>
      task === "list" ? silentVehicles(connection, name, format) : retireVehicle(connection, name, id!),
    );
  },
});
