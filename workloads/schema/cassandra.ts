import {cassandraClient} from "../lib/cassandra.ts";
import {number, text} from "../lib/environment.ts";

const literal = (value: string) => `'${value.replaceAll("'", "''")}'`;
const identifier = (value: string) => `"${value.replaceAll('"', '""')}"`;

/** Makes keyspace, table and the roles of the ingester and of readers, or brings them to what is wanted. Safe to run again at any time. */
export async function setUpCassandra(): Promise<void> {
  const keyspace = identifier(text("CASSANDRA_KEYSPACE", "telemetry"));
  const role = identifier(text("CASSANDRA_USERNAME"));
  const password = literal(text("CASSANDRA_PASSWORD"));
  const reader = identifier(text("READER_USERNAME"));
  const readerPassword = literal(text("READER_PASSWORD"));
  const datacenter = literal(text("CASSANDRA_DATACENTER", "dc1"));
  const replication = `{'class': 'NetworkTopologyStrategy', ${datacenter}: ${number("CASSANDRA_REPLICATION", 1)}}`;
  const ttl = number("TTL_SECONDS", 31_536_000);
  const client = cassandraClient(text("CASSANDRA_SUPERUSER_USERNAME"), text("CASSANDRA_SUPERUSER_PASSWORD"));
  try {
    await client.connect();
    for (const statement of [
      `CREATE KEYSPACE IF NOT EXISTS ${keyspace} WITH replication = ${replication}`,
      `ALTER KEYSPACE ${keyspace} WITH replication = ${replication}`,
      `CREATE TABLE IF NOT EXISTS ${keyspace}.telemetry (vehicle_id text, day date, ts timestamp, latitude double, longitude double,
        speed double, temperature double, humidity double, extra text, PRIMARY KEY ((vehicle_id, day), ts))
        WITH CLUSTERING ORDER BY (ts DESC)
        AND compaction = {'class': 'TimeWindowCompactionStrategy', 'compaction_window_unit': 'DAYS', 'compaction_window_size': 1}
        AND default_time_to_live = ${ttl}`,
      `ALTER TABLE ${keyspace}.telemetry WITH default_time_to_live = ${ttl}`,
      `CREATE ROLE IF NOT EXISTS ${role} WITH PASSWORD = ${password} AND LOGIN = true`,
      `ALTER ROLE ${role} WITH PASSWORD = ${password}`,
      `GRANT SELECT ON KEYSPACE ${keyspace} TO ${role}`,
      `GRANT MODIFY ON KEYSPACE ${keyspace} TO ${role}`,
      `CREATE ROLE IF NOT EXISTS ${reader} WITH PASSWORD = ${readerPassword} AND LOGIN = true`,
      `ALTER ROLE ${reader} WITH PASSWORD = ${readerPassword}`,
      `GRANT SELECT ON KEYSPACE ${keyspace} TO ${reader}`,
    ]) {
      await client.execute(statement, [], {prepare: false});
    }
  } finally {
    await client.shutdown();
  }
}
