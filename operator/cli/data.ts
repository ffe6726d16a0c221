import {PassThrough} from "node:stream";
import {isStore, STORE_CHOICE, STORES} from "../../api/stores.ts";
import {loadKubeConfig} from "../runtime/kubeconfig.ts";
import {readLines} from "../runtime/lines.ts";
import {type EventFormat, eventFormat} from "./events.ts";
import {exec, OutputLostError, type Target} from "./exec.ts";
import {type ParquetFile, parquetFile} from "./parquet.ts";
import {type Asked, ingester, readyPod} from "./pods.ts";
import {showProgress} from "./progress.ts";
import {trace} from "./trace.ts";

const COMMANDS = ["query", "tail", "export", "trace", "audit", "deadletters", "notifications", "vehicles"] as const;
type Command = (typeof COMMANDS)[number];
export const isDataCommand = (name: string): name is Command => (COMMANDS as readonly string[]).includes(name);

/**
 * Runs a program of the workloads image in a pod that has the addresses and credentials of the stores, so that no port needs
 * to be opened. Returns the exit code.
 *
 * @throws Error naming what is missing
 */
export async function data(command: Command, asked: Asked): Promise<number> {
  const {name, store, output = command === "export" ? "json" : "table"} = asked;
  if (!name) throw new Error(`${command} needs the NAME of a pipeline`);
  if (store && !isStore(store)) throw new Error(`--store is "${store}": use ${STORE_CHOICE}`);
  if (command === "trace") {
    if (output !== "table" && output !== "json") throw new Error(`--output is "${output}": use table or json`);
    const found = await trace(name, asked.action, asked);
    console.log(output === "json" ? JSON.stringify(found.data, null, 2) : found.text);
    return found.ok ? 0 : 1;
  }
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
  if (command === "vehicles") {
    if (action !== "list" && action !== "retire") throw new Error(`vehicles ${name} ${action}: use list or retire`);
    if (action === "retire" && !asked.vehicle) throw new Error(`vehicles ${name} retire needs --vehicle ID`);
    const target = await readyPod(asked, [{app: `${name}-alert-receiver`, container: "alert-receiver"}], name);
    const args = ["workloads/alert-receiver/vehicles.ts", action, ...(asked.vehicle ? [asked.vehicle] : [])];
    return runIn(target, asked, args, action === "list" ? eventFormat(output, command) : plain);
  }
  const shown = parquet ? plain : eventFormat(output, command === "deadletters" ? "deadletters" : "events");
  const stores = store ? [store] : command === "tail" || command === "deadletters" ? STORES : STORES.slice(0, 1);
  const target = await ingester(name, stores, asked);
  if (command === "deadletters" && action === "replay")
    return runIn(target, asked, ["workloads/deadletters/main.ts", "replay"], plain);
  if (command === "deadletters") return runIn(target, asked, ["workloads/deadletters/main.ts", action], shown);
  const options = (["vehicle", "since", "until", "limit"] as const).flatMap((key) =>
    asked[key] ? [`--${key}`, asked[key]] : [],
  );
  if (asked.resume) options.push("--resume", asked.resume);
  // PostgreSQL writes CSV itself.
  const csv = command === "export" && output === "csv" && stores[0] === "timescaledb";
  if (csv) options.push("--csv");
  const format = {header: asked.resume ? "" : shown.header, line: csv ? plain.line : shown.line};
  return runIn(
    target,
    asked,
    ["workloads/query/main.ts", command, ...options],
    format,
    parquet ? asked.file : undefined,
  );
}

const plain: EventFormat = {header: "", line: (text) => text};

/** It shares the memory of the ingester's container, and holds every event of Kafka: for 2.4 million, 180 MiB in place of 375. */
const AUDIT = ["--max-semi-space-size=2", "--max-old-space-size=128", "workloads/audit/main.ts"];

async function audit(name: string, asked: Asked): Promise<number> {
  const codes: number[] = [];
  for (const store of asked.store ? [asked.store] : STORES) {
    const target = await ingester(name, [store], asked).catch((error) => {
      if (asked.store) throw error;
      console.error(`${store}: left out, ${error.message}`);
    });
    if (target) codes.push(await runIn(target, asked, AUDIT, plain));
  }
  if (codes.length === 0) throw new Error(`pipeline ${name} has no store that could be audited`);
  return Math.max(...codes);
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
  const shown = Promise.all([showProgress(stderr), file ? fill(file, stdout) : print(stdout, format)]);
  let [code, lost]: [number | undefined, boolean] = [undefined, false];
  try {
    code = await exec(loadKubeConfig(kubeconfig), target, ["node", ...args], {stdout, stderr, stdin});
  } catch (error) {
    lost = error instanceof OutputLostError;
    throw error;
  } finally {
    stdout.end();
    stderr.end();
    const [resume] = await shown;
    if (code !== 0 && resume && !file && !lost)
      console.error(`cut off: go on with --resume ${resume}; what was under way behind it comes again`);
  }
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
