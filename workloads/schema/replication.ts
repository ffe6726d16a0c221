import cassandra from "cassandra-driver";

/** Rows that are read at a time while they are copied. */
const PAGE = 1_000;
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** The form of a register of finished copies: a set-up that died while rows were copied begins that step again. */
export const COPIES_TABLE = "(copies int PRIMARY KEY, finished_at timestamp)";

export const replicationOf = (datacenter: string, copies: number): string =>
  `{'class': 'NetworkTopologyStrategy', '${datacenter.replaceAll("'", "''")}': ${copies}}`;

/** How many nodes of the datacenter hold a row of the keyspace. */
async function copiesOf(client: cassandra.Client, keyspace: string, datacenter: string): Promise<number> {
  const query = "SELECT replication FROM system_schema.keyspaces WHERE keyspace_name = ?";
  const replication = (await client.execute(query, [keyspace])).first()?.get("replication");
  return Number(replication?.[datacenter] ?? 0);
}

/**
 * Brings the keyspace to `wanted` copies of each row, one more at a time: with the next, every node that holds a row of old is asked for
 * it, so that the new one gets it, before there may be another that lacks it. Fewer copies need nothing of that.
 *
 * @throws Error while fewer nodes are up than there would be copies: a write of a quorum would find none
 */
export async function bringCopies(
  client: cassandra.Client,
  keyspace: string,
  datacenter: string,
  wanted: number,
  note: (message: string) => void,
): Promise<void> {
  const alter = (copies: number) =>
    client.execute(`ALTER KEYSPACE ${quoted(keyspace)} WITH replication = ${replicationOf(datacenter, copies)}`);
  const is = await copiesOf(client, keyspace, datacenter);
  const {rows} = await client.execute("SELECT copies FROM schema_copies");
  const finished = new Set(rows.map((row) => Number(row.get("copies"))));
  // Made with them, or before there was a register.
  if (finished.size === 0) await finish(client, is);
  else if (!finished.has(is)) await copy(is);
  if (wanted < is) await alter(wanted);
  for (let copies = wanted + 1; copies <= is; copies++)
    await client.execute("DELETE FROM schema_copies WHERE copies = ?", [copies]);
  for (let copies = is + 1; copies <= wanted; copies++) {
    const up = nodesUp(client, datacenter);
    if (up < copies) throw new Error(`${up} of ${copies} nodes are up: rows get ${copies} copies once all are`);
    note(`rows get ${copies} copies each`);
    await alter(copies);
    await copy(copies);
  }

  async function copy(copies: number) {
    for (const table of await tablesOf(client, keyspace)) {
      const read = await readAll(client, `SELECT * FROM ${quoted(table)}`);
      note(`${read} rows of ${table} have ${copies} copies`);
    }
    await finish(client, copies);
  }
}

const finish = (client: cassandra.Client, copies: number) =>
  client.execute("INSERT INTO schema_copies (copies, finished_at) VALUES (?, toTimestamp(now()))", [copies]);

const nodesUp = (client: cassandra.Client, datacenter: string): number =>
  client.hosts.values().filter((host) => host.datacenter === datacenter && host.isUp()).length;

async function tablesOf(client: cassandra.Client, keyspace: string): Promise<string[]> {
  const query = "SELECT table_name FROM system_schema.tables WHERE keyspace_name = ?";
  return (await client.execute(query, [keyspace])).rows.map((row) => row.get("table_name"));
}

/** Reads a whole table from all nodes that hold it: Cassandra writes what one of them lacks before it answers. */
async function readAll(client: cassandra.Client, query: string): Promise<number> {
  const consistency = cassandra.types.consistencies.all;
  let rows = 0;
  let pageState: string | undefined;
  do {
    const page = await client.execute(query, [], {consistency, fetchSize: PAGE, ...(pageState ? {pageState} : {})});
    rows += page.rowLength;
    pageState = page.pageState ?? undefined;
  } while (pageState);
  return rows;
}
