import {PassThrough} from "node:stream";
import {createClient, loadClusterConfig} from "../runtime/client.ts";
import {loadKubeConfig} from "../runtime/kubeconfig.ts";
import {readLines} from "../runtime/lines.ts";
import {builtin} from "../runtime/types.ts";
import {type EventFormat, eventFormat} from "./events.ts";
import {exec, type Target} from "./exec.ts";
import {type ParquetFile, parquetFile} from "./parquet.ts";

const COMMANDS = ["query", "tail", "export", "audit", "deadletters", "notifications"] as const;
type Command = (typeof COMMANDS)[number];
export const isDataCommand = (name: string): name is Command => (COMMANDS as readonly string[]).includes(name);

const STORES = ["timescaledb", "cassandra"];

interface Asked {
  name: string | undefined;
  action: string | undefined;
  namespace: string | undefined;
  kubeconfig: string | undefined;
  output: string | undefined;
  store?: string | undefined;
  vehicle?: string | undefined;
  since?: string | undefined;
  until?: string | undefined;
  limit?: string | undefined;
  resume?: string | undefined;
  file?: string | undefined;
}

/**
 * Runs a program of the workloads image in a pod that has the addresses and credentials of the stores, so that no port needs
 * to be opened. Returns the exit code.
 *
 * @throws Error naming what is missing
 */
export async function data(command: Command, asked: Asked): Promise<number> {
  const {name, store, output = command === "export" ? "json" : "table"} = asked;
  if (!name) throw new Error(`${command} needs the NAME of a pipeline`);
  if (store && !STORES.includes(store)) throw new Error(`--store is "${store}": use ${STORES.join(" or ")}`);
  const parquet = command === "export" && output === "parquet";
  if (parquet && (!asked.file || asked.resume))
    throw new Error(
      "-o parquet needs --file FILE to write to, and cannot --resume: a Parquet file ends with its index",
    );
  if (command === "audit") return audit(name, asked);
  const {action = "list"} = asked;
  if (command === "notifications") {
    const target = await readyPod(asked, [{app: `${name}-alert-receiver`, container: "alert-receiver"}], name);
    const format = action === "list" ? eventFormat(output, command) : plain;
    return runIn(target, asked, ["workloads/alert-receiver/messages.ts", action], format);
  }
  const format = parquet ? plain : eventFormat(output, command === "deadletters" ? "deadletters" : "events");
  const stores = store ? [store] : command === "tail" || command === "deadletters" ? STORES : ["timescaledb"];
  const target = await ingester(name, stores, asked);
  if (command === "deadletters" && action === "replay")
    return runIn(target, asked, ["workloads/deadletters/main.ts", "replay"], plain);
  if (command === "deadletters") return runIn(target, asked, ["workloads/deadletters/main.ts", action], format);
  const options = (["vehicle", "since", "until", "limit"] as const).flatMap((key) =>
    asked[key] ? [`--${key}`, asked[key]] : [],
  );
  if (asked.resume) options.push("--from-part", asked.resume);
  return runIn(
    target,
    asked,
    ["workloads/query/main.ts", command, ...options],
    format,
    parquet ? asked.file : undefined,
  );
}

const plain: EventFormat = {header: "", line: (text) => text};

async function audit(name: string, asked: Asked): Promise<number> {
  const codes: number[] = [];
  for (const store of asked.store ? [asked.store] : STORES) {
    const target = await ingester(name, [store], asked).catch((error) => {
      if (asked.store) throw error;
      console.error(`${store}: left out, ${error.message}`);
    });
    if (target) codes.push(await runIn(target, asked, ["workloads/audit/main.ts"], plain));
  }
  if (codes.length === 0) throw new Error(`pipeline ${name} has no store that could be audited`);
  return Math.max(...codes);
}

/** A ready ingester of the first store that has one. */
const ingester = (name: string, stores: string[], asked: Asked): Promise<Target> =>
  readyPod(
    asked,
    stores.map((store) => ({app: `${name}-ingester-${store}`, container: `ingester-${store}`})),
    name,
  );

/** A ready pod of the first app that has one. */
async function readyPod(
  {kubeconfig, namespace}: Asked,
  apps: {app: string; container: string}[],
  name: string,
): Promise<Target> {
  const config = await loadClusterConfig(kubeconfig);
  const where = namespace ?? config.namespace;
  const client = createClient(config);
  try {
    for (const {app, container} of apps) {
      const {items} = await client.list(builtin.pod, {
        namespace: where,
        labelSelector: `app.kubernetes.io/name=${app}`,
      });
      const ready = items.find(
        ({metadata, status}) =>
          !metadata.deletionTimestamp &&
          status?.conditions?.some((condition: any) => condition.type === "Ready" && condition.status === "True"),
      );
      if (ready) return {namespace: where, pod: ready.metadata.name, container};
    }
  } finally {
    await client.close();
  }
  const wanted = apps.map(({app}) => app).join(" or ");
  throw new Error(`no pod of ${wanted} is ready in namespace ${where}: see telemetry-operator status ${name}`);
}

async function runIn(
  target: Target,
  {kubeconfig}: Asked,
  args: string[],
  format: EventFormat,
  parquet?: string,
): Promise<number> {
  const [stdout, stderr, stdin] = [new PassThrough(), new PassThrough(), new PassThrough()];
  // A reader that has enough, such as head, ends the command.
  process.stdout.on("error", () => process.exit(0));
  const file = parquet ? parquetFile(parquet) : undefined;
  const shown = Promise.all([file ? fill(file, stdout) : print(stdout, format), progress(stderr)]);
  const code = await exec(loadKubeConfig(kubeconfig), target, ["node", ...args], {stdout, stderr, stdin});
  stdout.end();
  stderr.end();
  await shown;
  // One that is not whole keeps the ending .part.
  if (code === 0) await file?.finish();
  return code;
}

async function fill(file: ParquetFile, stream: PassThrough) {
  for await (const text of readLines(stream)) await file.add(text);
}

async function print(stream: PassThrough, {header, line}: EventFormat) {
  let first = true;
  for await (const text of readLines(stream)) {
    if (first && header) process.stdout.write(`${header}\n`);
    first = false;
    if (!process.stdout.write(`${line(text)}\n`)) await new Promise((resolve) => process.stdout.once("drain", resolve));
  }
}

/** Progress of an export on one line of a terminal; everything else as it comes. */
async function progress(stream: PassThrough) {
  for await (const text of readLines(stream)) {
    const {part, parts, rows} = parsed(text);
    if (part === undefined) console.error(text);
    else if (process.stderr.isTTY)
      process.stderr.write(`\r${bar(part / parts)} ${rows} events${part === parts ? "\n" : ""}`);
    else if (part === parts || part % 32 === 0)
      console.error(`part ${part} of ${parts}, ${rows} events (--resume ${part})`);
  }
}

const bar = (share: number) => `[${"#".repeat(Math.round(share * 30)).padEnd(30, ".")}]`;

function parsed(text: string): {part?: number; parts: number; rows: number} {
  try {
    return JSON.parse(text);
  } catch {
    return {parts: 0, rows: 0};
  }
}
