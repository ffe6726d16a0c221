import {command} from "../../runtime/command-line/table.ts";
import {allNamespaces, cluster, filename, output} from "../options.ts";

export const diff = command({
  name: "diff",
  summary: "Show what applying a pipeline would change on the cluster",
  details: `Each planned object is sent to the API server as a server-side dry run. Without a file, the pipelines of the cluster are compared with what
this version of the operator would make of them: run it before an upgrade. The exit code is 1 if anything would change.`,
  arguments: [{name: "FILE", summary: "the same as -f FILE", optional: true, complete: "file"}],
  options: {...filename, ...cluster, ...allNamespaces, ...output("table", "yaml", "json")},
  examples: [
    ["What a changed file would do", "diff -f fleet.yaml"],
    ["What an upgrade of the operator would do", "diff -A"],
  ],
  async run({FILE}, {filename: files, "all-namespaces": all, ...options}) {
    const {reportFrom} = await import("../connection.ts");
    const {diffAll, diffFiles} = await import("../diff.ts");
    const {filesOf, readPipelines} = await import("../pipeline-file.ts");
    const fromFiles = FILE !== undefined || files.length > 0;
    if (fromFiles && all) throw new Error("--all-namespaces is for diff without a file: a file names its namespaces");
    return reportFrom(options, async ({client, namespace}) =>
      fromFiles
        ? diffFiles(client, readPipelines(filesOf("diff", FILE, files), namespace))
        : diffAll(client, all ? undefined : namespace),
    );
  },
});
