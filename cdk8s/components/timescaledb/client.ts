import {bareHost} from "../../../api/addresses.ts";
import type {ExternalTimescaledb} from "../../../api/components/timescaledb.ts";
import {type BuildContext, env, fromSecret, type Login} from "../../context.ts";
import type {Workload} from "../../workload.ts";

export const DATABASE = "telemetry";
export const timescaledbName = (context: BuildContext) => `${context.name}-timescaledb`;
/** Secret of the role that only reads. */
export const readerName = (context: BuildContext) => `${timescaledbName(context)}-reader`;

const CA_FOLDER = "/etc/timescaledb-ca";

/** Where a Secret names the database: by the key of ours or, where only that is there, of CloudNativePG. */
const databaseKey = (login: Login | undefined): string =>
  login?.keys.includes("dbname") && !login.keys.includes("database") ? "dbname" : "database";

/** What a client of TimescaleDB needs, as libpq's variables; a reader has a role that cannot write, save on an external server. */
export function timescaledbClient(context: BuildContext, reader = false): Required<Pick<Workload, "env" | "files">> {
  const name = timescaledbName(context);
  const {external} = context.spec.timescaledb;
  const {host, port, secret, tls, caSecret}: ExternalTimescaledb = external ?? {
    host: `${name}.${context.namespace}.svc.cluster.local`,
    secret: reader ? readerName(context) : name,
  };
  return {
    env: [
      ...(host ? env({PGHOST: bareHost(host)}) : [fromSecret("PGHOST", secret, "host")]),
      ...env({PGPORT: port ?? 5432}),
      fromSecret("PGUSER", secret, "username"),
      fromSecret("PGPASSWORD", secret, "password"),
      external
        ? fromSecret("PGDATABASE", secret, databaseKey(context.logins?.[secret]))
        : fromSecret("PGDATABASE", name, "database"),
      ...env(tls || caSecret ? {PGSSLMODE: "verify-full"} : {}),
      ...env(caSecret ? {PGSSLROOTCERT: `${CA_FOLDER}/ca.crt`} : {}),
    ],
    files: caSecret ? [{secret: caSecret, folder: CA_FOLDER}] : [],
  };
}
