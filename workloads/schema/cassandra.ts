import {createHash, randomUUID} from "node:crypto";
import cassandra from "cassandra-driver";
import {kindOf} from "../../api/event/columns.ts";
import {FLAG_COLUMN} from "../../api/event/quality.ts";
import {byFigure} from "../../api/event.ts";
import {cassandraClient} from "../lib/cassandra.ts";
import {number, text} from "../lib/environment.ts";
import {eventColumns, positionColumns} from "../lib/event-columns.ts";
import {madeColumns} from "../query/cassandra-columns.ts";
import {addition, missingOf, unnotedOf} from "./columns.ts";
import {keysOf, refuseRows, remade} from "./key.ts";
import {type Migration, pendingOf, readMigrations, SchemaProblem, statementsOf} from "./migrations.ts";
import {bringCopies, COPIES_TABLE, replicationOf} from "./replication.ts";

const {errors} = cassandra;
const literal = (value: string) => `'${value.replaceAll("'", "''")}'`;
const identifier = (value: string) => `"${value.replaceAll('"', '""')}"`;

/** After its start. */
const LOGIN_MS = 120_000;
/** A set-up that died holds the lock for this long. */
const LOCK_SECONDS = 60;
const REGISTERS = {
  schema_lock: "(name text PRIMARY KEY, owner text)",
  schema_migration: "(name text PRIMARY KEY, checksum text, applied_at timestamp)",
  // What each column of a field was made as: one that no field has any more is read all the same.
  event_column: "(name text PRIMARY KEY, type text)",
  // By which specs of the event rows were made (workloads/ingester/earlier.ts).
  event_spec: "(hash text PRIMARY KEY, spec text, used_at timestamp)",
};

/** The same for the same table: two set-ups that make it at the same time make one table, not two of one name. */
function tableId(keyspace: string, table: string): string {
  const hash = createHash("sha256").update(`${keyspace}.${table}`).digest("hex");
  return hash.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, "$1-$2-4$3-8$4-$5");
}

/** The columns that the ingester writes, with their types. */
const TELEMETRY: Record<string, string> = {
  vehicle_id: "text",
  day: "date",
  ts: "timestamp",
  ...byFigure(() => "double"),
  extra: "text",
  [FLAG_COLUMN]: "smallint",
};
const KEY: Record<string, string> = {vehicle_id: "partition_key", day: "partition_key", ts: "clustering"};

/**
 * Brings the keyspace to the newest migration and to what the spec says, and with a superuser the roles of the ingester and of readers
 * too, and with it the copies of each row. Safe to run again at any time, by several at once. Without a superuser the cluster is someone
 * else's: a keyspace that exists is left as it is. Returns the names of the migrations that it applied.
 *
 * @throws SchemaProblem if somebody has to act first
 */
