import type pg from "pg";
import {windowColumns} from "../../api/event/windows.ts";
import {number, text} from "../lib/environment.ts";
import {eventColumns, positionColumns} from "../lib/event-columns.ts";
import {logger} from "../lib/process.ts";
import {madeColumns} from "../query/timescaledb-columns.ts";
import {addition, missingOf, unnotedOf} from "./columns.ts";
import {compressionStatements, licenseOf} from "./features.ts";
import {COUNTING, hourlyStatements, LATE_TABLE, NOTING} from "./hourly.ts";
import {keysOf, refuseRows, rekey} from "./key.ts";
import {type Applied, type Migration, pendingOf, readMigrations, SchemaProblem, statementsOf} from "./migrations.ts";
import {ADMINISTRATOR, attempt, locked} from "./postgres.ts";
import {differences, tablesOf} from "./shape.ts";

const log = logger("schema");
/** Holds the tables as the migrations make them, for as long as they are compared; always rolled back. */
const SCRATCH = "telemetry_schema_check";

/** A change waits no longer for who reads a table: whatever comes meanwhile waits behind it. Then all is tried again. */
const WAIT_MS = 1_000;

const REGISTER = `CREATE TABLE IF NOT EXISTS schema_migration (
  name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`;

/**
 * Brings the database to the newest migration and to what the spec says, and makes, on a server of ours, the role that can only
 * read and the one that sees the server's statistics. Safe to run again at any time, by several at once, and with a role that may not change anything if there is
 * nothing to change. Returns the names of the migrations that it applied.
 *
 * @throws SchemaProblem if somebody has to act first
 */
export const setUpTimescaleDB = (migrations: Migration[] = readMigrations("timescaledb")): Promise<string[]> =>
  locked(async (client) => {
    await client.query(`SET LOCAL lock_timeout = ${WAIT_MS}`);
    await needExtension(client);
    const applied = await migrate(client, migrations);
    await setKey(client);
    await compare(client, migrations);
    await addColumns(client);
    await addWindowColumns(client);
    await setInterval(client);
    await setFeatures(client);
    if (process.env.READER_USERNAME) await grantReader(client);
    if (process.env.MONITOR_USERNAME) await grantMonitor(client);
    return applied;
  });

/** The migrations as a script for an administrator, where the role of the pipeline may not make tables. */
export function scriptOf(migrations: Migration[] = readMigrations("timescaledb")): string {
  const parts = migrations.map(({name, text: statements, checksum}) => {
    const record = `INSERT INTO schema_migration (name, checksum) VALUES ('${name}', '${checksum}') ON CONFLICT DO NOTHING;`;
    return `${statements}${record}\n`;
  });
  return `CREATE EXTENSION IF NOT EXISTS timescaledb;\n${REGISTER};\n${parts.join("\n")}`;
}

async function needExtension(client: pg.Client) {
  const {rowCount} = await client.query("SELECT FROM pg_extension WHERE extname = 'timescaledb'");
  if (rowCount) return;
  const refused = await attempt(client, "CREATE EXTENSION timescaledb");
  if (refused) throw new SchemaProblem(`this database has no TimescaleDB (${refused}): ${ADMINISTRATOR}`);
}

async function migrate(client: pg.Client, migrations: Migration[]): Promise<string[]> {
  const {rows: there} = await client.query("SELECT to_regclass('schema_migration') IS NOT NULL AS register");
  if (!there[0].register) {
    const refused = await attempt(client, REGISTER);
    if (refused) throw new SchemaProblem(`schema_migration cannot be made (${refused}): ${ADMINISTRATOR}`);
  }
  const {rows} = await client.query<Applied>("SELECT name, checksum FROM schema_migration");
  const pending = pendingOf(migrations, rows);
  for (const migration of pending) {
    const taken = await takenBy(client, migration);
    const refused = await attempt(client, ...statementsOf(migration)).catch(rethrow(migration));
    if (refused)
      throw new SchemaProblem(`migration ${migration.name} was refused (${refused}): ${remedyOf(refused, taken)}`);
    const record = [migration.name, migration.checksum];
    await client.query("INSERT INTO schema_migration (name, checksum) VALUES ($1, $2)", record);
  }
  return pending.map(({name}) => name);
}

/** Tables that a migration makes where there are none, and which are there before it. */
async function takenBy(client: pg.Client, {text: statements}: Migration): Promise<string[]> {
  const names = [...statements.matchAll(/^CREATE TABLE IF NOT EXISTS (\w+)/gm)].map(([, name]) => name);
  const {rows} = await client.query(
    "SELECT name FROM unnest($1::text[]) AS name WHERE to_regclass(quote_ident(name)) IS NOT NULL",
    [names],
  );
  return rows.map(({name}) => name);
}

