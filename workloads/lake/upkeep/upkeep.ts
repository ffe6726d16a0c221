import type {DuckDBConnection} from "@duckdb/node-api";
import type {Logger} from "pino";
import {Removed} from "../iceberg/change.ts";
import type {Objects} from "../iceberg/objects.ts";
import type {Head} from "../iceberg/table.ts";
import type {LiveFile} from "../iceberg/types.ts";
import {filesToMerge} from "./compaction.ts";
import {expiredSnapshots} from "./expiry.ts";
import {rewrite} from "./rewrite.ts";
import {type LastRun, STATUS_PROPERTY, statusIn} from "./status.ts";
import {GRACE_MS, sweep} from "./sweep.ts";
import {byDay, hasDeletes, type Tended} from "./tables.ts";

const DAY_MS = 86_400_000;
/** A day is over when late events of it are rare. */
const LATE_MS = 6 * 3_600_000;

/** What a run has done to a table, and how it leaves it. */
interface Outcome {
  table: string;
  at: string;
  /** Files that became others, and how many these are. */
  compacted: {from: number; to: number};
  /** Data files that were older than the retention. */
  dropped: number;
  snapshots: {expired: number; left: number};
  /** Files that nothing led to any more. */
  removed: {files: number; bytes: number};
  files: number;
  bytes: number;
  rows: number;
  problem?: string;
}

interface Parts {
  table: Tended;
  objects: Objects;
  connection: DuckDBConnection;
  retentionMs: number | undefined;
  now: number;
  log: Logger;
}

/** Tends one table: retention, compaction, expiry of snapshots, removal of files. Each step is whole by itself. */
export async function tend(parts: Parts): Promise<Outcome> {
  const {table, objects, now} = parts;
  const dropped = await dropOld(parts);
  const compacted = await compact(parts);
  const expired = await expire(parts, compacted);
  const head = await table.load();
  const removed = await sweep(head, objects, (modified) => now - modified.getTime() > GRACE_MS);
  const files = await table.files(head);
  const sum = (of: (file: LiveFile) => number) => files.reduce((total, file) => total + of(file), 0);
  return {
    table: table.name,
    at: new Date(now).toISOString(),
    compacted: {from: compacted.from, to: compacted.to},
    dropped,
    snapshots: {expired, left: head.metadata.snapshots?.length ?? 0},
    removed,
    files: files.length,
    bytes: sum(({bytes}) => bytes),
    rows: sum(({rows}) => rows),
    ...(compacted.problem ? {problem: compacted.problem} : {}),
  };
}

/** Whole days, and so no row that is younger. */
async function dropOld({table, retentionMs, now}: Parts): Promise<number> {
  if (retentionMs === undefined) return 0;
  let dropped = 0;
  const isOld = (day: number) => (day + 1) * DAY_MS <= now - retentionMs;
  const oldOf = async (head: Head) =>
    [...byDay(head, await table.files(head))].flatMap(([day, files]) => (isOld(day) ? files : []));
  if ((await oldOf(await table.load())).length === 0) return 0;
  await table.commit(async (head) => {
    const removed = await oldOf(head);
    dropped = removed.length;
    return dropped > 0 ? {change: {operation: "delete", removed}} : {};
  });
  return dropped;
}

interface Compacted {
  from: number;
  to: number;
  problem?: string;
}

async function compact(parts: Parts): Promise<Compacted> {
  const {table, now, log} = parts;
  const head = await table.load();
  const done: Compacted = {from: 0, to: 0};
  if (hasDeletes(head)) {
    const problem = `${table.name} has rows that another engine has deleted by files of its own: compact it with that engine`;
    log.warn(problem);
    return {...done, problem};
  }
  for (const [day, files] of byDay(head, await table.files(head))) {
    const isOver = (day + 1) * DAY_MS + LATE_MS <= now;
    const merged = filesToMerge(files, isOver);
    if (merged.length === 0) continue;
    const added = await replaced(parts, merged);
    if (added === undefined) continue;
    done.from += merged.length;
    done.to += added;
    log.info(
      {table: table.name, day: new Date(day * DAY_MS).toISOString().slice(0, 10), from: merged.length, to: added},
      "compacted",
    );
  }
  return done;
}

/** Undefined where somebody else has taken one of them away meanwhile: the next run looks again. */
async function replaced({table, objects, connection}: Parts, files: LiveFile[]): Promise<number | undefined> {
  const {metadata} = await table.load();
  const added = await rewrite({connection, objects, metadata, sortedBy: table.sortedBy}, {files});
  try {
    await table.commit({change: {operation: "replace", added, removed: files}});
    return added.length;
  } catch (error) {
    if (!(error instanceof Removed)) throw error;
    for (const {path} of added) await objects.remove(path);
    return undefined;
  }
}

/** Together with what this run has done, in one commit. */
async function expire({table, now}: Parts, {from, to}: Compacted): Promise<number> {
  let count = 0;
  await table.commit(async (head) => {
    const gone = expiredSnapshots(head.metadata, now);
    count = gone.length;
    const before = statusIn(head.metadata.properties?.[STATUS_PROPERTY]);
    const compacted = from > 0 ? {at: new Date(now).toISOString(), from, to} : before?.compacted;
    const files = await table.files(head);
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    const status: LastRun = {
      at: new Date(now).toISOString(),
      ...(compacted ? {compacted} : {}),
      files: files.length,
      bytes,
    };
    return {
      updates: [
        ...(gone.length > 0 ? [{action: "remove-snapshots", "snapshot-ids": gone}] : []),
        {action: "set-properties", updates: {[STATUS_PROPERTY]: JSON.stringify(status)}},
      ],
    };
  });
  return count;
}
