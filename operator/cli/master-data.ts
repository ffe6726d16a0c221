import {createReadStream} from "node:fs";
import {access, constants} from "node:fs/promises";
import type {MasterKindName} from "../../api/master-data.ts";
import {stores, traitsOf} from "../../api/stores.ts";
import type {Connection} from "./connection.ts";
import {listFormat, verbatim} from "./event-format.ts";
import type {Target} from "./exec.ts";
import {flags, printer, printList, runInPod} from "./pod-program.ts";
import {ingesterOf, readyPod} from "./pods.ts";
import {storesOf} from "./stores.ts";

const PROGRAM = "workloads/master-data/main.ts";
/** Beside an ingester that has the pod's memory: 110 MiB in all, however long the file is. */
const FRUGAL = ["--max-old-space-size=64", "--max-semi-space-size=4"];

/** The pod that reaches the tables. */
async function keeperOf(connection: Connection, name: string): Promise<Target> {
  const {on, off} = await storesOf(connection, name);
  const keeps = (store: keyof typeof stores) => traitsOf(store).masterData;
  const store = on.find(keeps);
  if (store) return readyPod(connection, name, [ingesterOf(name, store)]);
  const missing = off.find(keeps)!;
  throw new Error(
    `spec.${missing}.enabled is false, and master data is kept in ${stores[missing].title}: set it to true, or leave it out`,
  );
}

/** Takes a CSV file, or stdin as `-`, into the tables; returns the exit code. */
export async function importMasterData(
  connection: Connection,
  name: string,
  path: string,
  {what, complete, dryRun, output}: {what: MasterKindName; complete: boolean; dryRun: boolean; output: string},
): Promise<number> {
  if (path !== "-")
    await access(path, constants.R_OK).catch(({code}) => {
      throw new Error(`${path} cannot be read (${code})`);
    });
  const target = await keeperOf(connection, name);
  const args = [...FRUGAL, PROGRAM, "import", ...flags({what}), ...switches({complete, "dry-run": dryRun})];
  const file = framed(path === "-" ? process.stdin : createReadStream(path));
  const print = output === "json" ? verbatim : {header: "", line: (json: string) => wordsOf(JSON.parse(json), dryRun)};
  const {code} = await runInPod(connection, target, args, printer(print), false, file.lines());
  if (file.problem) console.error(`${path} cannot be read: ${file.problem}`);
  return code;
}

interface Filter {
  what: MasterKindName;
  group: string | undefined;
  withoutEvents: boolean;
  withoutMasterData: boolean;
}

const LISTS = {vehicles: "fleet", drivers: "drivers", groups: "groups"} as const;

/** Lists the present rows, or the vehicles that only events or only master data know. */
export async function listMasterData(
  connection: Connection,
  name: string,
  {what, group, withoutEvents, withoutMasterData}: Filter,
  output: string,
): Promise<number> {
  const target = await keeperOf(connection, name);
  const which = switches({"without-events": withoutEvents, "without-master-data": withoutMasterData});
  const args = [PROGRAM, "list", ...flags({what, group}), ...which];
  const format = listFormat(output, withoutMasterData ? "strangers" : LISTS[what]);
  const empty = withoutMasterData ? "every vehicle that has sent events has master data" : "no rows";
  return printList(connection, target, args, format, empty);
}

/** Writes all rows as a file that can be imported, or all of the past with its times. */
export async function exportMasterData(
  connection: Connection,
  name: string,
  {what, history, json}: {what: MasterKindName; history: boolean; json: boolean},
): Promise<number> {
  const target = await keeperOf(connection, name);
  const args = [PROGRAM, "export", ...flags({what}), ...switches({history, json})];
  return (await runInPod(connection, target, args, printer(verbatim))).code;
}

const switches = (given: Record<string, boolean>): string[] =>
  Object.entries(given).flatMap(([name, isOn]) => (isOn ? [`--${name}`] : []));

/** A file as the program in the pod takes it: lines of base64 with `.` behind the last, or `!` where it could not be read to its end. */
export function framed(chunks: AsyncIterable<Uint8Array>) {
  const file = {
    problem: "",
    async *lines(): AsyncGenerator<string> {
      try {
        for await (const chunk of chunks) yield `${Buffer.from(chunk).toString("base64")}\n`;
      } catch (error) {
        file.problem = (error as Error).message;
      }
      yield file.problem ? "!\n" : ".\n";
    },
  };
  return file;
}

/** "3 vehicles: 2 new, 1 unchanged; groups made: 1". */
export function wordsOf({what, rows, groups, drivers, ...counts}: Record<string, any>, dryRun: boolean): string {
  const changes = Object.entries(counts).flatMap(([name, count]) => (count > 0 ? [`${count} ${name}`] : []));
  const made = Object.entries({groups, drivers}).flatMap(([name, count]) =>
    count > 0 ? [`; ${name} made: ${count}`] : [],
  );
  return `${rows} ${what}: ${changes.join(", ")}${made.join("")}${dryRun ? " (nothing was written)" : ""}`;
}
