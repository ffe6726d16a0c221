import {command} from "../../runtime/command-line/table.ts";
import {cluster, output} from "../options.ts";

const {context, kubeconfig} = cluster;

export const doctor = command({
  name: "doctor",
  summary: "Check that the cluster has what pipelines need",
  details: "A failed check shows its remedy. A note is about an optional part. The exit code is 1 if a check fails.",
  arguments: [],
  options: {context, kubeconfig, ...output("table", "yaml", "json")},
  examples: [["The cluster of the current context", "doctor"]],
  async run(_, options) {
    const {reportFrom} = await import("../connection.ts");
    const {examine} = await import("../doctor.ts");
    return reportFrom(options, ({client}) => examine(client));
  },
});
