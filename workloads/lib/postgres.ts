import {readFileSync} from "node:fs";
import pg, {type ClientConfig} from "pg";

/** Bounds and TLS of every connection of ours; the rest is by libpq's PG* variables, which pg reads itself but for the CA. */
export function postgres(): ClientConfig {
  const ca = process.env.PGSSLROOTCERT;
  return {connectionTimeoutMillis: 5_000, ...(ca ? {ssl: {ca: readFileSync(ca, "utf8")}} : {})};
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
