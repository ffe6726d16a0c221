import type pg from "pg";
import {type EventColumn, kindOf, textOf} from "../../api/event/columns.ts";
import {COLUMNS, FIGURE_NAMES} from "../../api/event.ts";
import {chunksOf} from "../lib/chunks.ts";
import {eventColumns} from "../lib/event-columns.ts";
import {openPool} from "../lib/postgres.ts";
import type {Row} from "../telemetry.ts";
import {float8Array, textArray, timestamptzArray} from "./arrays.ts";
import {copyIn} from "./copy.ts";
import {copied, copyRows} from "./copy-rows.ts";
import type {Habit} from "./habit.ts";
import {isRefusal, troubleOf} from "./postgres-errors.ts";
import type {Store} from "./store.ts";

export const CONNECTIONS = 3;
const FETCH_BYTES = 4_194_304;
const ROWS_PER_STATEMENT = 4_000;
/** A hundred times what a statement takes; one that ends here is tried again. */
const STATEMENT_MS = 20_000;

/** The statements that write rows with these columns beside those of the list. */
function statementsOf(columns: EventColumn[]) {
  const types = ["text", "timestamptz", ...FIGURE_NAMES.map(() => "float8"), "text", ...columns.map(() => "text")];
  const names = [...COLUMNS, "extra", ...columns.map(({name}) => `"${name}"`)];
  const values = [
    ...COLUMNS,
    "extra::jsonb",
    ...columns.map((column) => `"${column.name}"::${kindOf(column).postgres}`),
  ];
  return {
    insert: `INSERT INTO telemetry (${names})
SELECT ${values}
FROM unnest(${types.map((type, at) => `$${at + 1}::${type}[]`)})
  AS event(${names})
ON CONFLICT DO NOTHING`,
    copy: `COPY telemetry (${copied(columns)}) FROM STDIN (FORMAT binary)`,
    columns,
  };
}

/** TimescaleDB by libpq's PG* environment variables. */
export function openTimescaleDB(): Store {
  const pool = openPool(CONNECTIONS, STATEMENT_MS);
  const statements = statementsOf(eventColumns());
  return {
    name: "timescaledb",
    fetchBytes: FETCH_BYTES,
    async write(batch, habit) {
      // A vehicle's rows one after another meet in the same pages of the key's index: a fifth less work for PostgreSQL.
      const rows = [...Map.groupBy(batch, ({vehicle_id}) => vehicle_id).values()].flat();
      await connected(pool, async (client) => {
        for (let at = 0; at < rows.length; at += ROWS_PER_STATEMENT)
          await put(client, statements, rows.slice(at, at + ROWS_PER_STATEMENT), habit);
      });
    },
    isRefusal,
    troubleOf,
    newest: () => newestOf(pool),
    close: () => pool.end(),
  };
}

const NEWEST = "SELECT ts FROM telemetry WHERE ts >= $1 AND ts < $2 ORDER BY ts DESC LIMIT 1";
const DAY_MS = 86_400_000;
/** Later than any event may be. */
const END = new Date("9999-12-31");

/** The last day first; of a table that is silent for longer chunk by chunk, however many there are. */
async function newestOf(pool: pg.Pool): Promise<Date | null> {
  const within = async (start: Date, end: Date) => (await pool.query(NEWEST, [start, end])).rows[0]?.ts;
  const recent = await within(new Date(Date.now() - DAY_MS), END);
  if (recent) return recent;
  for (const {start, end} of (await allChunks(pool)).reverse()) {
    const newest = await within(start, end);
    if (newest) return newest;
  }
  return null;
}

const allChunks = (pool: pg.Pool) =>
  connected(pool, async (client) => {
    await client.query("BEGIN READ ONLY");
    const chunks = await chunksOf(client, "telemetry");
    await client.query("COMMIT");
    return chunks;
  });

/** Work by a connection of the pool, which closes one whose work failed. */
async function connected<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    const done = await work(client);
    client.release();
    return done;
  } catch (error) {
    client.release(error as Error);
    throw error;
  }
}

/**
 * Writes the rows of one statement: by COPY, at half the cost, where none is expected to be there, and by INSERT where one may be. COPY takes
 * all rows or none, so that INSERT has the last word on what it refuses, which may be COPY itself: row-level security does.
 */
async function put(
  client: pg.PoolClient,
  {copy, insert, columns}: ReturnType<typeof statementsOf>,
  rows: Row[],
  habit?: Habit,
): Promise<void> {
  if (habit && !habit.asks) {
    try {
      await copyIn(client, copy, copyRows(rows, columns));
      return habit.took();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      habit.collided();
    }
  }
  const {rowCount} = await client.query(insert, columnsOf(rows, columns));
  habit?.found(rows.length - rowCount!);
}

/** The rows by column: what PostgreSQL takes at the least cost, for it and for us. */
function columnsOf(rows: Row[], columns: EventColumn[]): Buffer[] {
  return [
    textArray(rows.map(({vehicle_id}) => vehicle_id)),
    timestamptzArray(rows.map(({ts}) => ts)),
    ...FIGURE_NAMES.map((name) => float8Array(rows.map((row) => row[name]))),
    textArray(rows.map(({extra}) => extra)),
    ...columns.map((column, at) => textArray(rows.map(({fields}) => textOf(column, fields?.[at] ?? null)))),
  ];
}
