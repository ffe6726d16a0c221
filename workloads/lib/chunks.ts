import type pg from "pg";

/** One chunk of a hypertable: from `start`, including it, to `end`, not including it. */
export interface Chunk {
  start: Date;
  end: Date;
}

const CHUNKS = `SELECT range_start AS start, range_end AS "end" FROM timescaledb_information.chunks
  WHERE hypertable_schema = current_schema() AND hypertable_name = $1 ORDER BY range_start`;

/**
 * The chunks of a table, oldest first; none if there is no such table. Reads the catalog alone, so that no chunk is locked: a query that
 * no time bounds locks each of them, and PostgreSQL has room for a few thousand locks. Within a transaction.
 */
export async function chunksOf(client: pg.ClientBase, table: string): Promise<Chunk[]> {
  // The view is taken for so dear that PostgreSQL compiles what reads it, for seconds.
  await client.query("SET LOCAL jit = off");
  return (await client.query<Chunk>(CHUNKS, [table])).rows;
}
