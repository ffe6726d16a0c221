import cassandra from "cassandra-driver";
import {expect, test} from "vitest";
import {waitFor} from "../../cluster/shell.ts";
import {bringCopies} from "../../workloads/schema/replication.ts";
import {prepareSchemas} from "./prepare.ts";
import {stack} from "./shared.ts";
import {cassandraOf, startNeighbour, startOwn} from "./stack.ts";

const ROWS = 500;
const {all, one} = cassandra.types.consistencies;

test("rows get a second copy when a second node is up, and that one then has each of them alone", async () => {
  const {stack: own, stop} = await startOwn(stack, "cassandra");
  const first = cassandraOf(own.servers.cassandra.address);
  await first.connect();
  const insert =
    "INSERT INTO telemetry.telemetry (vehicle_id, day, ts, latitude, longitude, speed, temperature, humidity) VALUES (?, '2026-01-01', '2026-01-01T00:00:00Z', 1, 2, 3, 4, 5)";
  for (let at = 0; at < ROWS; at++) await first.execute(insert, [`v${at}`], {prepare: true});

  const raised = prepareSchemas(own, {CASSANDRA_REPLICATION: "2"}, ["cassandra"]);
  const neighbour = await startNeighbour(own);
  await raised;
  const query = "SELECT replication FROM system_schema.keyspaces WHERE keyspace_name = 'telemetry'";
  expect((await first.execute(query)).first().get("replication")).toMatchObject({dc1: "2"});

  // For a login at the second node without the first.
  await first.execute("ALTER KEYSPACE system_auth WITH replication = {'class': 'NetworkTopologyStrategy', 'dc1': 2}");
  const tables = await first.execute("SELECT table_name FROM system_schema.tables WHERE keyspace_name = 'system_auth'");
  for (const row of tables.rows)
    await first.execute(`SELECT * FROM system_auth."${row.get("table_name")}"`, [], {consistency: all});
  await first.shutdown();
  await stop();
  const second = new cassandra.Client({
    contactPoints: [neighbour.address],
    localDataCenter: "dc1",
    authProvider: new cassandra.auth.PlainTextAuthProvider("telemetry", own.password),
    queryOptions: {consistency: one, fetchSize: 2 * ROWS},
  });
  const count = await waitFor("the rows of the second node", 60_000, async () => {
    await second.connect();
    return (await second.execute("SELECT vehicle_id FROM telemetry.telemetry")).rowLength;
  });
  expect(count).toBe(ROWS);
  await second.shutdown();
  await neighbour.stop();
});

test("while a node is missing rows keep the copies that they have", async () => {
  await prepareSchemas(stack, {CASSANDRA_KEYSPACE: "copies_test"}, ["cassandra"]);
  const client = cassandraOf(stack.address);
  await client.connect();
  await client.execute("USE copies_test");
  const raised = bringCopies(client, "copies_test", "dc1", 3, () => {});
  await expect(raised).rejects.toThrow("1 of 2 nodes are up");
  const query = "SELECT replication FROM system_schema.keyspaces WHERE keyspace_name = 'copies_test'";
  expect((await client.execute(query)).first().get("replication")).toMatchObject({dc1: "1"});
  await client.execute("DROP KEYSPACE copies_test");
  await client.shutdown();
});
