import pg from "pg";
import {text} from "../lib/environment.ts";
import {connected} from "../lib/postgres.ts";

/**
 * Makes the database of Airflow's metadata and the role that owns it, which may do nothing else on the server; sets its password. Safe to run
 * again at any time.
 *
 * @return the statements that were needed
 */
export const setUpWorkflows = (): Promise<string[]> =>
  connected(async (client) => {
    const [role, database] = ["WORKFLOWS_USERNAME", "WORKFLOWS_DATABASE"].map((name) =>
      pg.escapeIdentifier(text(name)),
    );
    const is = async (query: string, name: string) => (await client.query(query, [text(name)])).rowCount! > 0;
    const missing = [
      ...((await is("SELECT FROM pg_roles WHERE rolname = $1", "WORKFLOWS_USERNAME"))
        ? []
        : [`CREATE ROLE ${role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE`]),
      ...((await is("SELECT FROM pg_database WHERE datname = $1", "WORKFLOWS_DATABASE"))
        ? []
        : [`CREATE DATABASE ${database} OWNER ${role}`, `REVOKE ALL ON DATABASE ${database} FROM PUBLIC`]),
    ];
    for (const statement of missing) await client.query(statement);
    await client.query(`ALTER ROLE ${role} PASSWORD ${pg.escapeLiteral(text("WORKFLOWS_PASSWORD"))}`);
    return missing;
  });
