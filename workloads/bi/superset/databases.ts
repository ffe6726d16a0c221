import {isRefusal} from "../../lib/refusal.ts";
import type {Provisioned} from "../server.ts";
import {type Database, type Druid, type Postgres, portOf, TITLES} from "../wanted.ts";
import type {Superset} from "./client.ts";

/**
 * Makes each database or tells it where it is, since a password cannot be read back; those whose ids are known have been told. Superset connects to it, so that
 * one that is away is made later.
 */
export async function provideDatabases(
  superset: Superset,
  databases: Database[],
  ids: Map<Database["source"], number>,
  {changed, missing}: Pick<Provisioned, "changed" | "missing">,
): Promise<void> {
  const {result} = await superset.get("/api/v1/database/?q=(columns:!(id,database_name),page_size:100)");
  for (const database of databases) {
    const title = TITLES[database.source];
    const live = result.find(({database_name}: {database_name: string}) => database_name === title);
    if (live && ids.get(database.source) === live.id) continue;
    try {
      ids.set(database.source, await provide(superset, database, title, live?.id));
      if (!live) changed.push(`database ${title}`);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      ids.delete(database.source);
      missing.push(`database ${title} (${error.message})`);
    }
  }
}

async function provide(superset: Superset, database: Database, title: string, id: number | undefined): Promise<number> {
  const connection = connectionOf(database);
  if (id !== undefined) {
    await superset.put(`/api/v1/database/${id}`, connection);
    return id;
  }
  const limits = {expose_in_sqllab: true, allow_dml: false, allow_ctas: false, allow_cvas: false};
  return (await superset.post("/api/v1/database/", {database_name: title, ...limits, ...connection})).id;
}

function connectionOf(database: Database): {sqlalchemy_uri: string; extra: string} {
  if (database.source === "timescaledb") return postgres(database);
  if (database.source === "warehouse") return druid(database);
  // The server's own configuration shows the tables (cdk8s/components/bi/python/lake.py).
  return {sqlalchemy_uri: "duckdb:///:memory:", extra: extraOf({}, {disable_data_preview: true})};
}

/** Keys that Superset would add by itself. */
const extraOf = (engine: object, more: object = {}): string =>
  JSON.stringify({
    ...more,
    metadata_params: {},
    engine_params: engine,
    metadata_cache_timeout: {},
    schemas_allowed_for_file_upload: [],
  });

const encoded = encodeURIComponent;

function postgres({host, port, database, user, password, verified, ca}: Postgres) {
  const login = `${encoded(user)}:${encoded(password)}`;
  // Said in any case: otherwise the variables of Superset's own database would say it.
  const connect_args = verified ? {sslmode: "verify-full", ...(ca ? {sslrootcert: ca} : {})} : {sslmode: "prefer"};
  return {
    sqlalchemy_uri: `postgresql+psycopg2://${login}@${host.includes(":") ? `[${host}]` : host}:${port}/${encoded(database)}`,
    extra: extraOf({connect_args}),
  };
}

function druid({url, user, password, ca}: Druid) {
  const login = user ? `${encoded(user)}:${encoded(password ?? "")}@` : "";
  const scheme = url.protocol === "https:" ? "druid+https" : "druid";
  const path = url.pathname.replace(/\/$/, "");
  return {
    sqlalchemy_uri: `${scheme}://${login}${url.hostname}:${portOf(url)}${path}/druid/v2/sql/`,
    extra: extraOf(ca ? {connect_args: {ssl_verify_cert: ca}} : {}),
  };
}
