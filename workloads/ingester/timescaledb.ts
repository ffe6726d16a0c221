import type pg from "pg";
import {type EventColumn, kindOf} from "../../api/event/columns.ts";
import {type Found, firstOfEach} from "../../api/event/identity.ts";
import {FLAG_COLUMN} from "../../api/event/quality.ts";
import {COLUMNS} from "../../api/event.ts";
import {chunksOf} from "../lib/chunks.ts";
import {eventColumns, positionColumns} from "../lib/event-columns.ts";
import {inTransaction, openPool, pooled} from "../lib/postgres.ts";
import type {Row} from "../telemetry.ts";
import {copyIn} from "./copy.ts";
import {copied, copyRows} from "./copy-rows.ts";
import type {Habit} from "./habit.ts";
import {isRefusal, troubleOf} from "./postgres-errors.ts";
import type {Store} from "./store.ts";
import {askOf, columnsOf, sorted, typesOf} from "./timescaledb-known.ts";
import {timescaledbSpecs} from "./timescaledb-specs.ts";

/** For batches, beside one for questions: these must not wait for a batch of a slow store. */
export const CONNECTIONS = 3;
const FETCH_BYTES = 2_097_152;
/** Twice as many batches as connections. */
const ALL_FETCH_BYTES = 2 * CONNECTIONS * FETCH_BYTES;
const ROWS_PER_STATEMENT = 4_000;
/** What a fetch has of a partition, in most cases: fewer commits, and more of the same pages at once. */
const ROWS_PER_COPY = 32_000;
/** A hundred times what a statement takes; one that ends here is tried again. */
const STATEMENT_MS = 20_000;

/** The statements that write rows with these columns beside those of the list. */
function statementsOf(columns: EventColumn[], position: EventColumn[]) {
  const types = typesOf(columns);
  const names = [...COLUMNS, "extra", FLAG_COLUMN, ...columns.map(({name}) => `"${name}"`)];
  const values = [
    ...COLUMNS,
    "extra::jsonb",
    `${FLAG_COLUMN}::smallint`,
    ...columns.map((column) => `"${column.name}"::${kindOf(column).postgres}`),
  ];
  return {
    insert: `INSERT INTO telemetry (${names})
SELECT ${values}
FROM unnest(${types.map((type, at) => `$${at + 1}::${type}[]`)})
  AS event(${names})
ON CONFLICT DO NOTHING`,
    copy: `COPY telemetry (${copied(columns)}) FROM STDIN (FORMAT binary)`,
    ask: askOf(columns, position),
    columns,
    position,
  };
}

type Statements = ReturnType<typeof statementsOf>;

/** TimescaleDB by libpq's PG* environment variables. */
export function openTimescaleDB(): Store {
  const pool = openPool(CONNECTIONS + 1, STATEMENT_MS);
  const position = positionColumns();
  const statements = statementsOf([...eventColumns(), ...position], position);
  return {
    name: "timescaledb",
    fetchBytes: FETCH_BYTES,
    allFetchBytes: ALL_FETCH_BYTES,
    batches: CONNECTIONS,
    async write(batch, habit) {
      // A vehicle's rows one after another meet in the same pages of the key's index: a fifth less work for PostgreSQL.
      const {rows, ...found} = firstOfEach(statements.columns, batch, position.length > 0);
      add(found, await pooled(pool, (client) => put(client, statements, rows, habit)));
      return found;
    },
    specs: timescaledbSpecs(pool),
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
  pooled(pool, (client) => inTransaction(client, () => chunksOf(client, "telemetry"), "READ ONLY"));

/**
 * Writes rows, those of a statement together: by COPY, at half the cost, where none is expected to be there; otherwise the store is asked first
 * which are. COPY takes all rows or none, so that INSERT has the last word on what it refuses, which may be COPY itself: row-level security does.
 */
async function put(client: pg.PoolClient, statements: Statements, rows: Row[], habit?: Habit): Promise<Found> {
  const found: Found = {repeated: [], taken: []};
  let asksUntil = 0;
  for (let at = 0; at < rows.length; ) {
    const asks = !habit || habit.asks || at < asksUntil;
    const part = rows.slice(at, at + (asks ? ROWS_PER_STATEMENT : ROWS_PER_COPY));
    const old = await (asks ? putAsked(client, statements, part, habit) : putLater(client, statements, part, habit));
    if (old) {
      add(found, old);
      habit?.wrote(part);
      at += part.length;
    } else asksUntil = at + part.length;
  }
  return found;
}

const rowsOf = ({repeated, taken}: Found) => [...repeated, ...taken.map(({row}) => row)];

function add({repeated, taken}: Found, more: Found): void {
  for (const row of more.repeated) repeated.push(row);
  for (const one of more.taken) taken.push(one);
}

/** By COPY, having asked for what is no later than others of its vehicle; undefined if one was there all the same, and nothing is written. */
async function putLater(client: pg.PoolClient, statements: Statements, rows: Row[], habit: Habit) {
  const found: Found = {repeated: [], taken: []};
  const older = habit.older(rows);
  for (let at = 0; at < older.length; at += ROWS_PER_STATEMENT)
    add(found, await sorted(client, statements, older.slice(at, at + ROWS_PER_STATEMENT)));
  const there = new Set(rowsOf(found));
  const left = there.size > 0 ? rows.filter((row) => !there.has(row)) : rows;
  const isIn = left.length === 0 || (await copy(client, statements, left));
  if (isIn) habit.took();
  else habit.collided();
  return isIn ? found : undefined;
}

async function putAsked(client: pg.PoolClient, statements: Statements, rows: Row[], habit?: Habit): Promise<Found> {
  const {fresh, ...found} = await sorted(client, statements, rows);
  if (habit) {
    const there = rowsOf(found);
    habit.found(there.length - habit.older(there).length);
  }
  if (fresh.length === 0 || (habit && (await copy(client, statements, fresh)))) return found;
  const {rowCount} = await client.query(statements.insert, columnsOf(fresh, statements.columns));
  if (rowCount === fresh.length) return found;
  // Another process was quicker.
  const {taken} = await sorted(client, statements, fresh);
  return {...found, taken: [...found.taken, ...taken]};
}

/** Whether COPY has taken the rows. */
async function copy(client: pg.PoolClient, {copy: statement, columns}: Statements, rows: Row[]): Promise<boolean> {
  try {
    await copyIn(client, statement, copyRows(rows, columns));
    return true;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return false;
  }
}
