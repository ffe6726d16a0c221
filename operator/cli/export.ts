import {join} from "node:path";
import {type StoreName, traitsOf} from "../../api/stores.ts";
import type {Connection} from "./connection.ts";
import {eventFormat, verbatim} from "./event-format.ts";
import {receiveFiles} from "./files.ts";
import {parquetFile} from "./parquet.ts";
import {flags, printer, runInPod} from "./pod-program.ts";
import {ingesterOf, readyPod} from "./pods.ts";
import {readable, storesOf} from "./stores.ts";

interface Wanted {
  store: StoreName | undefined;
  since: string | undefined;
  until: string | undefined;
  resume: string | undefined;
  file: string | undefined;
  output: string;
}

/** Writes all events of a store, or those of a time range, to stdout or to a Parquet file; returns the exit code. */
export async function exportEvents(connection: Connection, name: string, wanted: Wanted): Promise<number> {
  const {store, output, file: path, since, until, resume} = wanted;
  const parquet = output === "parquet";
  if (parquet && !path) throw new Error("-o parquet needs --file FILE: it cannot be written to a pipe");
  if (!parquet && path) throw new Error(`--file is for -o parquet: write ${output} to a file with >`);
  const stores = await storesOf(connection, name);
  const [source] = readable(stores, store, "export");
  const target = await readyPod(connection, name, [ingesterOf(name, source!)]);
  const {copy: program, writesCsv} = traitsOf(source!);
  if (parquet && program) {
    const files = receiveFiles((file) => join(path!, file));
    const copy = [program, ...flags({since, until, resume})];
    const {code} = await runInPod(connection, target, copy, files.add, true);
    if (code === 0) console.error(`${await files.finish()} files in ${path}`);
    return code;
  }
  if (parquet && resume) throw new Error("-o parquet cannot --resume: a Parquet file ends with its index");
  const args = ["workloads/query/main.ts", "export", ...flags({since, until, resume})];
  if (parquet) {
    const file = parquetFile(path!, stores.fields);
    const {code} = await runInPod(connection, target, args, (line) => file.add(line));
    // An incomplete file keeps the ending .part.
    if (code === 0) await file.finish();
    return code;
  }
  // A store that writes CSV itself is faster; its program knows the columns.
  if (output === "csv" && writesCsv) {
    const csv = [...args, "--csv", ...(resume ? [] : ["--header"])];
    return (await runInPod(connection, target, csv, printer(verbatim), true)).code;
  }
  const {header, line} = eventFormat(output, stores.fields);
  const print = printer({header: resume ? "" : header, line});
  return (await runInPod(connection, target, args, print, true)).code;
}
