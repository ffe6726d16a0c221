import {command} from "../../runtime/command-line/table.ts";
import {cluster, NAME, output, vehicle} from "../options.ts";

export const tail = command({
  name: "tail",
  summary: "Print events as they arrive in Kafka, until Ctrl-C",
  arguments: [NAME],
  options: {...vehicle("Only the events of this vehicle"), ...output("table", "json", "csv"), ...cluster},
  examples: [["Every event as a line of JSON", "tail fleet -o json"]],
  async run({NAME: name}, {vehicle: id, output: format, ...options}) {
    const {onCluster} = await import("../connection.ts");
    const {tail: print} = await import("../topics.ts");
    return onCluster(options, (connection) => print(connection, name, id, format));
  },
});
