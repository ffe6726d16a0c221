import type {Chart} from "cdk8s";
import {secondsOf} from "../../operator/api/fields.ts";
import {type BuildContext, credentials, custom, env, fromSecret, resources, running} from "../context.ts";
import type {K8ssandraCluster} from "../imports/k8ssandracluster.ts";
import {job} from "../workload.ts";

const DATACENTER = "dc1";
const KEYSPACE = "telemetry";
export const superuserName = (context: BuildContext) => `${context.name}-superuser`;
const readerName = (context: BuildContext) => `${context.name}-cassandra-reader`;
export const cassandraRoleName = (context: BuildContext) => `${context.name}-cassandra`;

/** K8ssandra's cluster of one datacenter, three roles with their Secrets, and the Job that makes keyspace and table. */
export function cassandra(chart: Chart, context: BuildContext): void {
  const {name, spec} = context;
  const {version, size, storage, ttl, sizing} = spec.cassandra;
  credentials(chart, context, superuserName(context), {username: superuserName(context)});
  credentials(chart, context, cassandraRoleName(context), {username: "telemetry"});
  credentials(chart, context, readerName(context), {username: "telemetry_reader"});
  custom<K8ssandraCluster>(chart, {
    apiVersion: "k8ssandra.io/v1alpha1",
    kind: "K8ssandraCluster",
    metadata: {
      name,
      annotations: {"cassandra.datastax.com/delete-pvc": String(spec.deletionPolicy === "Delete")},
    },
    spec: {
      auth: true,
      cassandra: {
        serverType: "cassandra",
        serverVersion: version,
        superuserSecretRef: {name: superuserName(context)},
        resources: resources(sizing),
        config: {jvmOptions: {heapSize: `${sizing.heapMiB}Mi`}},
        storageConfig: {
          cassandraDataVolumeClaimSpec: {accessModes: ["ReadWriteOnce"], resources: {requests: {storage}}},
        },
        datacenters: [{metadata: {name: DATACENTER}, size, stopped: !running(context)}],
      },
    },
  });
  job(chart, context, {
    name: `${name}-cassandra-schema`,
    command: ["workloads/schema/main.ts", "cassandra"],
    env: [
      ...cassandraEnv(context),
      fromSecret("CASSANDRA_SUPERUSER_USERNAME", superuserName(context), "username"),
      fromSecret("CASSANDRA_SUPERUSER_PASSWORD", superuserName(context), "password"),
      fromSecret("READER_USERNAME", readerName(context), "username"),
      fromSecret("READER_PASSWORD", readerName(context), "password"),
      ...env({CASSANDRA_REPLICATION: Math.min(3, size), TTL_SECONDS: secondsOf(ttl)}),
    ],
    sizing: {cpu: "20m", memory: "128Mi"},
  });
}

const clientEnv = (context: BuildContext, role: string) => [
  ...env({
    CASSANDRA_CONTACT_POINTS: `${context.name}-${DATACENTER}-service.${context.namespace}.svc.cluster.local`,
    CASSANDRA_DATACENTER: DATACENTER,
    CASSANDRA_KEYSPACE: KEYSPACE,
  }),
  fromSecret("CASSANDRA_USERNAME", role, "username"),
  fromSecret("CASSANDRA_PASSWORD", role, "password"),
];

export const cassandraEnv = (context: BuildContext) => clientEnv(context, cassandraRoleName(context));
/** The same with a role that can only read. */
export const cassandraReaderEnv = (context: BuildContext) => clientEnv(context, readerName(context));
