import {command} from "../../runtime/command-line/table.ts";
import {action, cluster, NAME, output} from "../options.ts";

export const notifications = command({
  name: "notifications",
  summary: "List the notifications that have not arrived, or send those that were given up again",
  arguments: [NAME, action("list", "resend")],
  options: {...output("table", "json", "csv"), ...cluster},
  examples: [
    ["Receiver, attempts and problem of each", "notifications fleet"],
    ["Try those that were given up again", "notifications fleet resend"],
  ],
  async run({NAME: name, ACTION: task}, {output: format, ...options}) {
    const {onCluster} = await import("../connection.ts");
    const {notifications: run} = await import("../alert-receiver.ts");
    return onCluster(options, (connection) => run(connection, name, task, format));
  },
});
