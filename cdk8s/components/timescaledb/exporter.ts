import type {Chart} from "cdk8s";
import {k8s} from "cdk8s-plus-28";
import {stringify} from "yaml";
import type {PlanContext} from "../../component.ts";
import {
  type BuildContext,
  containerResources,
  containerSecurity,
  credentialsAnnotation,
  env,
  fromSecret,
  running,
} from "../../context.ts";
import {isolate, prometheus} from "../../network.ts";
import {keepAffinity, podTemplate} from "../../pod-template.ts";
import type {PodOwner} from "../monitoring/pod-owners.ts";
import {monitorName, timescaledbClient, timescaledbName} from "./client.ts";

export const EXPORTER_PORT = "pg-metrics";
export const exporterName = (context: Pick<BuildContext, "name">): string => `${timescaledbName(context)}-exporter`;

/** Queries of the exporter beside its own: one row each, whatever the number of vehicles and chunks. */
const queries = stringify(
  {
    pg_settings: {
      query: "SELECT current_setting('max_connections')::int AS max_connections",
      cache_seconds: 300,
      metrics: [{max_connections: {usage: "GAUGE", description: "Connections that the server takes at most."}}],
    },
    timescaledb: {
      query: `SELECT count(*) AS chunks, greatest(0, extract(epoch FROM now() - min(range_end))) AS oldest_chunk_age_seconds,
      hypertable_size('telemetry') AS hypertable_size_bytes
      FROM timescaledb_information.chunks WHERE hypertable_name = 'telemetry'`,
      cache_seconds: 30,
      metrics: [
        {chunks: {usage: "GAUGE", description: "Chunks of the telemetry hypertable."}},
        {oldest_chunk_age_seconds: {usage: "GAUGE", description: "Time since the end of the oldest chunk's range."}},
        {hypertable_size_bytes: {usage: "GAUGE", description: "Size of the hypertable with its indexes."}},
      ],
    },
  },
  {lineWidth: 0},
);

const ARGUMENTS = [
  "--extend.query-path=/etc/exporter/queries.yaml",
  // Chunks are tables: series for each of them would grow with the retention.
  "--no-collector.stat_user_tables",
  "--no-collector.statio_user_tables",
  // Some three hundred that nobody asks for.
  "--disable-settings-metrics",
];

/** Prometheus' exporter for a TimescaleDB of ours. A pod of its own: if it ends, the database does not become unready with it. */
export function postgresExporter(chart: Chart, context: PlanContext): PodOwner {
  const name = exporterName(context);
  const selector = {"app.kubernetes.io/instance": context.name, "app.kubernetes.io/name": name};
  const host = timescaledbClient(context).env.find((variable) => variable.name === "PGHOST")!.value!;
  const access = [
    fromSecret("DATA_SOURCE_USER", monitorName(context), "username"),
    fromSecret("DATA_SOURCE_PASS", monitorName(context), "password"),
  ];
  isolate(chart, context, {from: [{ports: [EXPORTER_PORT], peers: [prometheus(context)]}]});
  new k8s.KubeConfigMap(chart, `ConfigMap-${name}`, {
    metadata: {name},
    data: {"queries.yaml": queries},
  });
  const template = podTemplate(
    context,
    context.spec.timescaledb.pod,
    {labels: {...chart.labels, ...selector}, annotations: credentialsAnnotation(context, access)},
    {
      containers: [
        {
          name: "exporter",
          image: context.images.timescaledb,
          command: ["prometheus-postgres-exporter"],
          args: ARGUMENTS,
          env: [...env({DATA_SOURCE_URI: `${host}:5432/telemetry?sslmode=disable`}), ...access],
          ports: [{name: EXPORTER_PORT, containerPort: 9187}],
          readinessProbe: {httpGet: {path: "/", port: k8s.IntOrString.fromString(EXPORTER_PORT)}, periodSeconds: 5},
          resources: containerResources(context, {cpu: "10m", memory: "64Mi"}),
          securityContext: containerSecurity,
          volumeMounts: [{name: "queries", mountPath: "/etc/exporter", readOnly: true}],
        },
      ],
      volumes: [{name: "queries", configMap: {name}}],
    },
  );
  const object = new k8s.KubeDeployment(chart, `Deployment-${name}`, {
    metadata: {name},
    spec: {
      replicas: running(context) ? 1 : 0,
      selector: {matchLabels: selector},
      template,
    },
  });
  keepAffinity(object, context.spec.timescaledb.pod, template);
  return {kind: "Deployment", name};
}
