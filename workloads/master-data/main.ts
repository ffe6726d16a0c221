import {parseArgs} from "node:util";
import type pg from "pg";
import {csvCell} from "../../api/csv.ts";
import {ATTRIBUTE, MASTER_KINDS, type MasterKindName} from "../../api/master-data.ts";
import {exitFlushed, write} from "../lib/output.ts";
import {connected, cursorRows, inTransaction} from "../lib/postgres.ts";
import {importFile} from "./import.ts";
import {RefusedFile} from "./problems.ts";
import {attributesOf, exported, exportedColumns, GROUP_KNOWN, LISTS} from "./read.ts";

/**
 * `master-data import|list|export [--what vehicles|drivers|groups]`. `import` takes a CSV file from stdin, as lines of base64 and a line `.` behind the last, without which it was cut off;
 * prints what changed as one JSON line. `list` prints the present rows as JSON lines, `export` all of them as CSV, or as JSON lines with `--json`.
 */
const {values, positionals} = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: {
    what: {type: "string", default: "vehicles"},
    complete: {type: "boolean", default: false},
    "dry-run": {type: "boolean", default: false},
    group: {type: "string"},
    "without-events": {type: "boolean", default: false},
    "without-master-data": {type: "boolean", default: false},
    history: {type: "boolean", default: false},
    json: {type: "boolean", default: false},
  },
});
const CUT = "the file was cut off on its way: run the command again; nothing was imported";
const tasks: Record<string, (client: pg.Client) => Promise<void>> = {
  async import(client) {
    const options = {kind: kindOf(), complete: values.complete, dryRun: values["dry-run"]};
    await print(await importFile(client, sent(), options));
  },
  list: (client) => inTransaction(client, () => list(client), "READ ONLY"),
  export: (client) => inTransaction(client, () => exportAll(client), "READ ONLY"),
};

try {
  const task = tasks[positionals[0] ?? ""];
  if (!task) throw new Error(`"${positionals[0]}" is no task: name ${Object.keys(tasks).join(", ")}`);
  await connected(task);
  await exitFlushed(0);
} catch (error) {
  const {message} = error as Error;
  const isImport = positionals[0] === "import" && !(error instanceof RefusedFile);
  console.error(
    isImport ? `${message}\nnothing of the file was imported, or all of it: run the command again` : message,
  );
  await exitFlushed(1);
}

async function list(client: pg.Client) {
  const {group} = values;
  if (group !== undefined && (await client.query(GROUP_KNOWN, [group])).rowCount === 0)
    throw new Error(`there is no group "${group}": see \`list --what groups\``);
  const query = values["without-events"]
    ? LISTS.withoutEvents
    : values["without-master-data"]
      ? LISTS.withoutMasterData
      : group === undefined
        ? LISTS[kindOf()]
        : LISTS.ofGroup;
  const parameters = query === LISTS.ofGroup ? [group] : [];
  for await (const row of cursorRows<object>(client, query, parameters)) await print(row);
}

async function exportAll(client: pg.Client) {
  const kind = kindOf();
  const {rows} = await client.query(attributesOf(kind, values.history));
  const columns = exportedColumns(
    kind,
    values.history,
    rows.map(({name}) => name),
  );
  if (!values.json) await write(`${columns.map(csvCell).join()}\n`);
  for await (const row of cursorRows<Record<string, any>>(client, exported(kind, values.history)))
    if (values.json) await print(row);
    else await write(`${columns.map((name) => csvCell(cellOf(row, name))).join()}\n`);
}

function cellOf(row: Record<string, any>, name: string): string | null {
  const value = name.startsWith(ATTRIBUTE) ? row.attributes[name.slice(ATTRIBUTE.length)] : row[name];
  if (value === null || value === undefined) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What has no value is left out. */
async function print(row: object) {
  await write(`${JSON.stringify(row, (_, value) => value ?? undefined)}\n`);
}

/** The bytes of the file, as they come: readline would read a thousand lines ahead, and so most files. */
async function* sent(): AsyncGenerator<Uint8Array> {
  let rest = "";
  for await (const text of process.stdin.setEncoding("latin1")) {
    const lines = `${rest}${text}`.split("\n");
    rest = lines.pop()!;
    for (const line of lines) {
      if (line === ".") return;
      if (line === "!") throw new RefusedFile(CUT);
      yield Buffer.from(line, "base64");
    }
  }
  throw new RefusedFile(CUT);
}

function kindOf(): MasterKindName {
  const kind = MASTER_KINDS.find((name) => name === values.what);
  if (!kind) throw new RefusedFile(`--what is "${values.what}": use ${MASTER_KINDS.join(", ")}`);
  return kind;
}
