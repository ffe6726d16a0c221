import {readFileSync} from "node:fs";
import {connect} from "node:net";
import pg, {type ClientConfig} from "pg";

/**
 * Bounds and TLS of every connection of ours; the rest is by libpq's PG* variables, which pg reads itself but for the CA. Nothing is asked
 * of the server's session: a pooler such as PgBouncer refuses start-up parameters, and in transaction mode it gives each transaction
 * another connection. So no statement has a name, and what is set is set within a transaction.
 *
 * @param statementMs a statement is waited for no longer; unset: as long as it takes
 */
export function postgres(statementMs?: number): ClientConfig {
  const ca = process.env.PGSSLROOTCERT;
  return {
    connectionTimeoutMillis: 5_000,
    // A server that vanished is noticed after 20 s where nothing else would.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    ...(statementMs ? {query_timeout: statementMs} : {}),
    ...(ca ? {ssl: {ca: readFileSync(ca, "utf8")}} : {}),
  };
}

/** A few connections, each replaced when it broke, or when a statement took longer than that. */
export function openPool(connections: number, statementMs: number): pg.Pool {
  const pool = new pg.Pool({...postgres(statementMs), max: connections});
  // An idle connection that the server closed; the pool replaces it.
  pool.on("error", () => {});
  // One in use, of which the pool says nothing: the query is rejected already, and its own error would end the program.
  pool.on("connect", (client) => void client.on("error", () => {}));
  pool.on("release", (error, client) => {
    if (error?.message === TIMEOUT) cancel(client as unknown as Session);
  });
  return pool;
}

/** The message of pg for a statement that took too long; its connection is of no use any more. */
const TIMEOUT = "Query read timeout";

interface Session {
  host: string;
  port: number;
  processID: number;
  secretKey: number;
}

const CANCEL = 80_877_102;

/** Tells the server that nobody waits for the statement any more: it would go on to hold a connection, and wait for its locks. */
function cancel({host, port, processID, secretKey}: Session) {
  const request = Buffer.alloc(16);
  for (const [place, word] of [16, CANCEL, processID, secretKey].entries()) request.writeInt32BE(word, place * 4);
  const socket = connect({host, port, timeout: 5_000});
  socket.on("error", () => {}).on("timeout", () => socket.destroy());
  socket.end(request);
}

/** Work by a connection of its own. */
export async function connected<T>(work: (client: pg.Client) => Promise<T>, more: ClientConfig = {}): Promise<T> {
  const client = new pg.Client({...postgres(), ...more});
  // The query is rejected already; the connection's own error would end the program.
  client.on("error", () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Work by a connection of the pool, which closes one whose work failed, and with it its transaction. */
export async function pooled<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
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

/** Work in one transaction. After an error the connection has to be closed: nothing is rolled back here. */
export async function inTransaction<T>(
  client: Pick<pg.Client, "query">,
  work: () => Promise<T>,
  mode: "" | "READ ONLY" = "",
): Promise<T> {
  await client.query(`BEGIN ${mode}`);
  const done = await work();
  await client.query("COMMIT");
  return done;
}

/** A connection that reads one state of the database for as long as it is open, by libpq's PG* variables. */
export async function openSnapshot(): Promise<pg.Client> {
  const client = new pg.Client(postgres());
  // The query is rejected already; the connection's own error would end the program without a reason.
  client.on("error", () => {});
  await client.connect();
  await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  return client;
}

const FETCHED = 5_000;

/**
 * The rows of a statement, some thousand at a time. Within a transaction; one statement after another.
 *
 * @param rowMode unset: each row is an object by the names of its columns
 */
export async function* cursorParts<T>(
  client: pg.ClientBase,
  sql: string,
  values: unknown[] = [],
  rowMode?: "array",
): AsyncIterable<T[]> {
  await client.query(`DECLARE part CURSOR FOR ${sql}`, values);
  const fetch = {text: `FETCH ${FETCHED} FROM part`, rowMode} as pg.QueryConfig;
  try {
    for (;;) {
      const {rows} = await client.query(fetch);
      yield rows as T[];
      if (rows.length < FETCHED) break;
    }
  } finally {
    // After an error there is none any more, and that error is the one to be heard of.
    await client.query("CLOSE part").catch(() => {});
  }
}

/** The same, row by row. */
export async function* cursorRows<T>(...parameters: Parameters<typeof cursorParts>): AsyncIterable<T> {
  for await (const rows of cursorParts<T>(...parameters)) yield* rows;
}
