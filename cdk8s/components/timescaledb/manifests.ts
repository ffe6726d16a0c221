import type {Chart} from "cdk8s";
import {k8s} from "cdk8s-plus-28";
import {usesFlink} from "../../../api/components/flink.ts";
import {chunksOf, managesTimescaledb} from "../../../api/components/timescaledb.ts";
import {secondsOf} from "../../../api/quantities.ts";
import type {Manifests, PlanContext} from "../../component.ts";
import {
  type BuildContext,
  containerResources,
  containerSecurity,
  credentials,
  credentialsAnnotation,
  env,
  fromSecret,
  running,
  service,
} from "../../context.ts";
import {eventFields, eventIdentity} from "../../event-fields.ts";
import {clientsOf, isolate, type Peer, podsOf} from "../../network.ts";
import {keepAffinity, type PodTemplate, podTemplate} from "../../pod-template.ts";
import {bucketPort} from "../../s3.ts";
import {dataClaim} from "../../volumes.ts";
import {job, scheduledProgram} from "../../workload.ts";
import {selectOf} from "../monitoring/records.ts";
import {timescaledbAlerts} from "./alerts.ts";
import {backup} from "./backup.ts";
import {
  DATABASE,
  monitorName,
  READER,
  readerName,
  timescaledbClient,
  timescaledbEndpoint,
  timescaledbName,
} from "./client.ts";
import {EXPORTER_PORT, exporterName, postgresExporter} from "./exporter.ts";
import {archiveOf} from "./point-in-time.ts";

/** Grafana, by the label that its chart gives it: it asks TimescaleDB. */
const grafana: Peer = {
  namespaceSelector: {},
  podSelector: {matchLabels: {"app.kubernetes.io/name": "grafana"}},
};

const MONITOR = "telemetry_monitor";
const FOLDER = "/var/lib/postgresql/data";

export const timescaledb: Manifests = {
  name: "timescaledb",
  title: "TimescaleDB",
  enabled: (spec) => spec.timescaledb.enabled,
  build,
  uses: ["timescaledb"],
  serves: ({name, spec: {timescaledb}}) =>
    timescaledb.external
      ? {ports: [timescaledb.external.port ?? 5432]}
      : {ports: [5432], peers: [{podSelector: podsOf(name, "timescaledb")}]},
  client: timescaledbClient,
  endpoints: (context) => [timescaledbEndpoint(context)],
  passwords: {
    suffixes: ["timescaledb", "timescaledb-reader", "timescaledb-monitor"],
    generated: managesTimescaledb,
  },
  metrics: {
    port: EXPORTER_PORT,
    pods: (name) => ({"app.kubernetes.io/name": exporterName({name})}),
    scraped: managesTimescaledb,
    exporter: postgresExporter,
  },
  alerts: (context) => {
    const {timescaledb} = context.spec;
    if (!managesTimescaledb(context.spec)) return [];
    return timescaledbAlerts(selectOf(context), {
      retentionSeconds: secondsOf(timescaledb.retention),
      chunkSeconds: secondsOf(timescaledb.chunkInterval),
      archived: timescaledb.backup?.method === "PointInTime",
    });
  },
  dashboard: async () => (await import("./dashboard.ts")).timescaledb,
};

/** The server, unless it is there already, the Job that makes the hypertable and the one that drops old chunks and fills the hourly averages. */
function build(chart: Chart, context: PlanContext): void {
  const {provider, chunkInterval, retention, compressAfter, backup: backups, pod} = context.spec.timescaledb;
  const name = timescaledbName(context);
  const {env: access, files} = timescaledbClient(context);
  const sizing = {cpu: "20m", memory: "128Mi"};
  const managed = provider === "Managed";
  const peers = [
    ...clientsOf("timescaledb", context),
    ...(context.spec.observability.dashboards.enabled ? [grafana] : []),
  ];
  isolate(chart, context, {
    ...(managed ? {from: [{ports: [5432], peers}]} : {}),
    to: backups?.s3 ? [{ports: [bucketPort(backups.s3)]}] : [],
  });
  if (managed) server(chart, context);
  const schema = [
    ...access,
    ...env({CHUNK_INTERVAL_SECONDS: secondsOf(chunkInterval)}),
    ...env(compressAfter ? {COMPRESS_AFTER_SECONDS: secondsOf(compressAfter)} : {}),
    ...eventFields(context.spec),
    ...(usesFlink(context.spec) && context.spec.event.fields?.length ? env({FIELD_WINDOWS: "true"}) : []),
    ...eventIdentity(context.spec),
    ...(managed
      ? [
          fromSecret("READER_USERNAME", readerName(context), "username"),
          fromSecret("READER_PASSWORD", readerName(context), "password"),
          fromSecret("MONITOR_USERNAME", monitorName(context), "username"),
          fromSecret("MONITOR_PASSWORD", monitorName(context), "password"),
        ]
      : []),
  ];
  job(chart, context, {
    name: `${name}-schema`,
    command: ["workloads/schema/main.ts", "timescaledb"],
    env: schema,
    files,
    sizing,
    options: pod,
  });
  scheduledProgram(chart, context, {
    name: `${name}-retention`,
    schedule: "17 * * * *",
    description:
      "Brings the hourly averages up to date, with hours that got late events, and drops chunks past the retention.",
    command: ["workloads/schema/main.ts", "timescaledb-retention"],
    env: [...access, ...env({RETENTION_SECONDS: secondsOf(retention)})],
    files,
    sizing,
    options: pod,
  });
  if (backups) backup(chart, context, backups, {client: access, schema});
}

