import {runProgram} from "./ingester.ts";
import type {Stack} from "./stack.ts";

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
