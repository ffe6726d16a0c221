import type {Chart} from "cdk8s";
import {k8s} from "cdk8s-plus-28";
import {managesLake} from "../../../api/components/lake.ts";
import {isRunning} from "../../../api/pipeline.ts";
import type {Manifests, PlanContext} from "../../component.ts";
import type {BuildContext} from "../../context.ts";
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
import {METRICS_PORT, selectorOf, server} from "./server.ts";

const PORTS = [S3_PORT, CATALOG_PORT];

export const lake: Manifests = {
  name: "lake",
  title: "lake: SeaweedFS",
  enabled: (spec) => spec.lake.enabled,
  build,
  kinds: [seaweed],
  uses: ["lake"],
  serves,
  client: lakeClient,
  endpoints: lakeEndpoints,
  passwords: {suffixes: ["lake", "lake-writer", "lake-reader"], generated: managesLake},
  metrics: {
    port: METRICS_PORT.name,
    pods: (name) => podsOf(name, "lake").matchLabels!,
    scraped: managesLake,
    ownAlerts: "missing and down",
  },
  // A server that is stopped on purpose is not down.
  alerts: (context) =>
    managesLake(context.spec) ? lakeAlerts(selectOf(context), isRunning(context.spec) ? 1 : 0) : [],
};

function serves({name, spec: {lake}}: BuildContext): Rule {
  if (lake.external) return {ports: [...new Set(externalUrls(lake.external).map(portOf))]};
  return {ports: PORTS, peers: [{podSelector: podsOf(name, "lake")}]};
}

/** The store, unless it is there already, and the Job that makes buckets and namespace, or says what an existing store lacks. */
function build(chart: Chart, context: PlanContext): void {
  const managed = managesLake(context.spec);
  isolate(
    chart,
    context,
    managed
      ? {
          from: [
            {ports: PORTS, peers: clientsOf("lake", context)},
            {ports: [METRICS_PORT.name], peers: [prometheus(context)]},
          ],
        }
      : {},
  );
  if (managed) {
    identities(chart, context);
    endpoint(chart, context);
    server(chart, context);
  }
  const {env: access, files} = lakeAccess(context, "admin");
  job(chart, context, {
    name: `${lakeName(context)}-schema`,
    command: ["workloads/schema/main.ts", "lake"],
    env: [...access, ...(managed ? [{name: "LAKE_TABLE_BUCKET", value: WAREHOUSE}] : [])],
    files,
    sizing: {cpu: "20m", memory: "128Mi"},
    options: context.spec.lake.pod,
  });
}

/** One address for object store and catalogue. */
function endpoint(chart: Chart, context: BuildContext): void {
  const name = lakeName(context);
  const ports = {s3: S3_PORT, iceberg: CATALOG_PORT};
  new k8s.KubeService(chart, `Service-${name}`, {
    metadata: {name},
    spec: {
      selector: selectorOf(context),
      ports: Object.entries(ports).map(([port, number]) => ({
        name: port,
        port: number,
        targetPort: k8s.IntOrString.fromNumber(number),
      })),
    },
  });
}
