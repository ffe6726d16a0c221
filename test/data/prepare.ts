import {run} from "../../cluster/shell.ts";
import type {Stack} from "./stack.ts";

/** Runs the real schema set-ups against the servers. */
export async function prepareSchemas(
  {address, password}: Stack,
  more: Record<string, string> = {},
  stores = ["timescaledb", "cassandra"],
): Promise<void> {
  const env = {
    PATH: process.env.PATH,
    PGHOST: address,
    PGUSER: "telemetry",
    PGPASSWORD: password,
    PGDATABASE: "telemetry",
    READER_USERNAME: "telemetry_reader",
    READER_PASSWORD: password,
    CASSANDRA_CONTACT_POINTS: address,
    CASSANDRA_USERNAME: "telemetry",
    CASSANDRA_PASSWORD: password,
    CASSANDRA_SUPERUSER_USERNAME: "cassandra",
    CASSANDRA_SUPERUSER_PASSWORD: "cassandra",
    ...more,
  };
  await Promise.all(stores.map((store) => run(process.execPath, ["workloads/schema/main.ts", store], {env})));
}
