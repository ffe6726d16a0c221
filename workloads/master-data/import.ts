import type pg from "pg";
import {csvCell} from "../../api/csv.ts";
import {type MasterKindName, masterKind} from "../../api/master-data.ts";
import {copyIn} from "../ingester/copy.ts";
import {csvRows} from "./csv.ts";
import {createProblems, type Problems, RefusedFile} from "./problems.ts";
import {type Heading, headingOf, rowOf} from "./rows.ts";
import * as statements from "./statements.ts";

/** What an import has changed, or would change: rows by what became of them, and groups and drivers that vehicles made on the way. */
interface Imported {
  what: MasterKindName;
  rows: number;
  new: number;
  changed: number;
  corrected: number;
  unchanged: number;
  ended: number;
  groups?: number;
  drivers?: number;
}

interface Options {
  kind: MasterKindName;
  /** The file is the whole list: rows that it does not have end. */
  complete: boolean;
  dryRun: boolean;
}

const BATCH = 2_000;
const IDLE_MS = 300_000;
/** Another import takes seconds. */
const WAIT_MS = 120_000;

/**
 * Takes a CSV file into the tables, in one transaction: all of it or nothing. A dry run does the same, and then takes it back.
 *
 * @throws RefusedFile naming the lines of what is wrong with it
 */
export async function importFile(
  client: pg.Client,
  file: AsyncIterable<Uint8Array>,
  options: Options,
): Promise<Imported> {
  const {kind, complete, dryRun} = options;
  await client.query("BEGIN");
  // A file that stops coming must not hold a transaction open for hours.
  await client.query(`SET LOCAL idle_in_transaction_session_timeout = ${IDLE_MS}`);
  await client.query(statements.incoming(kind));
  const problems = createProblems();
  const heading = await stage(client, kind, file, problems);
  problems.check();
  await client.query("ANALYZE incoming");
  await refuseTwice(client, problems);
  // Waits for another import, which may have begun before the file was read.
  await client.query(`SET LOCAL lock_timeout = ${WAIT_MS}`);
  await client.query(statements.LOCK).catch((error: Error & {code?: string}) => {
    throw error.code === "55P03" ? new RefusedFile("another import is under way: try again when it has ended") : error;
  });
  const [{now}] = (await client.query("SELECT quote_literal(clock_timestamp()) || '::timestamptz' AS now")).rows;
  for (const {line, valid_from} of await rowsOf(client, statements.FUTURE(now)))
    problems.add(line, `valid_from ${valid_from.toISOString()} is in the future: import the row when it has come`);
  const made = kind === "vehicles" ? await refer(client, heading, now, problems) : {};
  problems.check();
  await client.query(statements.change(kind, heading, now));
  for (const {line, name, begun} of await rowsOf(client, statements.OLD))
    problems.add(
      line,
      `valid_from is before ${begun.toISOString()}, from which on ${masterKind(kind).one} "${name}" is known to be otherwise: history is not written anew`,
    );
  problems.check();
  for (const statement of statements.apply(kind)) await client.query(statement);
  const ended = complete ? ((await client.query(statements.closeMissing(kind, now))).rowCount ?? 0) : 0;
  if (kind === "groups") await refuseCircles(client, problems);
  const counts = await countsOf(client);
  await client.query(dryRun ? "ROLLBACK" : "COMMIT");
  return {what: kind, ...counts, ended, ...made};
}

/** Reads the file into `incoming`, as long as it is sound; returns its heading. */
async function stage(client: pg.Client, kind: MasterKindName, file: AsyncIterable<Uint8Array>, problems: Problems) {
  let heading: Heading | undefined;
  let batch: string[] = [];
  let sound = true;
  let rows = 0;
  const refuse = (line: number, ...found: string[]) => {
    sound = false;
    batch = [];
    problems.add(line, ...found);
  };
  for await (const found of csvRows(file)) {
    if ("problem" in found) {
      refuse(found.line, found.problem);
      if (!heading) break;
      continue;
    }
    if (!heading) {
      const read = headingOf(kind, found.cells);
      if (Array.isArray(read)) {
        refuse(found.line, ...read);
        break;
      }
      heading = read;
      continue;
    }
    rows++;
    const row = rowOf(kind, heading, found.cells);
    if (Array.isArray(row)) {
      refuse(found.line, ...row);
      continue;
    }
    if (!sound) continue;
    const {key, given, validFrom, attributes} = row;
    batch.push(
      [String(found.line), key, ...given, validFrom, JSON.stringify(attributes)].map((cell) => csvCell(cell)).join(),
    );
    if (batch.length >= BATCH) await flush(client, heading, batch.splice(0));
  }
  problems.check();
  if (!heading || rows === 0)
    throw new RefusedFile(
      `the file has no ${heading ? "rows" : "lines"}: its first line names the columns, and each further line is a ${masterKind(kind).one}; nothing was imported`,
    );
  if (batch.length > 0) await flush(client, heading, batch);
  return heading;
}

const [COPY_DATA, COPY_DONE] = [0x64, 0x63];

function flush(client: pg.Client, {given}: Heading, lines: string[]): Promise<void> {
  const data = Buffer.from(`${lines.join("\n")}\n`);
  const messages = Buffer.alloc(5 + data.length + 5);
  messages.writeUInt8(COPY_DATA, 0);
  messages.writeInt32BE(4 + data.length, 1);
  data.copy(messages, 5);
  messages.writeUInt8(COPY_DONE, 5 + data.length);
  messages.writeInt32BE(4, 6 + data.length);
  const columns = ["line", "key", ...given, "valid_from", "attributes"];
  return copyIn(client, `COPY incoming (${columns}) FROM STDIN (FORMAT csv)`, messages);
}

async function refuseTwice(client: pg.Client, problems: Problems) {
  for (const {name, lines} of await rowsOf(client, statements.TWICE))
    problems.add(Number(lines[1]), `"${name}" is on line ${lines[0]} already: leave one of them out`);
  problems.check();
}

/** Groups and drivers of vehicles: by id, by name, or else made. */
async function refer(client: pg.Client, {given}: Heading, now: string, problems: Problems) {
  const made = {groups: 0, drivers: 0};
  for (const [at, reference] of statements.REFERENCES.entries()) {
    if (!given.includes(reference.key)) continue;
    for (const {line, name} of await rowsOf(client, statements.ambiguous(reference)))
      problems.add(
        Number(line),
        `more than one ${reference.one} is named "${name}": write the ${reference.key} instead`,
      );
    await client.query(statements.resolve(reference));
    const {rowCount} = await client.query(statements.makeMissing(reference, now));
    made[at === 0 ? "groups" : "drivers"] = rowCount ?? 0;
  }
  return made;
}

async function refuseCircles(client: pg.Client, problems: Problems) {
  for (const {line, name} of await rowsOf(client, statements.ORPHANS))
    problems.add(Number(line), `parent "${name}" is no group: add a row for it`);
  for (const {line, name} of await rowsOf(client, statements.CIRCLES))
    problems.add(Number(line), `group "${name}" would be above itself: give one of them another parent`);
  problems.check();
}

async function countsOf(client: pg.Client) {
  const counts = {rows: 0, new: 0, changed: 0, corrected: 0, unchanged: 0};
  const rows = await rowsOf(client, "SELECT outcome, count(*)::int AS count FROM change GROUP BY 1");
  for (const {outcome, count} of rows) {
    counts[outcome as "new"] = count;
    counts.rows += count;
  }
  return counts;
}

const rowsOf = async (client: pg.Client, statement: string): Promise<any[]> => (await client.query(statement)).rows;
