import type {DuckDBConnection} from "@duckdb/node-api";
import {VEHICLE} from "../../../api/event.ts";
import {named, quoted} from "../duckdb.ts";
import {Removed} from "../iceberg/change.ts";
import {currentSchema, headOf, type LiveFile, type TableMetadata} from "../iceberg/types.ts";
import {DEAD_LETTERS, PREDICTIONS} from "../tables.ts";
import {withErased} from "./erased.ts";
import {rewrite} from "./rewrite.ts";
import {GRACE_MS, reachable, sweep} from "./sweep.ts";
import {hasDeletes, type Lake, type Tended} from "./tables.ts";

interface Erased {
  table: string;
  rows: number;
  /** Files that held them, and are gone. */
  files: number;
}

/** Compaction may take the same files away meanwhile. */
const ATTEMPTS = 5;

/**
 * Removes every row of a vehicle, and each file and snapshot that still has one: nothing of before can be restored. Of dead letters, those that name it.
 */
export async function erase(lake: Lake, connection: DuckDBConnection, vehicle: string, now: number): Promise<Erased[]> {
  const erased: Erased[] = [];
  for (const table of lake.tables) erased.push(await eraseIn(lake, table, connection, vehicle, now));
  return erased;
}

async function eraseIn(
  lake: Lake,
  table: Tended,
  connection: DuckDBConnection,
  vehicle: string,
  now: number,
): Promise<Erased> {
  const {objects} = lake;
  const answer: Erased = {table: table.name, rows: 0, files: 0};
  const isLetters = table.name === DEAD_LETTERS;
  const without = isLetters ? namesIt(vehicle) : `${named(VEHICLE.name)} = ${quoted(vehicle)}`;
  // Before its rows are looked for: a copy that is under way sees it, or is seen.
  if (table.name === PREDICTIONS)
    await table.commit(({metadata}) => ({updates: withErased(metadata, {vehicle, until: now})}));
  for (let tries = 1; ; tries++) {
    const head = await table.load();
    if (hasDeletes(head))
      throw new Error(`${table.name} has deletes of another engine: erase the vehicle with that engine`);
    const files = (await table.files(head)).filter((file) => isLetters || mayHold(head.metadata, file, vehicle));
    try {
      for (const ofDay of Map.groupBy(files, ({partition}) => JSON.stringify(partition)).values()) {
        const held: LiveFile[] = [];
        for (const file of ofDay) {
          const query = `SELECT count(*) FROM read_parquet(${quoted(file.path)}) WHERE ${without}`;
          const [[rows]] = (await connection.runAndReadAll(query)).getRows() as [[bigint]];
          if (rows === 0n) continue;
          answer.rows += Number(rows);
          held.push(file);
        }
        if (held.length === 0) continue;
        const added = await rewrite(
          {connection, objects, metadata: head.metadata, sortedBy: table.sortedBy},
          {files: held, without},
        );
        await table.commit({change: {operation: "overwrite", added, removed: held}});
        answer.files += held.length;
      }
      break;
    } catch (error) {
      if (!(error instanceof Removed) || tries === ATTEMPTS) throw error;
      answer.rows = 0;
    }
  }
  await forget(lake, table, now);
  return answer;
}

/** Nothing but the newest snapshot stays, and of the files that others led to none. */
async function forget({objects}: Lake, table: Tended, now: number): Promise<void> {
  const before = await reachable(await table.load(), objects);
  await table.commit(({metadata}) => {
    const head = headOf(metadata)?.["snapshot-id"];
    const gone = (metadata.snapshots ?? []).map((snapshot) => snapshot["snapshot-id"]).filter((id) => id !== head);
    return {updates: gone.length > 0 ? [{action: "remove-snapshots", "snapshot-ids": gone}] : []};
  });
  await sweep(await table.load(), objects, (modified, uri) => before.has(uri) || now - modified.getTime() > GRACE_MS);
}

/** By the file's bounds; one without bounds may. */
function mayHold(metadata: TableMetadata, {lower, upper}: LiveFile, vehicle: string): boolean {
  const id = currentSchema(metadata).fields.find(({name}) => name === VEHICLE.name)?.id ?? -1;
  const [least, most, wanted] = [lower.get(id), upper.get(id), Buffer.from(vehicle)];
  return (!least || Buffer.compare(least, wanted) <= 0) && (!most || Buffer.compare(most, wanted) >= 0);
}

/** A letter is what somebody sent: the vehicle may be anywhere in it. What is no text is searched as it is. */
function namesIt(vehicle: string): string {
  const pattern = `(^|[^A-Za-z0-9._:-])${vehicle.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}([^A-Za-z0-9._:-]|$)`;
  return ["key", "value"]
    .map((column) => {
      const text = `TRY(decode(${named(column)}))`;
      const bytes = `contains(CAST(${named(column)} AS VARCHAR), ${quoted(vehicle)})`;
      return `(regexp_matches(${text}, ${quoted(pattern)}) OR (${text} IS NULL AND ${bytes}))`;
    })
    .join(" OR ");
}
