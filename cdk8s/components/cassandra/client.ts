import {createHash} from "node:crypto";
import {bareHost} from "../../../api/addresses.ts";
import type {ExternalCassandra} from "../../../api/components/cassandra.ts";
import type {Endpoint} from "../../../api/status.ts";
import type {Client} from "../../component.ts";
import {type BuildContext, env, fromSecret} from "../../context.ts";

/** The parts of a K8ssandraCluster that stay for as long as its data lives. */
export interface CassandraFacts {
  /** The replication of the data names it, as do its volumes; unset: that of a new pipeline. */
  datacenter?: string | undefined;
  /** Of the volumes; unset: no class is named. */
  storageClass?: string | undefined;
}

declare module "../../context.ts" {
  interface Facts {
    cassandra?: CassandraFacts;
  }
}

const KEYSPACE = "telemetry";
/**
 * The datacenter of a new pipeline: cass-operator names an object after it in the pipeline's namespace, and deletes that by its name.
 * The pipeline's own name in full would make the names of some Services too long.
 */
export const newDatacenter = (name: string): string =>
  `dc-${createHash("sha256").update(name).digest("hex").slice(0, 6)}`;
export const datacenterOf = ({name, facts}: BuildContext): string =>
  facts?.cassandra?.datacenter ?? newDatacenter(name);

export const readerName = (context: BuildContext) => `${context.name}-cassandra-reader`;
export const cassandraRoleName = (context: BuildContext) => `${context.name}-cassandra`;

const CA_FOLDER = "/etc/cassandra-ca";

/** How clients reach the nodes: those of the spec, or ours. */
const connectionOf = (context: BuildContext, reader: boolean): ExternalCassandra =>
  context.spec.cassandra.external ?? {
    contactPoints: [`${context.name}-${datacenterOf(context)}-service.${context.namespace}.svc.cluster.local`],
    datacenter: datacenterOf(context),
    secret: reader ? readerName(context) : cassandraRoleName(context),
  };

/** The parameters of a client of Cassandra; a reader cannot write, save with the one role of external nodes. */
export function cassandraClient(context: BuildContext, reader = false): Client {
  const {contactPoints, port, datacenter, keyspace, secret, tls, caSecret} = connectionOf(context, reader);
  return {
    env: [
      ...env({
        CASSANDRA_CONTACT_POINTS: contactPoints.map(bareHost).join(","),
        CASSANDRA_DATACENTER: datacenter,
        CASSANDRA_KEYSPACE: keyspace ?? KEYSPACE,
      }),
      ...env(port ? {CASSANDRA_PORT: port} : {}),
      fromSecret("CASSANDRA_USERNAME", secret, "username"),
      fromSecret("CASSANDRA_PASSWORD", secret, "password"),
      ...env(caSecret ? {CASSANDRA_CA_FILE: `${CA_FOLDER}/ca.crt`} : tls ? {CASSANDRA_TLS: "true"} : {}),
    ],
    files: caSecret ? [{secret: caSecret, folder: CA_FOLDER}] : [],
  };
}

/** The endpoint of applications, as a role that only reads. The role of external nodes writes: it is not for them. */
export function cassandraEndpoint(context: BuildContext): Endpoint {
  const {contactPoints, port, datacenter, keyspace, secret, tls, caSecret} = connectionOf(context, true);
  return {
    name: "cassandra",
    protocol: "cql",
    address: contactPoints.map(bareHost).join(","),
    port: port ?? 9042,
    keyspace: keyspace ?? KEYSPACE,
    datacenter,
    tls: Boolean(tls || caSecret),
    ...(context.spec.cassandra.external ? {} : {secret, secretKeys: ["username", "password"]}),
    caSecret,
  };
}
