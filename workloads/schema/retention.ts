import {chunksOf} from "../lib/chunks.ts";
import {number} from "../lib/environment.ts";
import {SchemaProblem} from "./migrations.ts";
import {ADMINISTRATOR, attempt, locked} from "./postgres.ts";

const TABLES = ["telemetry", "telemetry_hourly", "vehicle_window", "vehicle_alert", "vehicle_late", "prediction"];
/** A chunk that is dropped takes a handful of locks, with its indexes; a server has 6,400 as it comes. */
const DROPPED_AT_ONCE = 50;

/**
 * Drops the chunks whose newest row is past the retention, oldest first, some in a transaction, so that any number of them goes and what is
 * dropped stays so. The Apache build of TimescaleDB has no policy for it.
 */
export async function dropOldChunks(): Promise<void> {
  const age = `${number("RETENTION_SECONDS")} seconds`;
  for (const table of TABLES) {
    const ends = await locked(async (client) => {
      const [chunks, {rows}] = [
        await chunksOf(client, table),
        await client.query("SELECT now() - $1::interval AS until", [age]),
      ];
      return chunks.map(({end}) => end).filter((end) => end <= rows[0].until);
    });
    for (const until of everyNth(ends, DROPPED_AT_ONCE)) await dropUntil(table, until);
  }
}

async function dropUntil(table: string, until: Date) {
  const drop = `SELECT drop_chunks('${table}', older_than => timestamptz '${until.toISOString()}')`;
  const refused = await locked((client) => attempt(client, drop));
  if (refused) throw new SchemaProblem(`old chunks cannot be dropped (${refused}): ${ADMINISTRATOR}`);
}

/** Each nth and the last one. */
export const everyNth = <T>(all: T[], n: number): T[] =>
  all.filter((_, at) => at % n === n - 1 || at === all.length - 1);
