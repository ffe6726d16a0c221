import {createHash} from "node:crypto";
import {readFileSync} from "node:fs";
import {join} from "node:path";
import type {Chart} from "cdk8s";
import {k8s} from "cdk8s-plus-28";
import {stringify} from "yaml";
import type {ResolvedSpec} from "../../operator/api/profiles.ts";
import {type BuildContext, custom} from "../context.ts";
import type {GrafanaDashboard} from "../imports/grafanadashboard.ts";
import type {GrafanaDatasource} from "../imports/grafanadatasource.ts";
import {READER, readerName, timescaledbName} from "./timescaledb.ts";

/** The dashboards of a pipeline and when they are of use. That of the operator comes with its own installation. */
const BOARDS: Record<string, (spec: ResolvedSpec) => boolean> = {
  fleet: ({timescaledb}) => timescaledb.enabled,
  pipeline: () => true,
  kafka: ({kafka}) => kafka.provider === "Strimzi",
  timescaledb: ({timescaledb}) => timescaledb.enabled && timescaledb.provider === "Managed",
  cassandra: ({cassandra}) => cassandra.enabled && cassandra.provider === "K8ssandra",
};

/** Grafana objects of the Grafana operator that take the dashboards have this label. */
const INSTANCES = {matchLabels: {dashboards: "grafana"}};
const POSTGRES = "grafana-postgresql-datasource";

/** The text of a generated dashboard, with marks where names go: filling them in costs nothing, however often it is done. */
function template(key: string): string {
  const board = JSON.parse(readFileSync(join(import.meta.dirname, "..", "dashboards", "json", `${key}.json`), "utf8"));
  const current: Record<string, string> = {namespace: "@namespace@", pipeline: "@pipeline@", timescaledb: "@id@"};
  for (const variable of board.templating.list) {
    const value = current[variable.name];
    if (value) variable.current = {selected: true, text: value, value};
  }
  return JSON.stringify({...board, uid: `${key}-@id@`, title: `${board.title}: @namespace@ / @pipeline@`});
}

const templates = Object.fromEntries(Object.keys(BOARDS).map((key) => [key, template(key)]));

/** A name that Grafana, which knows no namespaces, can tell pipelines apart by, in its 40 characters. */
const idOf = ({namespace, name}: BuildContext) =>
  `telemetry-${createHash("sha256").update(`${namespace}/${name}`).digest("hex").slice(0, 12)}`;

const boardsOf = ({spec}: BuildContext) => Object.keys(BOARDS).filter((key) => BOARDS[key]!(spec));
const configMapName = ({name}: BuildContext) => `${name}-dashboards`;
/** Of a server that is someone else's there is no role that can only read. */
const hasSource = ({spec}: BuildContext) => spec.timescaledb.enabled && spec.timescaledb.provider === "Managed";

/** For the sidecar of kube-prometheus-stack's Grafana: a ConfigMap with the dashboards, and a Secret with the data source. */
export function dashboards(chart: Chart, context: BuildContext): void {
  const {name, namespace} = context;
  const id = idOf(context);
  const fill = (text: string) =>
    text.replaceAll("@id@", id).replaceAll("@namespace@", namespace).replaceAll("@pipeline@", name);
  new k8s.KubeConfigMap(chart, `ConfigMap-${configMapName(context)}`, {
    metadata: {
      name: configMapName(context),
      labels: {grafana_dashboard: "1"},
      annotations: {grafana_folder: "Telemetry"},
    },
    // The sidecar writes all files into one folder.
    data: Object.fromEntries(boardsOf(context).map((key) => [`${id}-${key}.json`, fill(templates[key]!)])),
  });
  if (!hasSource(context)) return;
  const password = context.passwords[readerName(context)] ?? "";
  const text = stringify({
    apiVersion: 1,
    datasources: [{...sourceOf(context), user: READER, secureJsonData: {password}}],
  });
  new k8s.KubeSecret(chart, `Secret-${name}-grafana`, {
    metadata: {name: `${name}-grafana`, labels: {grafana_datasource: "1"}},
    data: {[`${id}.yaml`]: Buffer.from(text).toString("base64")},
  });
}

/** The same for the Grafana operator, which fills in the password itself. */
export function grafanaObjects(chart: Chart, context: BuildContext): void {
  const {name} = context;
  const apiVersion = "grafana.integreatly.org/v1beta1";
  const common = {instanceSelector: INSTANCES, allowCrossNamespaceImport: true};
  const id = idOf(context);
  for (const key of boardsOf(context)) {
    custom<GrafanaDashboard>(chart, {
      apiVersion,
      kind: "GrafanaDashboard",
      metadata: {name: `${name}-${key}`},
      spec: {
        ...common,
        uid: `${key}-${id}`,
        folder: "Telemetry",
        configMapRef: {name: configMapName(context), key: `${id}-${key}.json`},
      },
    });
  }
  if (!hasSource(context)) return;
  const secret = (key: string) => ({valueFrom: {secretKeyRef: {name: readerName(context), key}}});
  custom<GrafanaDatasource>(chart, {
    apiVersion,
    kind: "GrafanaDatasource",
    metadata: {name: `${name}-timescaledb`},
    spec: {
      ...common,
      uid: id,
      valuesFrom: [
        {targetPath: "user", ...secret("username")},
        {targetPath: "secureJsonData.password", ...secret("password")},
      ],
      datasource: {...sourceOf(context), user: "${username}", secureJsonData: {password: "${password}"}},
    },
  });
}

const sourceOf = (context: BuildContext) => ({
  name: `TimescaleDB of ${context.namespace} / ${context.name}`,
  uid: idOf(context),
  type: POSTGRES,
  access: "proxy",
  url: `${timescaledbName(context)}.${context.namespace}.svc.cluster.local:5432`,
  jsonData: {
    database: "telemetry",
    sslmode: "disable",
    postgresVersion: 1700,
    timescaledb: true,
    maxOpenConns: 5,
    timeInterval: "1s",
  },
});