function remedyOf(refused: string, taken: string[]): string {
  // Before 2.18 a column of a compressed table stays as it is.
  if (refused.includes("compression enabled")) return "update TimescaleDB to 2.18 or later";
  if (taken.length === 0 || /permission denied|must be owner/.test(refused)) return ADMINISTRATOR;
  return `table ${taken.join(", ")} is there already and is another one: rename it, or give the pipeline a database of its own`;
}

/** A table of more chunks than the server has locks for is changed by no later try. */
const rethrow =
  ({name}: Migration) =>
  (error: Error & {code?: string}) => {
    if (error.code !== OUT_OF_LOCKS) throw error;
    throw new SchemaProblem(
      `migration ${name} takes a lock of every chunk, and the server has too few (${error.message}): set max_locks_per_transaction higher and restart it`,
    );
  };
const OUT_OF_LOCKS = "53200";

const PRIMARY_KEY = `SELECT c.conname AS name, array_agg(a.attname::text) AS columns FROM pg_constraint c
JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey)
WHERE c.conrelid = to_regclass('telemetry') AND c.contype = 'p' GROUP BY 1`;

/** Gives the table the key of spec.event.identity, while it has no rows. One whose key was taken away is compared later. */
async function setKey(client: pg.Client) {
  const [key] = (await client.query(PRIMARY_KEY)).rows;
  if (!key) return;
  const keys = keysOf(key.columns);
  if (keys.isPositioned === keys.shallBe) return;
  const {rows} = await client.query("SELECT EXISTS (SELECT FROM telemetry) AS filled");
  if (rows[0].filled) refuseRows(keys);
  const statement = rekey(key.name, keys);
  const refused = await attempt(client, statement);
  if (refused)
    throw new SchemaProblem(
      `the key of spec.event.identity was refused (${refused}): have an administrator run ${statement}`,
    );
}

/** Compares the schema with that which the migrations make of an empty one. Left out for a role that may not create one. */
async function compare(client: pg.Client, migrations: Migration[]) {
  const {rows} = await client.query(
    "SELECT current_schema() AS live, has_database_privilege(current_database(), 'CREATE') AS may, current_setting('search_path') AS path",
  );
  const {live, may, path} = rows[0];
  if (!may) return;
  await client.query("SAVEPOINT compare");
  await client.query(`CREATE SCHEMA ${SCRATCH}`);
  await client.query("SELECT set_config('search_path', $1, true)", [`${SCRATCH}, ${path}`]);
  for (const migration of migrations) for (const statement of statementsOf(migration)) await client.query(statement);
  if (positionColumns().length > 0) await setKey(client);
  const wanted = await tablesOf(client, SCRATCH);
  await client.query("ROLLBACK TO SAVEPOINT compare");
  const found = differences(wanted, await tablesOf(client, live));
  if (found.length > 0)
    throw new SchemaProblem(`the schema was altered: ${found.join("; ")}. Put it back by hand; nothing was changed`);
}

/** What each column of a field was made as: one that no field has any more is read all the same. */
const MADE_COLUMNS = "CREATE TABLE IF NOT EXISTS event_column (name text PRIMARY KEY, type text NOT NULL)";

/** The columns of the spec's fields. */
async function addColumns(client: pg.Client) {
  const columns = eventColumns();
  if (columns.length === 0) return;
  const {rows} = await client.query("SELECT current_schema() AS schema");
  const {telemetry} = await tablesOf(client, rows[0].schema);
  const made = await madeColumns(client);
  const missing = missingOf("timescaledb", columns, telemetry?.columns ?? {}, made);
  const unnoted = unnotedOf(columns, made);
  const values = unnoted.map(({name, type}) => `('${name}', '${type}')`);
  const statements = [
    ...(missing.length > 0 ? [addition("timescaledb", missing)] : []),
    ...(values.length > 0 ? [MADE_COLUMNS, `INSERT INTO event_column VALUES ${values} ON CONFLICT DO NOTHING`] : []),
  ];
  if (statements.length === 0) return;
  const refused = await attempt(client, ...statements);
  if (refused)
    throw new SchemaProblem(
      `the columns of spec.event.fields were refused (${refused}): have an administrator run ${statements.join("; ")}`,
    );
}

