import pg from "pg";
import {text} from "../lib/environment.ts";
import {connected} from "../lib/postgres.ts";

/**
 * Makes a database for what a program of others remembers, and the role that owns it, which may do nothing else on the server; sets its password.
 * By METADATA_USERNAME, METADATA_PASSWORD and METADATA_DATABASE. Safe to run again at any time.
 *
 * @return the statements that were needed
 */
export const makeOwnDatabase = (): Promise<string[]> =>
  connected(async (client) => {
    const [role, database] = ["USERNAME", "DATABASE"].map((end) => pg.escapeIdentifier(text(`METADATA_${end}`)));
    const is = async (query: string, name: string) => (await client.query(query, [text(name)])).rowCount! > 0;
    const missing = [
      ...((await is("SELECT FROM pg_roles WHERE rolname = $1", "METADATA_USERNAME"))
        ? []
        : [`CREATE ROLE ${role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE`]),
      ...((await is("SELECT FROM pg_database WHERE datname = $1", "METADATA_DATABASE"))
        ? []
        : [`CREATE DATABASE ${database} OWNER ${role}`, `REVOKE ALL ON DATABASE ${database} FROM PUBLIC`]),
    ];
    for (const statement of missing) await client.query(statement);
    await client.query(`ALTER ROLE ${role} PASSWORD ${pg.escapeLiteral(text("METADATA_PASSWORD"))}`);
    return missing;
  });
