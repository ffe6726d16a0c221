import type {Chart} from "cdk8s";
import {k8s} from "cdk8s-plus-28";
import {managesLake} from "../../../api/components/lake.ts";
import {isRunning, type ResolvedSpec} from "../../../api/pipeline.ts";
import type {Manifests, PlanContext} from "../../component.ts";
import {type BuildContext, env, running} from "../../context.ts";
import {eventFields, eventIdentity} from "../../event-fields.ts";
import {clientsOf, isolate, podsOf, portOf, prometheus, type Rule} from "../../network.ts";
import {job} from "../../workload.ts";
import {selectOf} from "../monitoring/records.ts";
import {lakeAlerts} from "./alerts.ts";
import {
  CATALOG_PORT,
  externalUrls,
  lakeAccess,
  lakeClient,
  lakeEndpoints,
  lakeName,
  S3_PORT,
  WAREHOUSE,
} from "./client.ts";
import {identities} from "./identities.ts";
import {seaweed} from "./kinds.ts";
import {maintenance} from "./maintenance.ts";
import {METRICS_PORTS, partLabels, seaweedCluster, serversOf} from "./seaweed.ts";
import {METRICS_PORT, selectorOf, server} from "./server.ts";
import {tableAlerts} from "./table-alerts.ts";

const PORTS = [S3_PORT, CATALOG_PORT];

export const lake: Manifests = {
  name: "lake",
  title: "lake: SeaweedFS; in Production its volume servers, masters, filer and gateway",
  enabled: (spec) => spec.lake.enabled,
  build,
  kinds: [seaweed],
  uses: ["lake"],
  serves,
  client: lakeClient,
  endpoints: lakeEndpoints,
  passwords: {suffixes: ["lake", "lake-writer", "lake-reader"], generated: managesLake},
  metrics: {
    port: [METRICS_PORT.name, ...METRICS_PORTS],
    pods: (name) => podsOf(name, "lake").matchLabels!,
    scraped: managesLake,
    ownAlerts: "missing and down",
  },
  alerts(context) {
    const select = selectOf(context);
    const ofServers = managesLake(context.spec) ? lakeAlerts(select, targetsOf(context.spec)) : [];
    return [...ofServers, ...tableAlerts(select, context.spec)];
  },
  dashboard: async () => (await import("./dashboard.ts")).lake,
};

/** Pods that Prometheus finds. A server that is stopped on purpose is not down. */
function targetsOf(spec: ResolvedSpec): number {
  if (!isRunning(spec)) return 0;
  return spec.lake.replicated ? serversOf(spec.lake) : 1;
}

function serves({name, spec: {lake}}: BuildContext): Rule {
  if (lake.external) return {ports: [...new Set(externalUrls(lake.external).map(portOf))]};
  return {ports: PORTS, peers: [{podSelector: podsOf(name, "lake")}]};
}

/** The store, unless it is there already, and the Job that makes buckets and tables, or says what an existing store lacks. */
function build(chart: Chart, context: PlanContext): void {
  const managed = managesLake(context.spec);
  closeTo(chart, context, managed);
  if (managed) {
    identities(chart, context);
    if (context.spec.lake.replicated) replicated(chart, context);
    else single(chart, context);
  }
  const {env: access, files} = lakeAccess(context, "admin");
  job(chart, context, {
    name: `${lakeName(context)}-schema`,
    command: ["workloads/schema/main.ts", "lake"],
    env: [
      ...access,
      ...env(managed ? {LAKE_TABLE_BUCKET: WAREHOUSE} : {}),
      ...eventFields(context.spec),
      ...eventIdentity(context.spec),
    ],
    files,
    sizing: {cpu: "20m", memory: "128Mi"},
    options: context.spec.lake.pod,
  });
  maintenance(chart, context);
}

/** Servers of one store talk by ports of their own, without a login. */
function closeTo(chart: Chart, context: PlanContext, managed: boolean): void {
  const each = {ports: [], peers: [{podSelector: podsOf(context.name, "lake")}]};
  const servers = [
    {ports: PORTS, peers: clientsOf("lake", context)},
    {ports: [METRICS_PORT.containerPort], peers: [prometheus(context)]},
  ];
  const among = managed && context.spec.lake.replicated ? [each] : [];
  isolate(chart, context, {from: managed ? [...servers, ...among] : [], to: among});
}

function single(chart: Chart, context: BuildContext): void {
  address(chart, context, selectorOf(context));
  server(chart, context);
}

/** Of a pipeline that is stopped the servers go; their volumes stay, whatever becomes of what made them. */
function replicated(chart: Chart, context: BuildContext): void {
  address(chart, context, partLabels(context, "s3"));
  if (running(context)) seaweedCluster(chart, context);
}

/** One address for object store and catalogue. */
function address(chart: Chart, context: BuildContext, selector: Record<string, string>): void {
  const name = lakeName(context);
  const ports = {s3: S3_PORT, iceberg: CATALOG_PORT};
  new k8s.KubeService(chart, `Service-${name}`, {
    metadata: {name},
    spec: {
      selector,
      ports: Object.entries(ports).map(([port, number]) => ({
        name: port,
        port: number,
        targetPort: k8s.IntOrString.fromNumber(number),
      })),
    },
  });
}
