import {createLot, upload} from "../../ingester/lake-lot.ts";
import type {Objects} from "../../lake/iceberg/objects.ts";
import type {Head, Table} from "../../lake/iceberg/table.ts";
import type {LiveFile, NewFile} from "../../lake/iceberg/types.ts";
import {PREDICTIONS} from "../../lake/tables.ts";
import {erasedOf, erasedText} from "../../lake/upkeep/erased.ts";
import {byDay} from "../../lake/upkeep/tables.ts";
import {createBuffer} from "./buffer.ts";
import {COPIED, copiedAfter, copiedOf, nameOf, type There, verdictOf} from "./days.ts";
import {type Day, readDay} from "./timescaledb.ts";

interface Parts {
  table: Table;
  objects: Pick<Objects, "write">;
  /** The first day of this run, in days since 1970. */
  first: number;
  /** Of TimescaleDB. */
  retentionMs: number | undefined;
  now: number;
}

interface Outcome {
  verdict: ReturnType<typeof verdictOf>;
  /** That were copied. */
  rows: number;
}

/** As many as are held in memory, and go into one file. */
const FILE_ROWS = 250_000;
/** Others seldom change what a day is copied by. */
const ATTEMPTS = 5;

/**
 * Makes a day of the lake what TimescaleDB has of it, in one commit: the day's files go, and new ones come. Until then nothing of it is seen, and of a
 * run that was ended there are files that nothing leads to, which maintenance removes.
 */
export async function copyDay(parts: Parts, day: number): Promise<Outcome> {
  for (let tries = 0; tries < ATTEMPTS; tries++) {
    const head = await parts.table.load();
    const read = await readDay(day, (source) => readFor(parts, day, head, source));
    if (!("added" in read)) return read;
    if (await commitDay(parts, day, head, read)) return {verdict: "copied", rows: read.there.rows};
  }
  throw new Error(
    `${nameOf(day)} was changed by others while it was copied, ${ATTEMPTS} times: the next run tries again`,
  );
}

interface Read {
  there: There;
  added: NewFile[];
}

const filesOf = async ({table}: Parts, day: number, head: Head): Promise<LiveFile[]> =>
  byDay(head, await table.files(head, {from: day, to: day})).get(day) ?? [];

/** What TimescaleDB has of the day, in files of the bucket; or that nothing is to be done. */
async function readFor(parts: Parts, day: number, head: Head, source: Day): Promise<Read | Outcome> {
  const text = erasedText(head.metadata);
  const leftOut = text === "{}" ? [] : erasedOf(text, await source.vehicles());
  const there = await source.there(leftOut);
  const rows = (await filesOf(parts, day, head)).reduce((sum, file) => sum + file.rows, 0);
  const about = {day, there, rows, copied: copiedOf(head.metadata)};
  const verdict = verdictOf(about, parts.retentionMs, parts.now);
  if (verdict !== "copied") return {verdict, rows: 0};
  const added: NewFile[] = [];
  let buffer = createBuffer(day);
  const flush = async () => {
    const lot = createLot(buffer);
    if (buffer.rows > 0) await upload(lot, head, parts.objects, PREDICTIONS);
    added.push(...lot.files.values());
    buffer = createBuffer(day);
  };
  for await (const row of source.rows(leftOut)) {
    buffer.add(row);
    if (buffer.rows === FILE_ROWS) await flush();
  }
  await flush();
  return {there, added};
}

/**
 * Returns whether the day is what was read. It is not if a vehicle was erased since, or another run has copied the day; new files are then left to
 * maintenance, as a commit whose answer was lost may still come.
 */
async function commitDay(parts: Parts, day: number, {metadata: before}: Head, {there, added}: Read): Promise<boolean> {
  const {table, first, now} = parts;
  const erased = erasedText(before);
  let isStill = true;
  const after = await table.commit(async (head) => {
    const copied = copiedOf(head.metadata);
    isStill = erasedText(head.metadata) === erased && copied.days[day] === copiedOf(before).days[day];
    if (!isStill) return {};
    const summary = {[COPIED]: JSON.stringify(copiedAfter(copied, {day, there, first}, now))};
    return {change: {operation: "overwrite", added, removed: await filesOf(parts, day, head), summary}};
  });
  // A vehicle that is erased is noted beside the rows, and so between the two.
  return isStill && erasedText(after.metadata) === erased;
}
