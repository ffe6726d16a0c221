import type pg from "pg";
import {connected, inTransaction} from "../lib/postgres.ts";

/** Serialises set-ups that run at the same time. */
const LOCK = 7_306_201;

/** One transaction that no other set-up runs beside. */
export const locked = <T>(work: (client: pg.Client) => Promise<T>): Promise<T> =>
  connected((client) =>
    inTransaction(client, async () => {
      await client.query("SELECT pg_advisory_xact_lock($1)", [LOCK]);
      return work(client);
    }),
  );

/** The remedy where our role may not act itself. */
export const ADMINISTRATOR =
  "have an administrator run what `node workloads/schema/main.ts timescaledb-script` prints, or give the role the right to";

/** Runs statements that may be refused; returns why, or undefined. A lost connection is no refusal. */
export async function attempt(client: pg.Client, ...statements: string[]): Promise<string | undefined> {
  await client.query("SAVEPOINT attempt");
  try {
    for (const statement of statements) await client.query(statement);
    await client.query("RELEASE SAVEPOINT attempt");
    return undefined;
  } catch (error) {
    const {code} = error as {code?: string};
    if (code?.length !== 5 || TRANSIENT.test(code)) throw error;
    await client.query("ROLLBACK TO SAVEPOINT attempt");
    return (error as Error).message;
  }
}

/** Connection, conflict, resources, shutdown, by the class of the SQLSTATE: the same may work in a moment. */
const TRANSIENT = /^(08|25|40|53|55|57|58|XX)/;