/** What windows say of the spec's fields, where the stream job writes them. */
async function addWindowColumns(client: pg.Client) {
  const columns = process.env.FIELD_WINDOWS ? windowColumns(eventColumns()) : [];
  if (columns.length === 0) return;
  const {rows} = await client.query("SELECT current_schema() AS schema");
  const there = (await tablesOf(client, rows[0].schema)).vehicle_window?.columns ?? {};
  const other = columns.filter(({name, postgres}) => (there[name] ?? postgres) !== postgres);
  if (other.length > 0)
    throw new SchemaProblem(
      `spec.event.fields: ${other.map(({name, postgres}) => `column vehicle_window.${name} is ${there[name]}, not ${postgres}`).join("; ")}. Give the field another name, or rename the column`,
    );
  const additions = columns
    .filter(({name}) => !Object.hasOwn(there, name))
    .map(({name, postgres}) => `ADD COLUMN IF NOT EXISTS "${name}" ${postgres}`);
  if (additions.length === 0) return;
  const statement = `ALTER TABLE vehicle_window ${additions.join(", ")}`;
  const refused = await attempt(client, statement);
  if (refused)
    throw new SchemaProblem(
      `the columns of spec.event.fields in windows were refused (${refused}): have an administrator run ${statement}`,
    );
}

async function setInterval(client: pg.Client) {
  const wanted = `${number("CHUNK_INTERVAL_SECONDS", 86_400)} seconds`;
  const {rowCount} = await client.query(
    "SELECT FROM timescaledb_information.dimensions WHERE hypertable_name = 'telemetry' AND time_interval = $1::interval",
    [wanted],
  );
  if (rowCount) return;
  const refused = await attempt(client, `SELECT set_chunk_time_interval('telemetry', interval '${wanted}')`);
  // The table does without.
  if (refused) log.warn({refused}, `the chunk interval stays as it is: its owner may set it to ${wanted}`);
}

const FEATURES = `SELECT
  EXISTS (SELECT FROM timescaledb_information.hypertables WHERE hypertable_name = 'telemetry' AND compression_enabled) AS compressed,
  (SELECT relkind FROM pg_class WHERE oid = to_regclass('telemetry_hourly')) AS hourly,
  EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('telemetry_hourly') AND attname = 'count_speed') AS counting,
  EXISTS (SELECT FROM pg_trigger WHERE tgrelid = 'telemetry'::regclass AND tgname = 'note_late_hours') AS noting`;

/** The server's features beyond keeping rows: hourly averages, in one way or the other, and compression. */
async function setFeatures(client: pg.Client) {
  const license = await licenseOf(client);
  const [{compressed, hourly, counting, noting}] = (await client.query(FEATURES)).rows;
  const after = process.env.COMPRESS_AFTER_SECONDS ? number("COMPRESS_AFTER_SECONDS") : undefined;
  // Made once: a server that gets another licence keeps what it has.
  const isTable = hourly ? hourly === "r" : license === "apache";
  const statements = [
    ...(hourly ? [] : hourlyStatements(license)),
    ...(isTable ? [LATE_TABLE] : []),
    ...(hourly && isTable && !counting ? COUNTING : []),
    ...compressionStatements(license, after, compressed),
  ];
  const refused = statements.length > 0 && (await attempt(client, ...statements));
  if (refused) log.warn({refused, license}, "no hourly averages or compression: the role may not make them");
  if (refused || noting || !isTable) return;
  const unable = await attempt(client, ...NOTING);
  if (unable)
    log.warn(
      {refused: unable},
      "rows that come late do not reach the hourly averages: TimescaleDB 2.18 or later is needed",
    );
}

/** A role that can log in and only read, with the password of its Secret. */
async function readOnlyRole(client: pg.Client, kind: string, connections: number, timeout: string): Promise<string> {
  const [name, password] = [text(`${kind}_USERNAME`), client.escapeLiteral(text(`${kind}_PASSWORD`))];
  const role = client.escapeIdentifier(name);
  const {rowCount} = await client.query("SELECT FROM pg_roles WHERE rolname = $1", [name]);
  if (!rowCount) await client.query(`CREATE ROLE ${role}`);
  await client.query(`ALTER ROLE ${role} LOGIN PASSWORD ${password} CONNECTION LIMIT ${connections}`);
  await client.query(`ALTER ROLE ${role} SET default_transaction_read_only = on`);
  await client.query(`ALTER ROLE ${role} SET statement_timeout = '${timeout}'`);
  return role;
}

/** The role of those that read the vehicles' events. */
async function grantReader(client: pg.Client): Promise<void> {
  const role = await readOnlyRole(client, "READER", 20, "30s");
  await client.query(`GRANT USAGE ON SCHEMA public TO ${role}`);
  await client.query(`GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${role}`);
}

/** The role of the exporter: the server's statistics, and no row of what vehicles sent. */
async function grantMonitor(client: pg.Client): Promise<void> {
  await client.query(`GRANT pg_monitor TO ${await readOnlyRole(client, "MONITOR", 5, "10s")}`);
}
