import {command} from "../../runtime/command-line/table.ts";
import {action, cluster, NAME, output} from "../options.ts";

export const workflowsCommand = command({
  name: "workflows",
  summary: "List the DAGs of Airflow with their last runs, start one, or show a log",
  details:
    "The command opens Airflow's port on this machine while it runs, and logs in with the Secret NAME-workflows. `run` waits for the end, and fails with the run.",
  arguments: [
    NAME,
    action("list", "run", "logs"),
    {name: "DAG", summary: "the DAG, with run and logs", optional: true},
    {name: "RUN", summary: "the id of a run, with logs; default: the last one", optional: true},
  ],
  options: {...output("table", "json", "yaml"), ...cluster},
  examples: [
    ["The DAGs, and how the last run of each ended", "workflows fleet"],
    ["A check of the last full hour, now", "workflows fleet run data_checks"],
    ["What the last run wrote", "workflows fleet logs data_checks"],
  ],
  async run({NAME: name, ACTION: task, DAG: dag, RUN: run}, options) {
    const {reportFrom} = await import("../connection.ts");
    const {listWorkflows, runWorkflow, workflowLogs} = await import("../workflows.ts");
    if (task !== "list" && !dag) throw new Error(`workflows ${name} ${task} needs a DAG: see workflows ${name}`);
    return reportFrom(options, (connection) => {
      if (task === "run") return runWorkflow(connection, name, dag!);
      return task === "logs" ? workflowLogs(connection, name, dag!, run) : listWorkflows(connection, name);
    });
  },
});
