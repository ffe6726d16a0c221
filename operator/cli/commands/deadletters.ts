import {command} from "../../runtime/command-line/table.ts";
import {action, cluster, NAME, output} from "../options.ts";

export const deadletters = command({
  name: "deadletters",
  summary: "List the events that no store accepted, or send the valid ones again",
  arguments: [NAME, action("list", "replay")],
  options: {...output("table", "json", "csv"), ...cluster},
  examples: [
    ["The dead letters with their reasons", "deadletters fleet"],
    ["Send those that are valid by now again, once", "deadletters fleet replay"],
  ],
  async run({NAME: name, ACTION: task}, {output: format, ...options}) {
    const {onCluster} = await import("../connection.ts");
    const {deadLetters} = await import("../topics.ts");
    return onCluster(options, (connection) => deadLetters(connection, name, task, format));
  },
});
