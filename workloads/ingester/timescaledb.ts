import type pg from "pg";
import {COLUMNS, FIGURE_NAMES} from "../../api/event.ts";
import {chunksOf} from "../lib/chunks.ts";
import {openPool} from "../lib/postgres.ts";
import type {Row} from "../telemetry.ts";
import {float8Array, textArray, timestamptzArray} from "./arrays.ts";
import {isRefusal, troubleOf} from "./postgres-errors.ts";
import type {Store} from "./store.ts";

const CONNECTIONS = 3;
const ROWS_PER_INSERT = 4_000;
/** A hundred times what an insert takes; one that ends here is tried again. */
const STATEMENT_MS = 20_000;

const TYPES = ["text", "timestamptz", ...FIGURE_NAMES.map(() => "float8"), "text"];
const INSERT = `INSERT INTO telemetry (${COLUMNS}, extra)
SELECT ${COLUMNS}, extra::jsonb
FROM unnest(${TYPES.map((type, at) => `$${at + 1}::${type}[]`)})
  AS event(${COLUMNS}, extra)
ON CONFLICT DO NOTHING`;

/** TimescaleDB by libpq's PG* environment variables. */
export function openTimescaleDB(): Store {
  const pool = openPool(CONNECTIONS, STATEMENT_MS);
  return {
    name: "timescaledb",
    async write(batch) {
      // A vehicle's rows one after another meet in the same pages of the key's index: a fifth less work for PostgreSQL.
      const rows = [...Map.groupBy(batch, ({vehicle_id}) => vehicle_id).values()].flat();
      for (let at = 0; at < rows.length; at += ROWS_PER_INSERT) {
        await pool.query(INSERT, columnsOf(rows.slice(at, at + ROWS_PER_INSERT)));
      }
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

async function allChunks(pool: pg.Pool) {
  const client = await pool.connect();
  try {
    await client.query("BEGIN READ ONLY");
    const chunks = await chunksOf(client, "telemetry");
    await client.query("COMMIT");
    client.release();
    return chunks;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/** The rows by column: what PostgreSQL takes at the least cost, for it and for us. */
function columnsOf(rows: Row[]): Buffer[] {
  return [
    textArray(rows.map(({vehicle_id}) => vehicle_id)),
    timestamptzArray(rows.map(({ts}) => ts)),
    ...FIGURE_NAMES.map((name) => float8Array(rows.map((row) => row[name]))),
    textArray(rows.map(({extra}) => extra)),
  ];
}
