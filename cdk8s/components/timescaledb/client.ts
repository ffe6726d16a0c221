import {bareHost} from "../../../api/addresses.ts";
import type {ExternalTimescaledb} from "../../../api/components/timescaledb.ts";
import type {Endpoint} from "../../../api/status.ts";
import type {Client} from "../../component.ts";
import {type BuildContext, env, fromSecret, type Login} from "../../context.ts";

export const READER = "telemetry_reader";
export const DATABASE = "telemetry";
const PORT = 5432;
export const timescaledbName = (context: Pick<BuildContext, "name">) => `${context.name}-timescaledb`;
/** Secret of the role that only reads. */
export const readerName = (context: BuildContext) => `${timescaledbName(context)}-reader`;

const CA_FOLDER = "/etc/timescaledb-ca";

/** Secret of the role that sees the server's statistics. */
export const monitorName = (context: BuildContext) => `${timescaledbName(context)}-monitor`;

/** The key by which a Secret names the database: ours or, if only that is there, CloudNativePG's. */
const databaseKey = (login: Login | undefined): string =>
  login?.keys.includes("dbname") && !login.keys.includes("database") ? "dbname" : "database";

/** How clients reach the server: that of the spec, or ours. */
const connectionOf = (context: BuildContext, reader: boolean): ExternalTimescaledb =>
  context.spec.timescaledb.external ?? {
    host: `${timescaledbName(context)}.${context.namespace}.svc.cluster.local`,
    secret: reader ? readerName(context) : timescaledbName(context),
  };

/** The parameters of a client of TimescaleDB, as libpq's variables; a reader has a role that cannot write, save on an external server. */
export function timescaledbClient(context: BuildContext, reader = false): Client {
  const {external} = context.spec.timescaledb;
  const {host, port, secret, tls, caSecret} = connectionOf(context, reader);
  return {
    env: [
      ...(host ? env({PGHOST: bareHost(host)}) : [fromSecret("PGHOST", secret, "host")]),
      ...env({PGPORT: port ?? PORT}),
      fromSecret("PGUSER", secret, "username"),
      fromSecret("PGPASSWORD", secret, "password"),
      external
        ? fromSecret("PGDATABASE", secret, databaseKey(context.logins?.[secret]))
        : fromSecret("PGDATABASE", timescaledbName(context), "database"),
      ...env(tls || caSecret ? {PGSSLMODE: "verify-full"} : {}),
      ...env(caSecret ? {PGSSLROOTCERT: `${CA_FOLDER}/ca.crt`} : {}),
    ],
    files: caSecret ? [{secret: caSecret, folder: CA_FOLDER}] : [],
  };
}

/** The endpoint of applications, as a role that only reads. The login of an external server owns the data: it is not for them. */
export function timescaledbEndpoint(context: BuildContext): Endpoint {
  const {external} = context.spec.timescaledb;
  const {host, port, secret, tls, caSecret} = connectionOf(context, true);
  return {
    name: "timescaledb",
    protocol: "postgresql",
    address: host && bareHost(host),
    port: port ?? PORT,
    database: external ? undefined : DATABASE,
    tls: Boolean(tls || caSecret),
    secret,
    secretKeys: external
      ? [...(host ? [] : ["host"]), databaseKey(context.logins?.[secret])]
      : ["username", "password"],
    caSecret,
  };
}
