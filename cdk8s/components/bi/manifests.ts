import type {Chart} from "cdk8s";
import {coldChainLimit} from "../../../api/components/bi.ts";
import {withoutResources} from "../../../api/pod.ts";
import type {Manifests, PlanContext} from "../../component.ts";
import {env, running} from "../../context.ts";
import {isolate, podsOf, prometheus, telemetryOperator} from "../../network.ts";
import {deployment} from "../../workload.ts";
import {selectOf} from "../monitoring/records.ts";
import {placeOf} from "../timescaledb/own-database.ts";
import {biAlerts} from "./alerts.ts";
import {biClient, biEndpoint, biName, database, loginEnv, PORT, secrets} from "./client.ts";
import {metabase} from "./metabase.ts";
import {deployServer, type Server} from "./server.ts";
import {sources} from "./sources.ts";
import {superset} from "./superset.ts";

const KEEPER_PORT = 8_080;
const SERVERS: Record<PlanContext["spec"]["bi"]["provider"], Server> = {Metabase: metabase, Superset: superset};

export const bi: Manifests = {
  name: "bi",
  title: "BI: Metabase or Superset, and its keeper",
  enabled: (spec) => spec.bi.enabled,
  build,
  uses: ["timescaledb", "warehouse", "lake", "bi"],
  serves: ({name}) => ({ports: [PORT], peers: [{podSelector: podsOf(name, "bi")}]}),
  client: biClient,
  endpoints: (context) => [biEndpoint(context)],
  passwords: {suffixes: ["bi", "bi-viewer", "bi-keeper", "bi-key", "bi-database"]},
  metrics: {
    port: "http",
    pods: (name) => ({"app.kubernetes.io/name": `${name}-bi-keeper`}),
    ownAlerts: "missing",
  },
  alerts: (context) => biAlerts(selectOf(context), context.spec),
  notReady: "aside",
  dashboard: async () => (await import("./dashboard.ts")).bi,
};

function build(chart: Chart, context: PlanContext): void {
  const server = SERVERS[context.spec.bi.provider];
  const own = database(context);
  // People come by way of an ingress, which may be anywhere; the login keeps others out.
  isolate(chart, context, {
    from: [{ports: [PORT]}, {ports: [KEEPER_PORT], peers: [prometheus(context), telemetryOperator]}],
    to: own.existing ? [{ports: [placeOf(context, own).port]}] : [],
  });
  secrets(chart, context);
  server.prepare(chart, context);
  deployServer(chart, context, server);
  keeper(chart, context);
}

/** The program that makes the dashboards, and says how they are. */
function keeper(chart: Chart, context: PlanContext): void {
  const {provider} = context.spec.bi;
  const client = biClient(context);
  const read = sources(context);
  deployment(chart, context, {
    name: `${biName(context)}-keeper`,
    command: ["workloads/bi/main.ts"],
    // It is not ready while the dashboards are not made, and then says why.
    unready: true,
    replicas: running(context) ? 1 : 0,
    sizing: {cpu: "20m", memory: "128Mi"},
    options: withoutResources(context.spec.bi.pod),
    files: read.files,
    env: [
      ...client.env,
      // Superset's set-up makes the others; Metabase makes people by its API alone.
      ...(provider === "Metabase" ? loginEnv(context, "BI", "BI_READER") : []),
      ...env({BI_PROVIDER: provider, BI_COLD_CHAIN_MAX: coldChainLimit(context.spec)}),
      ...read.env,
    ],
  });
}