export async function setUpCassandra(
  note: (message: string) => void = () => {},
  migrations: Migration[] = readMigrations("cassandra"),
): Promise<string[]> {
  const name = text("CASSANDRA_KEYSPACE", "telemetry");
  const [username, password] = [text("CASSANDRA_USERNAME"), text("CASSANDRA_PASSWORD")];
  const superuser = process.env.CASSANDRA_SUPERUSER_USERNAME;
  const client = superuser
    ? cassandraClient(superuser, text("CASSANDRA_SUPERUSER_PASSWORD"))
    : cassandraClient(username, password);
  try {
    await login(client, superuser ?? username);
    const datacenter = text("CASSANDRA_DATACENTER", "dc1");
    const copies = number("CASSANDRA_REPLICATION", 1);
    await createKeyspace(client, name, replicationOf(datacenter, copies));
    await client.execute(`USE ${identifier(name)}`);
    const columns = await columnsOf(client, name);
    const registers = superuser ? {...REGISTERS, schema_copies: COPIES_TABLE} : REGISTERS;
    for (const [table, definition] of Object.entries(registers)) {
      if (columns.has(table)) continue;
      await client.execute(`CREATE TABLE IF NOT EXISTS ${table} ${definition} WITH id = ${tableId(name, table)}`);
    }
    const applied = await lockedBy(client, async () => {
      const done = await migrate(client, migrations);
      await setKey(client, name, migrations);
      return done;
    });
    const telemetry = (await columnsOf(client, name)).get("telemetry");
    checkTelemetry(telemetry);
    const types = Object.fromEntries(Object.entries(telemetry ?? {}).map(([column, {type}]) => [column, type]));
    const made = await madeColumns(client);
    const missing = missingOf("cassandra", eventColumns(), types, made);
    // A set-up that was cut off behind the first statement has made columns that are noted nowhere.
    const unnoted = unnotedOf(eventColumns(), made);
    const settings = [
      ...(missing.length > 0 ? [addition("cassandra", missing)] : []),
      ...unnoted.map(({name, type}) => `INSERT INTO event_column (name, type) VALUES ('${name}', '${type}')`),
      `ALTER TABLE telemetry WITH default_time_to_live = ${number("TTL_SECONDS", 31_536_000)}`,
      ...(superuser
        ? [
            ...role(name, username, password, ["SELECT", "MODIFY"]),
            ...role(name, text("READER_USERNAME"), text("READER_PASSWORD"), ["SELECT"]),
          ]
        : []),
    ];
    for (const statement of settings) await client.execute(statement, [], {prepare: false});
    if (superuser) await bringCopies(client, name, datacenter, copies, note);
    return applied;
  } finally {
    await client.shutdown();
  }
}

/** An existing keyspace is left as it is. */
async function createKeyspace(client: cassandra.Client, name: string, replication: string) {
  const query = "SELECT keyspace_name FROM system_schema.keyspaces WHERE keyspace_name = ?";
  const {rowLength} = await client.execute(query, [name]);
  if (rowLength === 0)
    await client.execute(`CREATE KEYSPACE IF NOT EXISTS ${identifier(name)} WITH replication = ${replication}`);
}

/**
 * Connects. A login that is refused may be one that the cluster's operator has not made yet.
 *
 * @throws SchemaProblem once it has had the time to
 */
async function login(client: cassandra.Client, username: string): Promise<void> {
  try {
    await client.connect();
  } catch (error) {
    if (!isLoginRefused(error) || performance.now() < LOGIN_MS) throw error;
    throw new SchemaProblem(
      `Cassandra refuses the login of role ${username}: the password in its Secret is not the one that Cassandra has`,
    );
  }
}

function isLoginRefused(error: unknown): boolean {
  const {innerErrors = {}} = error as {innerErrors?: Record<string, unknown>};
  return Object.values(innerErrors).some((inner) => inner instanceof errors.AuthenticationError);
}

/** This program: an attempt that timed out may have taken the lock all the same, and the next one then has it. */
const owner = randomUUID();

/** Runs `work` while no other set-up does: a row that only one of them can insert, and that expires. */
async function lockedBy<T>(client: cassandra.Client, work: () => Promise<T>): Promise<T> {
  const take = `INSERT INTO schema_lock (name, owner) VALUES ('schema', ?) IF NOT EXISTS USING TTL ${LOCK_SECONDS}`;
  const taken = await client.execute(take, [owner]);
  const ours = taken.wasApplied() || String(taken.first()?.get("owner")) === owner;
  if (!ours) throw new Error("another set-up is at work");
  try {
    return await work();
  } finally {
    await client.execute("DELETE FROM schema_lock WHERE name = 'schema' IF owner = ?", [owner]);
  }
}

async function migrate(client: cassandra.Client, migrations: Migration[]): Promise<string[]> {
  const {rows} = await client.execute("SELECT name, checksum FROM schema_migration");
  const pending = pendingOf(
    migrations,
    rows.map((row) => ({name: row.get("name"), checksum: row.get("checksum")})),
  );
  for (const migration of pending) {
    for (const statement of statementsOf(migration)) await client.execute(statement, [], {prepare: false});
    const record = "INSERT INTO schema_migration (name, checksum, applied_at) VALUES (?, ?, toTimestamp(now()))";
    await client.execute(record, [migration.name, migration.checksum]);
  }
  return pending.map(({name}) => name);
}

