import {readFileSync} from "node:fs";
import pg, {type ClientConfig} from "pg";

/** How long past its own limit a server's answer is waited for: it comes, or the connection has died without a word. */
const ANSWER_MS = 5_000;

/**
 * Bounds and TLS of every connection of ours; the rest is by libpq's PG* variables, which pg reads itself but for the CA.
 *
 * @param statementMs a statement takes no longer, here or at the server; unset: as long as it takes
 */
export function postgres(statementMs?: number): ClientConfig {
  const ca = process.env.PGSSLROOTCERT;
  return {
    connectionTimeoutMillis: 5_000,
    // A server that vanished is noticed after 20 s where nothing else would.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    ...(statementMs ? {statement_timeout: statementMs, query_timeout: statementMs + ANSWER_MS} : {}),
    ...(ca ? {ssl: {ca: readFileSync(ca, "utf8")}} : {}),
  };
}

/** Work by a connection of its own. */
export async function connected<T>(work: (client: pg.Client) => Promise<T>, more: ClientConfig = {}): Promise<T> {
  const client = new pg.Client({...postgres(), ...more});
  // What was asked for is rejected; the connection's own word of it would end the program.
  client.on("error", () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