/** PostgreSQL's own, for each of its 100 connections. */
const LOCKS = 64;

/**
 * The locks of a query over the whole retention: each chunk and its two indexes. Room for four of them at a time, in powers of two, so that a new
 * retention seldom restarts the server.
 */
function lockArguments({spec}: BuildContext): string[] {
  const locks = 2 ** Math.ceil(Math.log2((chunksOf(spec.timescaledb) * 3 * 4) / 100));
  return locks > LOCKS ? ["-c", `max_locks_per_transaction=${locks}`] : [];
}

const selectorOf = (context: BuildContext) => ({
  "app.kubernetes.io/instance": context.name,
  "app.kubernetes.io/name": timescaledbName(context),
});

function serverTemplate(chart: Chart, context: BuildContext): PodTemplate {
  const name = timescaledbName(context);
  const {sizing, pod} = context.spec.timescaledb;
  const archive = archiveOf(context);
  const locks = lockArguments(context);
  return podTemplate(
    context,
    pod,
    {
      labels: {...chart.labels, ...selectorOf(context)},
      annotations: credentialsAnnotation(context, [
        fromSecret("POSTGRES_PASSWORD", name, "password"),
        ...(archive?.env ?? []),
      ]),
    },
    {
      terminationGracePeriodSeconds: 60,
      containers: [
        {
          name: "timescaledb",
          image: context.images.timescaledb,
          ...(locks.length > 0 ? {args: locks} : {}),
          env: [
            fromSecret("POSTGRES_USER", name, "username"),
            fromSecret("POSTGRES_PASSWORD", name, "password"),
            fromSecret("POSTGRES_DB", name, "database"),
            ...(archive ? [...archive.env, ...env({PGBACKREST_PG1_PATH: `${FOLDER}/pgdata`})] : []),
          ],
          ports: [{name: "postgresql", containerPort: 5432}],
          readinessProbe: {
            // By TCP and to the database: the server of the first set-up listens on a socket only.
            exec: {command: ["pg_isready", "--host", "127.0.0.1", "--dbname", DATABASE]},
            // Each probe starts a process: on an overloaded machine that takes seconds.
            periodSeconds: 5,
            timeoutSeconds: 10,
          },
          resources: containerResources(context, sizing, pod),
          securityContext: containerSecurity,
          volumeMounts: [
            {name: "data", mountPath: FOLDER},
            {name: "tmp", mountPath: "/tmp"},
            {name: "shm", mountPath: "/dev/shm"},
            ...(archive?.authority.mounts ?? []),
          ],
        },
      ],
      volumes: [
        {name: "tmp", emptyDir: {}},
        {name: "shm", emptyDir: {medium: "Memory", sizeLimit: k8s.Quantity.fromString("256Mi")}},
        ...(archive?.authority.volumes ?? []),
      ],
    },
  );
}

/** PostgreSQL with TimescaleDB: one pod, its volume, Service and credentials. */
function server(chart: Chart, context: BuildContext): void {
  const name = timescaledbName(context);
  const {storage, storageClass, pod} = context.spec.timescaledb;
  const selector = selectorOf(context);
  const policy = context.spec.deletionPolicy;
  credentials(chart, context, name, {username: "telemetry", database: DATABASE});
  credentials(chart, context, readerName(context), {username: READER});
  credentials(chart, context, monitorName(context), {username: MONITOR});
  service(chart, name, selector, {name: "postgresql", port: 5432});
  const template = serverTemplate(chart, context);
  const object = new k8s.KubeStatefulSet(chart, `StatefulSet-${name}`, {
    metadata: {name},
    spec: {
      serviceName: name,
      replicas: running(context) ? 1 : 0,
      persistentVolumeClaimRetentionPolicy: {whenDeleted: policy, whenScaled: "Retain"},
      selector: {matchLabels: selector},
      template,
      volumeClaimTemplates: [dataClaim(storage, storageClass)],
    },
  });
  keepAffinity(object, pod, template);
}
