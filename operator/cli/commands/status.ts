import {command} from "../../runtime/command-line/table.ts";
import {allNamespaces, cluster, NAME, output} from "../options.ts";

export const status = command({
  name: "status",
  summary: "Show the components and the freshness of pipelines",
  details: `Figures that move, such as rows and lag, come from the ingesters themselves at this moment. The exit code is 1 unless every pipeline that is
shown is Ready. With NAME, the table lists the addresses and Secrets for applications too.`,
  arguments: [{...NAME, optional: true}],
  options: {...cluster, ...allNamespaces, ...output("table", "yaml", "json", "name")},
  examples: [
    ["One pipeline", "status fleet"],
    ["All pipelines of the cluster", "status -A"],
  ],
  async run({NAME: name}, {"all-namespaces": all, ...options}) {
    const {reportFrom} = await import("../connection.ts");
    const {askIngester} = await import("../ingester-figures.ts");
    const {statusOf} = await import("../status.ts");
    return reportFrom(options, (connection) =>
      statusOf(connection.client, askIngester(connection), all ? undefined : connection.namespace, name),
    );
  },
});
