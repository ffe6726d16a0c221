import {command} from "../../runtime/command-line/table.ts";
import {cluster, filename, output} from "../options.ts";

const namespace = {
  ...cluster.namespace,
  summary: "Namespace of pipelines whose file names none",
  default: "default",
} as const;

export const plan = command({
  name: "plan",
  summary: "Print the objects that the operator would create for a pipeline; needs no cluster",
  details:
    "The fields are validated, and the command fails where the operator would refuse the spec. Passwords are not shown. Other kinds in the file are ignored.",
  arguments: [{name: "FILE", summary: "the same as -f FILE", optional: true, complete: "file"}],
  options: {...filename, namespace, ...output("yaml", "json", "name")},
  examples: [
    ["The objects of an example, by name", "plan -f examples/minimal.yaml -o name"],
    ["The plan of a live pipeline", "kubectl get tp fleet -o yaml | {} plan -f -"],
  ],
  async run({FILE}, {filename: files, namespace: home, output: format}) {
    const {filesOf, readPipelines} = await import("../pipeline-file.ts");
    const {planFor} = await import("../plan.ts");
    const {nameOf, report} = await import("../output.ts");
    const pipelines = readPipelines(filesOf("plan", FILE, files), home);
    const pairs = (await Promise.all(pipelines.map((pipeline) => planFor(pipeline)))).flat();
    const data = pairs.map(({planned}) => planned);
    return report({text: "", data, names: data.map(nameOf), ok: true}, format);
  },
});
