import {basename} from "node:path";
import {parseArgs} from "node:util";
import {exitFlushed, write} from "../lib/output.ts";
import {rangeOf} from "../query/range.ts";
import {readerConnection} from "./connection.ts";
import {sendBytes} from "./files.ts";
import type {LiveFile} from "./iceberg/types.ts";
import {EVENTS} from "./tables.ts";
import {byDay, hasDeletes, type Tended, withLake} from "./upkeep/tables.ts";

/**
 * Sends the data files of the events as they are (files.ts), each in a folder of its day; of a range those of its days. Progress goes to stderr, with the
 * mark from which on a copy that was cut off goes on.
 */
const DAY_MS = 86_400_000;
const PIECE = 4 * 1_048_576;

const {values} = parseArgs({options: {since: {type: "string"}, until: {type: "string"}, resume: {type: "string"}}});

try {
  await withLake(async ({tables, objects}) => {
    const files = await filesOf(tables.find(({name}) => name === EVENTS)!);
    if (files.length === 0) console.error("no files");
    let rows = 0;
    for (const [at, {name, file}] of files.entries()) {
      await sendBytes(name, file.bytes, pieces(file), write);
      rows += file.rows;
      console.error(JSON.stringify({part: at + 1, parts: files.length, resume: name, rows}));
    }

    async function* pieces({path, bytes}: LiveFile): AsyncIterable<Buffer> {
      for (let from = 0; from < bytes; from += PIECE)
        yield await objects.readPart(path, from, Math.min(bytes, from + PIECE));
    }
  }, readerConnection());
  await exitFlushed(0);
} catch (error) {
  console.error((error as Error).message);
  await exitFlushed(2);
}

async function filesOf(table: Tended): Promise<{name: string; file: LiveFile}[]> {
  const head = await table.load();
  if (hasDeletes(head))
    throw new Error(
      "another engine has deleted rows, which are in the files still: export as json or csv, which leaves them out",
    );
  const {since, until} = rangeOf(values.since, values.until, Date.now(), true);
  const [first, last] = [Math.floor(since.getTime() / DAY_MS), Math.ceil(until.getTime() / DAY_MS) - 1];
  return [...byDay(head, await table.files(head))]
    .filter(([day]) => day >= first && day <= last)
    .flatMap(([day, files]) =>
      files.map((file) => ({
        name: `${new Date(day * DAY_MS).toISOString().slice(0, 10)}/${basename(file.path)}`,
        file,
      })),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .filter(({name}) => values.resume === undefined || name > values.resume);
}
