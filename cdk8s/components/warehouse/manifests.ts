import type {Chart} from "cdk8s";
import {managesWarehouse, TABLES} from "../../../api/components/warehouse.ts";
import {withoutResources} from "../../../api/pod.ts";
import {secondsOf} from "../../../api/quantities.ts";
import {type Client, connectionTo, type Manifests, type PlanContext} from "../../component.ts";
import {type BuildContext, env, running, service} from "../../context.ts";
import {eventFields} from "../../event-fields.ts";
import {
  API_SERVER,
  clientsOf,
  isolate,
  podsOf,
  portOf,
  prometheus,
  type Rule,
  telemetryOperator,
} from "../../network.ts";
import {deployment, job} from "../../workload.ts";
import {canonicalTopic, kafkaClient} from "../kafka/client.ts";
import {guestsOf, lakeAccess} from "../lake/client.ts";
import {selectOf} from "../monitoring/records.ts";
import {timescaledbClient} from "../timescaledb/client.ts";
import {databaseToMake, placeOf} from "../timescaledb/own-database.ts";
import {warehouseAlerts} from "./alerts.ts";
import {
  metadata,
  ROUTER_PORT,
  secrets,
  segmentUrl,
  warehouseClient,
  warehouseEndpoint,
  warehouseName,
} from "./client.ts";
import {account, discoveryRules, druid, LOGIN} from "./druid.ts";
import {druidKind} from "./kinds.ts";

export const warehouse: Manifests = {
  name: "warehouse",
  title: "warehouse: Druid's coordinator with ZooKeeper, historicals, indexers, brokers and routers, and their keeper",
  enabled: (spec) => spec.warehouse.enabled,
  build,
  kinds: [druidKind],
  rights: discoveryRules,
  uses: ["kafka", "lake", "timescaledb", "warehouse"],
  login: LOGIN,
  serves,
  client: warehouseClient,
  endpoints: (context) => [warehouseEndpoint(context)],
  passwords: {suffixes: ["warehouse", "warehouse-database"], generated: managesWarehouse},
  metrics: {port: "http", ownAlerts: "missing"},
  alerts: (context) => warehouseAlerts(selectOf(context), context.spec),
  notReady: "aside",
  dashboard: async () => (await import("./dashboard.ts")).warehouse,
};

function serves({name, spec: {warehouse}}: BuildContext): Rule {
  if (warehouse.external) return {ports: [portOf(warehouse.external.url)]};
  return {ports: [ROUTER_PORT], peers: [{podSelector: podsOf(name, "warehouse")}]};
}

/** Druid, unless it is there already, and its keeper. */
function build(chart: Chart, context: PlanContext): void {
  const managed = managesWarehouse(context.spec);
  closeTo(chart, context, managed);
  if (managed) {
    secrets(chart, context);
    account(chart, context);
    setUp(chart, context);
    druid(chart, context);
    const selector = {druid_cr: warehouseName(context), component: "router"};
    service(chart, warehouseName(context), selector, {name: "druid-port", port: ROUTER_PORT});
  }
  keeper(chart, context);
}

/** Druid's processes talk to one another by ports of their own, without a login: so nobody else may reach them but by the router. */
function closeTo(chart: Chart, context: PlanContext, managed: boolean): void {
  const {clustered, s3} = context.spec.warehouse;
  const each = {ports: [], peers: [{podSelector: podsOf(context.name, "warehouse")}]};
  const database = managed && clustered ? [{ports: [placeOf(context, metadata(context)).port]}, API_SERVER] : [];
  isolate(chart, context, {
    from: [
      {ports: ["http"], peers: [prometheus(context), telemetryOperator]},
      // Druid fetches predictions from the keeper; one that is there already, from wherever it is.
      ...(managed || !context.spec.predictions.enabled ? [] : [{ports: ["http"]}]),
      ...(managed ? [{ports: [ROUTER_PORT], peers: clientsOf("warehouse", context)}, each] : []),
    ],
    to: managed ? [each, ...(s3 ? [{ports: [portOf(segmentUrl(context))]}] : []), ...database] : [],
  });
}

/** The Job that makes the bucket of the segments and the database of the metadata, where they are on servers of ours. */
function setUp(chart: Chart, context: PlanContext): void {
  const {clustered, database} = context.spec.warehouse;
  const [guest] = guestsOf(context);
  const makesDatabase = clustered && !database;
  if (!guest && !makesDatabase) return;
  const parts = [
    ...(guest ? [lakeAccess(context, "admin")] : []),
    ...(makesDatabase ? [timescaledbClient(context)] : []),
  ];
  job(chart, context, {
    name: `${warehouseName(context)}-schema`,
    command: ["workloads/schema/main.ts", "warehouse"],
    env: [
      ...parts.flatMap(({env}) => env),
      ...env(guest ? {WAREHOUSE_BUCKET: guest.bucket} : {}),
      ...(makesDatabase ? databaseToMake(metadata(context)) : []),
    ],
    files: parts.flatMap(({files}) => files),
    sizing: {cpu: "20m", memory: "128Mi"},
    options: withoutResources(context.spec.warehouse.pod),
  });
}

/** The program that keeps Druid's tables as the spec has them, and says how they are. */
function keeper(chart: Chart, context: PlanContext): void {
  const {external, handoff, retention = {}, historicals} = context.spec.warehouse;
  const kafka = kafkaClient(context, LOGIN);
  const druidClient = warehouseClient(context);
  const kept = Object.fromEntries(
    TABLES.flatMap((table) => (retention[table] ? [[table, secondsOf(retention[table])]] : [])),
  );
  const predictions = predictionsOf(context);
  deployment(chart, context, {
    name: `${warehouseName(context)}-keeper`,
    command: ["workloads/warehouse/main.ts"],
    // It is not ready while a table is not filled, and then says why.
    unready: true,
    replicas: running(context) ? 1 : 0,
    sizing: {cpu: "20m", memory: "192Mi"},
    options: withoutResources(context.spec.warehouse.pod),
    files: [...kafka.files, ...druidClient.files, ...predictions.files],
    env: [
      ...kafka.env,
      ...canonicalTopic(context),
      ...druidClient.env,
      ...env({
        PIPELINE: context.name,
        // The processes of ours have the login in their environment; others are told it.
        WAREHOUSE_KAFKA_LOGIN: external ? "told" : "environment",
        WAREHOUSE_HANDOFF_SECONDS: secondsOf(handoff),
        WAREHOUSE_RETENTION: JSON.stringify(kept),
        WAREHOUSE_COPIES: Math.min(2, external ? 2 : historicals),
      }),
      ...eventFields(context.spec),
      ...predictions.env,
    ],
  });
}

/** How the keeper reads predictions, and where Druid's processes fetch them from it. */
function predictionsOf(context: PlanContext): Client {
  const {predictions, timescaledb} = context.spec;
  if (!predictions.enabled) return {env: [], files: []};
  const database = connectionTo(context, "timescaledb", true);
  return {
    files: database.files,
    env: [
      ...database.env,
      ...env({
        PREDICTIONS_URL: `http://${warehouseName(context)}-keeper.${context.namespace}.svc.cluster.local:8080`,
        PREDICTIONS_RETENTION_SECONDS: secondsOf(timescaledb.retention),
      }),
    ],
  };
}
