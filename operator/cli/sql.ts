import {csvCell} from "../../api/csv.ts";
import {parseExact} from "../../api/exact-json.ts";
import {traitsOf} from "../../api/stores.ts";
import type {Connection} from "./connection.ts";
import {receiveFiles} from "./files.ts";
import {table} from "./output.ts";
import {flags, runInPod} from "./pod-program.ts";
import {containerOf, ingesterOf, readyPod} from "./pods.ts";
import {offMessage, storesOf} from "./stores.ts";

interface Wanted {
  on: "lake" | "warehouse";
  limit: string | undefined;
  timeout: string;
  at: string | undefined;
  output: string;
  file: string | undefined;
}

const PROGRAMS = {lake: "workloads/lake/sql.ts", warehouse: "workloads/warehouse/sql.ts"};
/** What a terminal takes; a file of results has all rows. */
const LIMIT = "1000";

/** Prints the answer to a statement, or writes it to a file; returns the exit code. */
export async function sql(
  connection: Connection,
  name: string,
  statement: string,
  {on, limit, timeout, at, output, file}: Wanted,
): Promise<number> {
  const parquet = output === "parquet";
  if (parquet && !file) throw new Error("-o parquet needs --file FILE: it cannot be written to a pipe");
  if (!parquet && file) throw new Error(`--file is for -o parquet: write ${output} to a file with >`);
  if (on === "warehouse" && (parquet || at))
    throw new Error(`${at ? "--at" : "-o parquet"} is for the lake: leave it out, or leave out --on warehouse`);
  const target = await readyPod(connection, name, [await answererOf(connection, name, on)]);
  const args = [PROGRAMS[on], ...flags({timeout, at})];
  if (parquet) {
    const files = receiveFiles(() => file!);
    const all = [...args, ...flags({limit}), "--parquet", "--", statement];
    const {code} = await runInPod(connection, target, all, files.add);
    if (code === 0) await files.finish();
    return code;
  }
  const print = answerPrinter(output);
  const {code} = await runInPod(
    connection,
    target,
    [...args, ...flags({limit: limit ?? LIMIT}), "--", statement],
    print.add,
  );
  if (code === 0) print.finish();
  return code;
}

/** The container with the program that answers. */
async function answererOf(connection: Connection, name: string, on: Wanted["on"]) {
  const stores = await storesOf(connection, name);
  if (on === "warehouse") {
    if (!stores.spec.warehouse.enabled)
      throw new Error("warehouse: spec.warehouse.enabled is false, so it holds nothing to be read by SQL");
    return containerOf(name, "warehouse-keeper");
  }
  const store = stores.on.find((each) => traitsOf(each).sql);
  if (!store) throw new Error(offMessage(stores.off.find((each) => traitsOf(each).sql)!, "read by SQL"));
  return ingesterOf(name, store);
}

/** Takes the lines of an answer, and prints them; a table when it is known how wide it is. */
export function answerPrinter(format: string, write: (text: string) => unknown = (text) => process.stdout.write(text)) {
  let columns: string[] | undefined;
  const rows: string[][] = [];
  const begin = (line: string) => {
    columns = JSON.parse(line).columns as string[];
    if (format === "csv") write(`${columns.map(csvCell).join()}\n`);
  };
  return {
    add(line: string): void {
      if (!columns) {
        begin(line);
        return;
      }
      const values = parseExact(line) as unknown as unknown[];
      if (format === "json") write(`${objectOf(columns, values)}\n`);
      else if (format === "csv") write(`${values.map((value) => csvCell(textOf(value))).join()}\n`);
      else rows.push(values.map((value) => (textOf(value) ?? "NULL").replaceAll(/[\r\n]+/g, " ")));
    },
    finish(): void {
      if (format === "table" && columns) write(`${table([columns, ...rows])}\n`);
    },
  };
}

const objectOf = (columns: string[], values: unknown[]): string =>
  `{${columns.map((name, at) => `${JSON.stringify(name)}:${JSON.stringify(values[at])}`)}}`;

const textOf = (value: unknown): string | null =>
  value === null ? null : typeof value === "string" ? value : JSON.stringify(value);
