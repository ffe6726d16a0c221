#!/usr/bin/env node
import {parseArgs} from "node:util";
import {createClient, loadClusterConfig} from "../runtime/client.ts";
import {diff} from "./diff.ts";
import {doctor} from "./doctor.ts";
import {readPipeline} from "./file.ts";
import {type Format, format} from "./output.ts";
import {planObjects} from "./plan.ts";
import {status} from "./status.ts";

const USAGE = `usage: telemetry-operator COMMAND

  plan FILE      the objects that a pipeline becomes; needs no cluster
  diff FILE      what applying it would change on the cluster: exit code 1 if anything
  status [NAME]  components and freshness of the pipelines: exit code 1 unless all are Ready
  doctor         whether the cluster has what pipelines need: exit code 1 unless it has

  -n, --namespace NAME    default: the kubeconfig's
  -A, --all-namespaces    with status
  -o, --output FORMAT     yaml, json or (status, doctor, diff) table
      --kubeconfig FILE   default: KUBECONFIG, the pod's account, ~/.kube/config
`;

/** Prints what a command found and returns the exit code. */
async function main(args: string[]): Promise<number> {
  const {values, positionals} = parseArgs({
    args,
    allowPositionals: true,
    options: {
      namespace: {type: "string", short: "n"},
      "all-namespaces": {type: "boolean", short: "A", default: false},
      output: {type: "string", short: "o"},
      kubeconfig: {type: "string"},
      help: {type: "boolean", short: "h", default: false},
    },
  });
  const [command, argument] = positionals;
  if (values.help || !command) {
    process.stdout.write(USAGE);
    return values.help ? 0 : 2;
  }
  const needsFile = command === "plan" || command === "diff";
  if (needsFile && !argument) throw new Error(`${command} needs a FILE ("-" for stdin) with a TelemetryPipeline`);
  const output = formatOf(values.output ?? (command === "plan" ? "yaml" : "table"), command);
  if (command === "plan") {
    const pipeline = readPipeline(argument!, values.namespace ?? "default");
    console.log(format(planObjects(pipeline), output));
    return 0;
  }
  const config = await loadClusterConfig(values.kubeconfig);
  const client = createClient(config);
  const namespace = values.namespace ?? config.namespace;
  try {
    const found =
      command === "diff"
        ? await diff(client, readPipeline(argument!, namespace))
        : command === "status"
          ? await status(client, values["all-namespaces"] ? undefined : namespace, argument)
          : command === "doctor"
            ? await doctor(client, config.server)
            : undefined;
    if (!found) throw new Error(`"${command}" is no command: plan, diff, status or doctor`);
    console.log(output === "table" ? found.text : format(found.data, output));
    return found.ok ? 0 : 1;
  } finally {
    await client.close();
  }
}

function formatOf(name: string, command: string): Format {
  if (name === "yaml" || name === "json" || (name === "table" && command !== "plan")) return name;
  throw new Error(`--output is "${name}": use yaml, json${command === "plan" ? "" : " or table"}`);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(`error: ${(error as Error).message}`);
  process.exitCode = 2;
}
