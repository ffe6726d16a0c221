import {isRefusal} from "../../lib/refusal.ts";
import type {Source} from "../content/model.ts";
import {type Database, type Druid, type Postgres, portOf, TITLES} from "../wanted.ts";
import {answers} from "./contract.ts";
import type {Task} from "./task.ts";

/** A database as Metabase knows it. */
interface Connection {
  name: string;
  engine: string;
  details: object;
}

/** Metabase reads the tables, for people who ask their own, and not every value in them. */
const SCHEDULING = {"let-user-control-scheduling": true};
const READING = {is_full_sync: false, is_on_demand: false, auto_run_queries: true};

const postgres = ({host, port, database, user, password, verified, ca}: Postgres): Connection => ({
  name: TITLES.timescaledb,
  engine: "postgres",
  details: {
    ...{host, port, dbname: database, user, password},
    ssl: true,
    ...(verified ? {"ssl-mode": "verify-full"} : {"ssl-mode": "prefer"}),
    ...(verified ? authorities(ca) : {}),
    "ssl-use-client-auth": false,
    // The chunks of a hypertable are tables of other schemas.
    ...{"schema-filters-type": "inclusion", "schema-filters-patterns": "public"},
    ...SCHEDULING,
  },
});

/** Without authorities of its own PostgreSQL's driver looks for some in a folder of the user, where there are none: Java has those that the world knows. */
const authorities = (ca: string | undefined) =>
  ca
    ? {"ssl-root-cert-options": "local", "ssl-root-cert-path": ca}
    : {"additional-options": "sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory"};

const druid = ({url, user, password}: Druid): Connection => ({
  name: TITLES.warehouse,
  engine: "druid-jdbc",
  details: {
    host: `${url.protocol}//${url.hostname}`,
    port: portOf(url),
    ...(user === undefined
      ? {"auth-enabled": false}
      : {"auth-enabled": true, "auth-username": user, "auth-password-value": password}),
    ...SCHEDULING,
  },
});

/** Metabase has no driver for the lake. */
function connectionOf(database: Database): Connection | undefined {
  if (database.source === "timescaledb") return postgres(database);
  return database.source === "warehouse" ? druid(database) : undefined;
}

/**
 * Makes connections that are not there. Passwords cannot be read back: of one that is there, all is written once for each start of this program.
 *
 * @param settled those that have been written; it is added to
 * @return their numbers in Metabase; without those that it cannot reach yet
 */
export async function keepDatabases(
  {metabase, keeper, result}: Task,
  wanted: Database[],
  settled: Set<string>,
): Promise<Map<Source, number>> {
  const {data} = await metabase.get("/api/database", answers.databases);
  const numbers = new Map<Source, number>();
  for (const database of wanted) {
    const connection = connectionOf(database);
    if (!connection) continue;
    const {name, engine, details} = connection;
    const same = data.filter((one) => one.engine === engine);
    // Somebody may have given the keeper's another name.
    const live = same.find(({creator_id}) => creator_id === keeper) ?? same.find((one) => one.name === name);
    if (live) numbers.set(database.source, live.id);
    try {
      if (!live) {
        const {id} = await metabase.post("/api/database", {...connection, ...READING}, answers.numbered);
        numbers.set(database.source, id);
        result.changed.push(`database ${name}`);
      } else if (!settled.has(name)) await metabase.put(`/api/database/${live.id}`, {engine, details});
      settled.add(name);
    } catch (error) {
      // Metabase takes no connection that it cannot open.
      if (!isRefusal(error, 400)) throw error;
      result.missing.push(`database ${name} (${error.message})`);
    }
  }
  return numbers;
}
