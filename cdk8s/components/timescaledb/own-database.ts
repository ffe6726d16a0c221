import type {Chart} from "cdk8s";
import type {k8s} from "cdk8s-plus-28";
import {bareHost} from "../../../api/addresses.ts";
import type {MetadataDatabase} from "../../../api/database.ts";
import type {Client} from "../../component.ts";
import {type BuildContext, containerResources, containerSecurity, credentials, env, fromSecret} from "../../context.ts";
import {timescaledbClient, timescaledbName} from "./client.ts";

/** The database in which a program of others remembers what it knows. */
export interface OwnDatabase {
  /** Prefix of its objects, such as fleet-workflows. */
  name: string;
  /** Of the database and its role on a server of ours. */
  role: string;
  /** That of the spec, if it is on another server. */
  existing: MetadataDatabase | undefined;
}

const secretOf = ({name, existing}: OwnDatabase): string => existing?.secret ?? `${name}-database`;

/** The Secret of the role, where the server is ours. */
export function databaseLogin(chart: Chart, context: BuildContext, own: OwnDatabase): void {
  if (own.existing) return;
  credentials(chart, context, secretOf(own), {username: own.role, database: own.role});
}

/** Where it is. */
export function placeOf(context: BuildContext, own: OwnDatabase) {
  const {host, port = 5_432, tls, caSecret} = own.existing ?? {};
  return {
    host: host ? bareHost(host) : `${timescaledbName(context)}.${context.namespace}.svc.cluster.local`,
    port,
    secret: secretOf(own),
    tls: Boolean(tls || caSecret),
    caSecret,
  };
}

/** How a program connects to it, by libpq's variables. */
export function ownDatabaseClient(context: BuildContext, own: OwnDatabase): Client {
  const {host, port, secret, tls, caSecret} = placeOf(context, own);
  const folder = `/etc/${own.name.slice(context.name.length + 1)}-ca`;
  return {
    env: [
      ...env({PGHOST: host, PGPORT: port}),
      fromSecret("PGUSER", secret, "username"),
      fromSecret("PGPASSWORD", secret, "password"),
      fromSecret("PGDATABASE", secret, "database"),
      ...env(tls ? {PGSSLMODE: "verify-full"} : {}),
      ...env(caSecret ? {PGSSLROOTCERT: `${folder}/ca.crt`} : {}),
    ],
    files: caSecret ? [{secret: caSecret, folder}] : [],
  };
}

/** The database and its role, for what makes them on a server of ours. */
export const databaseToMake = (own: OwnDatabase): k8s.EnvVar[] => [
  fromSecret("METADATA_USERNAME", secretOf(own), "username"),
  fromSecret("METADATA_PASSWORD", secretOf(own), "password"),
  fromSecret("METADATA_DATABASE", secretOf(own), "database"),
];

/** The container that makes it before the program's own set-up; none where it is there already. */
export function makeDatabase(context: BuildContext, own: OwnDatabase): k8s.Container[] {
  if (own.existing) return [];
  return [
    {
      name: "database",
      image: context.images.workloads,
      args: ["workloads/schema/main.ts", "own-database"],
      env: [...timescaledbClient(context).env, ...databaseToMake(own)],
      resources: containerResources(context, {cpu: "20m", memory: "128Mi"}),
      securityContext: containerSecurity,
      volumeMounts: [{name: "tmp", mountPath: "/tmp"}],
    },
  ];
}
