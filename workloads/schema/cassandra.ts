import {cassandraClient} from "../lib/cassandra.ts";
import {number, text} from "../lib/environment.ts";

const literal = (value: string) => `'${value.replaceAll("'", "''")}'`;
const identifier = (value: string) => `"${value.replaceAll('"', '""')}"`;

/**
 * Makes keyspace and table, or brings them to what is wanted, and with a superuser the roles of the ingester and of readers too. Safe to
 * run again at any time. Without a superuser the cluster is someone else's: a keyspace that exists is left as it is.
 */
export async function setUpCassandra(): Promise<void> {
  const name = text("CASSANDRA_KEYSPACE", "telemetry");
  const [username, password] = [text("CASSANDRA_USERNAME"), text("CASSANDRA_PASSWORD")];
  const superuser = process.env.CASSANDRA_SUPERUSER_USERNAME;
  const client = superuser
    ? cassandraClient(superuser, text("CASSANDRA_SUPERUSER_PASSWORD"))
    : cassandraClient(username, password);
  try {
    await client.connect();
    const found = await client.execute("SELECT keyspace_name FROM system_schema.keyspaces WHERE keyspace_name = ?", [
      name,
    ]);
    const statements = [
      ...keyspace(name, found.rowLength > 0, superuser !== undefined),
      ...table(name),
      ...(superuser
        ? [
            ...role(name, username, password, ["SELECT", "MODIFY"]),
            ...role(name, text("READER_USERNAME"), text("READER_PASSWORD"), ["SELECT"]),
          ]
        : []),
    ];
    for (const statement of statements) await client.execute(statement, [], {prepare: false});
  } finally {
    await client.shutdown();
  }
}

function keyspace(name: string, exists: boolean, ours: boolean): string[] {
  const datacenter = literal(text("CASSANDRA_DATACENTER", "dc1"));
  const replication = `{'class': 'NetworkTopologyStrategy', ${datacenter}: ${number("CASSANDRA_REPLICATION", 1)}}`;
  if (!exists) return [`CREATE KEYSPACE IF NOT EXISTS ${identifier(name)} WITH replication = ${replication}`];
  return ours ? [`ALTER KEYSPACE ${identifier(name)} WITH replication = ${replication}`] : [];
}

function table(name: string): string[] {
  const telemetry = `${identifier(name)}.telemetry`;
  const ttl = number("TTL_SECONDS", 31_536_000);
  return [
    `CREATE TABLE IF NOT EXISTS ${telemetry} (vehicle_id text, day date, ts timestamp, latitude double, longitude double,
      speed double, temperature double, humidity double, extra text, PRIMARY KEY ((vehicle_id, day), ts))
      WITH CLUSTERING ORDER BY (ts DESC)
      AND compaction = {'class': 'TimeWindowCompactionStrategy', 'compaction_window_unit': 'DAYS', 'compaction_window_size': 1}
      AND default_time_to_live = ${ttl}`,
    `ALTER TABLE ${telemetry} WITH default_time_to_live = ${ttl}`,
  ];
}

function role(name: string, username: string, password: string, rights: string[]): string[] {
  const [user, secret] = [identifier(username), literal(password)];
  return [
    `CREATE ROLE IF NOT EXISTS ${user} WITH PASSWORD = ${secret} AND LOGIN = true`,
    `ALTER ROLE ${user} WITH PASSWORD = ${secret}`,
    ...rights.map((right) => `GRANT ${right} ON KEYSPACE ${identifier(name)} TO ${user}`),
  ];
}
