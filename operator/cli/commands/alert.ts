import {command} from "../../runtime/command-line/table.ts";
import {cluster, NAME, output} from "../options.ts";

export const alert = command({
  name: "alert",
  summary: "Send a test alert to the receivers of a pipeline",
  details:
    "The alert takes the same path as every other one, and ends after a minute. The exit code is 1 if no receiver is notified.",
  arguments: [{name: "ACTION", summary: "send a test alert", values: ["test"]}, NAME],
  options: {
    severity: {
      value: "SEVERITY",
      summary: "Severity of the alert",
      values: ["critical", "warning"],
      default: "critical",
    },
    ...output("table", "yaml", "json"),
    ...cluster,
  },
  examples: [["The receivers of warnings", "alert test fleet --severity warning"]],
  async run({NAME: name}, {severity, ...options}) {
    const {reportFrom} = await import("../connection.ts");
    const {testAlert} = await import("../test-alert.ts");
    return reportFrom(options, (connection) => testAlert(connection, name, severity));
  },
});
