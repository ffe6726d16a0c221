import {runProgram} from "./ingester.ts";
import {postgresOf, type Stack, sqlAs} from "./stack.ts";

/** Runs the real schema set-ups against the servers. */
export async function prepareSchemas(
  {servers, password}: Stack,
  more: Record<string, string> = {},
  stores = ["timescaledb", "cassandra"],
): Promise<void> {
  const env = {
    PGHOST: servers.timescaledb.address,
    PGUSER: "telemetry",
    PGPASSWORD: password,
    PGDATABASE: "telemetry",
    READER_USERNAME: "telemetry_reader",
    READER_PASSWORD: password,
    CASSANDRA_CONTACT_POINTS: servers.cassandra.address,
    CASSANDRA_USERNAME: "telemetry",
    CASSANDRA_PASSWORD: password,
    CASSANDRA_SUPERUSER_USERNAME: "cassandra",
    CASSANDRA_SUPERUSER_PASSWORD: "cassandra",
    ...more,
  };
  await Promise.all(stores.map((store) => runProgram("workloads/schema/main.ts", [store], env)));
}

/** A database of a test's own on the shared server, with its schema; the variable that leads a program there. */
export async function makeDatabase(stack: Stack, name: string, tablespace = "pg_default") {
  await sqlAs(postgresOf(stack.servers.timescaledb.address), `CREATE DATABASE ${name} TABLESPACE ${tablespace}`);
  await prepareSchemas(stack, {PGDATABASE: name}, ["timescaledb"]);
  return {PGDATABASE: name};
}