/**
 * Makes the table with the key of spec.event.identity, while it has no rows. From its first change to its last no migration counts as applied: a
 * set-up that is cut off in between leaves them all to the next one.
 */
async function setKey(client: cassandra.Client, keyspace: string, migrations: Migration[]): Promise<void> {
  const columns = (await columnsOf(client, keyspace)).get("telemetry");
  const keys = keysOf(Object.keys(columns ?? {}));
  if (keys.isPositioned === keys.shallBe) return;
  if (!columns) {
    await forgetMigrations(client);
    await migrate(client, migrations);
    return setKey(client, keyspace, migrations);
  }
  if ((await client.execute("SELECT vehicle_id FROM telemetry LIMIT 1")).rowLength > 0) refuseRows(keys);
  const query = "SELECT compaction FROM system_schema.tables WHERE keyspace_name = ? AND table_name = 'telemetry'";
  const {rows} = await client.execute(query, [keyspace]);
  const types = Object.fromEntries(Object.entries(columns).map(([column, {type}]) => [column, type]));
  await forgetMigrations(client);
  for (const statement of remade(types, rows[0]!.get("compaction"), keys))
    await client.execute(statement, [], {prepare: false});
  await migrate(client, migrations);
}

async function forgetMigrations(client: cassandra.Client): Promise<void> {
  const {rows} = await client.execute("SELECT name FROM schema_migration");
  for (const row of rows) await client.execute("DELETE FROM schema_migration WHERE name = ?", [row.get("name")]);
}

type Columns = Record<string, {type: string; kind: string}>;

async function columnsOf(client: cassandra.Client, keyspace: string): Promise<Map<string, Columns>> {
  const query = "SELECT table_name, column_name, type, kind FROM system_schema.columns WHERE keyspace_name = ?";
  const {rows} = await client.execute(query, [keyspace]);
  const tables = new Map<string, Columns>();
  for (const row of rows) {
    const columns = tables.get(row.get("table_name")) ?? {};
    columns[row.get("column_name")] = {type: row.get("type"), kind: row.get("kind")};
    tables.set(row.get("table_name"), columns);
  }
  return tables;
}

/** @throws SchemaProblem naming the columns that are not as the ingester writes them */
export function checkTelemetry(live: Columns = {}): void {
  const position = positionColumns();
  const types = {
    ...TELEMETRY,
    ...Object.fromEntries(position.map((column) => [column.name, kindOf(column).cassandra])),
  };
  const key = {...KEY, ...Object.fromEntries(position.map(({name}) => [name, "clustering"]))};
  const found = Object.entries(types).flatMap(([column, type]) => {
    const is = live[column];
    if (!is) return [`column telemetry.${column} (${type}) is missing`];
    if (is.type !== type) return [`column telemetry.${column} is ${is.type}, not ${type}`];
    const kind = key[column] ?? "regular";
    return is.kind === kind ? [] : [`column telemetry.${column} is ${is.kind}, not ${kind}`];
  });
  const added = Object.entries(live).filter(([column, {kind}]) => kind !== "regular" && !(column in key));
  found.push(...added.map(([column]) => `column telemetry.${column} was added to the primary key`));
  if (found.length > 0)
    throw new SchemaProblem(`the schema was altered: ${found.join("; ")}. Put it back by hand; nothing was changed`);
}

function role(name: string, username: string, password: string, rights: string[]): string[] {
  const [user, secret] = [identifier(username), literal(password)];
  return [
    `CREATE ROLE IF NOT EXISTS ${user} WITH PASSWORD = ${secret} AND LOGIN = true`,
    `ALTER ROLE ${user} WITH PASSWORD = ${secret}`,
    ...rights.map((right) => `GRANT ${right} ON KEYSPACE ${identifier(name)} TO ${user}`),
  ];
}
