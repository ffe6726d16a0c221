#!/usr/bin/env node
import {parseArgs} from "node:util";
import {isUnreachable} from "../runtime/api-error.ts";
import {createClient, loadClusterConfig} from "../runtime/client.ts";
import {loadKubeConfig} from "../runtime/kubeconfig.ts";
import {testAlert} from "./alert.ts";
import {askStore} from "./ask.ts";
import {backup} from "./backup.ts";
import {data, isDataCommand} from "./data.ts";
import {diff, diffAll} from "./diff.ts";
import {doctor} from "./doctor.ts";
import {readPipeline} from "./file.ts";
import {type Format, format} from "./output.ts";
import {planFor} from "./plan.ts";
import {status} from "./status.ts";

const USAGE = `usage: telemetry-operator COMMAND

  plan FILE      the objects that a pipeline becomes; needs no cluster
  diff [FILE]    what applying it would change on the cluster; without FILE, what this version of the operator would change of
                 the pipelines that are there: exit code 1 if anything
  status [NAME]  components and freshness of the pipelines: exit code 1 unless all are Ready
  doctor         whether the cluster has what pipelines need: exit code 1 unless it has

  query NAME     the newest events of a store, newest first (--vehicle, --since, --until, --limit)
  tail NAME      the events as they come (--vehicle)
  export NAME    all events of a store, or those of a time range, with progress on stderr
  trace NAME ID  what became of the event ID, vehicle_id@timestamp: in the topic, among the dead letters, in each store, and how long
                 it took; exit code 1 unless every store has it or says why not. --since and --until: when Kafka may have got it,
                 default from 15 minutes before its time to an hour after
  audit NAME     compare what Kafka holds with what the stores hold: exit code 1 unless they are equal
  alert test NAME   send a test alert to the receivers of a pipeline: exit code 1 if nobody is told
  notifications NAME [list|resend]   the messages that have not arrived; resend sends those that were given up again
  vehicles NAME [list|retire]   the vehicles that are silent; retire --vehicle ID: that one counts no more until it speaks
  deadletters NAME [list|replay]   the events that no store took; replay sends those that are valid by now again

  backup NAME [list]   back TimescaleDB up now, where spec.timescaledb.backup says, or name the backups
  restore NAME   put the newest backup, --from BACKUP, or the state --to TIME in the place of the database; the old one is kept under another name

  -n, --namespace NAME    default: the kubeconfig's
  -A, --all-namespaces    with status, and diff without FILE
  -o, --output FORMAT     yaml, json or (status, doctor, diff) table; for events table, json (one a line) or csv
      --store STORE       timescaledb or cassandra; query and export: default timescaledb; audit: default all
      --vehicle ID        with query and tail; Cassandra is always asked by vehicle
      --since, --until T  ISO 8601, or an age such as 15m, 12h, 7d; default: query the last 15 minutes, export everything
      --limit N           with query; default 100
      --from B, --to T    with restore: a backup by its name; a moment, ISO 8601 (method PointInTime)
      --severity S        with alert test: critical (default) or warning
      --resume MARK       with export: go on where an earlier one was cut off; it names the mark
      --file FILE         with export -o parquet: where to
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
      store: {type: "string"},
      vehicle: {type: "string"},
      since: {type: "string"},
      until: {type: "string"},
      limit: {type: "string"},
      resume: {type: "string"},
      severity: {type: "string"},
      from: {type: "string"},
      to: {type: "string"},
      file: {type: "string"},
      help: {type: "boolean", short: "h", default: false},
    },
  });
  const [command, argument] = positionals;
  if (values.help || !command) {
    process.stdout.write(USAGE);
    return values.help ? 0 : 2;
  }
  if (isDataCommand(command)) {
    const {kubeconfig, namespace, output, ...asked} = values;
    return data(command, {...asked, kubeconfig, namespace, output, name: argument, action: positionals[2]});
  }
  if (command === "plan" && !argument) throw new Error(`plan needs a FILE ("-" for stdin) with a TelemetryPipeline`);
  const output = formatOf(values.output ?? (command === "plan" ? "yaml" : "table"), command);
  if (command === "plan") {
    const pipeline = readPipeline(argument!, values.namespace ?? "default");
    const objects = (await planFor(pipeline)).map(({planned}) => planned);
    console.log(format(objects, output));
    return 0;
  }
  const config = await loadClusterConfig(values.kubeconfig);
  const client = createClient(config);
  const namespace = values.namespace ?? config.namespace;
  try {
    const found =
      command === "diff"
        ? argument
          ? await diff(client, readPipeline(argument, namespace))
          : await diffAll(client, values["all-namespaces"] ? undefined : namespace)
        : command === "status"
          ? await status(
              client,
              askStore(client, loadKubeConfig(values.kubeconfig)),
              values["all-namespaces"] ? undefined : namespace,
              argument,
            )
          : command === "alert" && argument === "test"
            ? await testAlert(client, namespace, positionals[2], values.severity)
            : command === "doctor"
              ? await doctor(client)
              : command === "backup" || command === "restore"
                ? await backup(client, namespace, needed(command, argument), taskOf(command, positionals[2]), values)
                : undefined;
    if (!found) throw new Error(`"${command}" is no command; --help lists them`);
    console.log(output === "table" ? found.text : format(found.data, output));
    return found.ok ? 0 : 1;
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    throw new Error(`the API server ${config.server} does not answer: ${(error as Error).message}`);
  } finally {
    await client.close();
  }
}

function needed(command: string, name: string | undefined): string {
  if (!name) throw new Error(`${command} needs the NAME of a pipeline`);
  return name;
}

function taskOf(command: "backup" | "restore", action: string | undefined) {
  if (action === undefined) return command;
  if (command === "backup" && action === "list") return action;
  throw new Error(
    `"${action}": use ${command} NAME${command === "backup" ? " [list]" : " [--from BACKUP | --to TIME]"}`,
  );
}

function formatOf(name: string, command: string): Format {
  if (name === "yaml" || name === "json" || (name === "table" && command !== "plan")) return name;
  throw new Error(`--output is "${name}": use ${command === "plan" ? "yaml or json" : "yaml, json or table"}`);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(`error: ${(error as Error).message}`);
  process.exitCode = 2;
}
