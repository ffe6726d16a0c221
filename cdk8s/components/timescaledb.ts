import type {Chart} from "cdk8s";
import {k8s} from "cdk8s-plus-28";
import {secondsOf} from "../../operator/api/fields.ts";
import {
  type BuildContext,
  containerResources,
  containerSecurity,
  credentials,
  env,
  fromSecret,
  podSecurity,
  running,
  service,
} from "../context.ts";
import {cronJob, job} from "../workload.ts";

export const timescaledbName = (context: BuildContext) => `${context.name}-timescaledb`;
const readerName = (context: BuildContext) => `${timescaledbName(context)}-reader`;
const READER = "telemetry_reader";
const DATABASE = "telemetry";

/** PostgreSQL with TimescaleDB: one pod, its volume, Service and credentials, and the Job that makes the hypertable. */
export function timescaledb(chart: Chart, context: BuildContext): void {
  const name = timescaledbName(context);
  const {storage, chunkInterval, retention, sizing} = context.spec.timescaledb;
  const selector = {"app.kubernetes.io/instance": context.name, "app.kubernetes.io/name": name};
  const policy = context.spec.deletionPolicy;
  credentials(chart, context, name, {username: "telemetry", database: DATABASE});
  credentials(chart, context, readerName(context), {username: READER});
  service(chart, name, selector, {name: "postgresql", port: 5432});
  new k8s.KubeStatefulSet(chart, `StatefulSet-${name}`, {
    metadata: {name},
    spec: {
      serviceName: name,
      replicas: running(context) ? 1 : 0,
      persistentVolumeClaimRetentionPolicy: {whenDeleted: policy, whenScaled: "Retain"},
      selector: {matchLabels: selector},
      template: {
        metadata: {labels: {...chart.labels, ...selector}},
        spec: {
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          securityContext: podSecurity(),
          terminationGracePeriodSeconds: 60,
          containers: [
            {
              name: "timescaledb",
              image: context.images.timescaledb,
              env: [
                fromSecret("POSTGRES_USER", name, "username"),
                fromSecret("POSTGRES_PASSWORD", name, "password"),
                fromSecret("POSTGRES_DB", name, "database"),
              ],
              ports: [{name: "postgresql", containerPort: 5432}],
              readinessProbe: {
                // By TCP and to the database: the server of the first set-up listens on a socket only.
                exec: {command: ["pg_isready", "--host", "127.0.0.1", "--dbname", DATABASE]},
                periodSeconds: 2,
                timeoutSeconds: 3,
              },
              resources: containerResources(sizing),
              securityContext: containerSecurity,
              volumeMounts: [
                {name: "data", mountPath: "/var/lib/postgresql/data"},
                {name: "tmp", mountPath: "/tmp"},
                {name: "shm", mountPath: "/dev/shm"},
              ],
            },
          ],
          volumes: [
            {name: "tmp", emptyDir: {}},
            {name: "shm", emptyDir: {medium: "Memory", sizeLimit: k8s.Quantity.fromString("256Mi")}},
          ],
        },
      },
      volumeClaimTemplates: [
        {
          metadata: {name: "data"},
          spec: {accessModes: ["ReadWriteOnce"], resources: {requests: {storage: k8s.Quantity.fromString(storage)}}},
        },
      ],
    },
  });
  job(chart, context, {
    name: `${name}-schema`,
    command: ["workloads/schema/main.ts", "timescaledb"],
    env: [
      ...timescaledbEnv(context),
      ...env({CHUNK_INTERVAL_SECONDS: secondsOf(chunkInterval)}),
      fromSecret("READER_USERNAME", readerName(context), "username"),
      fromSecret("READER_PASSWORD", readerName(context), "password"),
    ],
    sizing: {cpu: "20m", memory: "128Mi"},
  });
  cronJob(chart, context, {
    name: `${name}-retention`,
    schedule: "17 * * * *",
    suspend: !running(context),
    command: ["workloads/schema/main.ts", "timescaledb-retention"],
    env: [...timescaledbEnv(context), ...env({RETENTION_SECONDS: secondsOf(retention)})],
    sizing: {cpu: "20m", memory: "128Mi"},
  });
}

const clientEnv = (context: BuildContext, role: string) => {
  const name = timescaledbName(context);
  return [
    ...env({PGHOST: `${name}.${context.namespace}.svc.cluster.local`, PGPORT: 5432}),
    fromSecret("PGUSER", role, "username"),
    fromSecret("PGPASSWORD", role, "password"),
    fromSecret("PGDATABASE", name, "database"),
  ];
};

export const timescaledbEnv = (context: BuildContext) => clientEnv(context, timescaledbName(context));
/** The same with a role that can only read. */
export const timescaledbReaderEnv = (context: BuildContext) => clientEnv(context, readerName(context));
