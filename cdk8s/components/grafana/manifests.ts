import {createHash} from "node:crypto";
import type {Chart} from "cdk8s";
import {k8s} from "cdk8s-plus-28";
import {stringify} from "yaml";
import {isNumber} from "../../../api/components/event.ts";
import {hasGrafanaSource} from "../../../api/components/monitoring.ts";
import {kind, type Manifests} from "../../component.ts";
import {type BuildContext, custom} from "../../context.ts";
import type {GrafanaDashboard} from "../../imports/grafanadashboard.ts";
import type {GrafanaDatasource} from "../../imports/grafanadatasource.ts";
import {READER, readerName, timescaledbName} from "../timescaledb/client.ts";
import {fieldsBoard} from "./fields-board.ts";

/** Objects for the Grafana operator are taken by each Grafana with this label, in any namespace. */
export const everyGrafana = {
  instanceSelector: {matchLabels: {dashboards: "grafana"}},
  allowCrossNamespaceImport: true,
};
const POSTGRES = "grafana-postgresql-datasource";

/** A name that Grafana, which knows no namespaces, can tell pipelines apart by, in its 40 characters. */
const idOf = ({namespace, name}: BuildContext) =>
  `telemetry-${createHash("sha256").update(`${namespace}/${name}`).digest("hex").slice(0, 12)}`;

/** The dashboard of the spec's fields, where some of them can be drawn. */
const hasFields = ({spec}: BuildContext) => (spec.event.fields ?? []).some(isNumber);
const fieldsName = ({name}: BuildContext) => `${name}-grafana-fields`;
const fieldsFile = (context: BuildContext) => `${idOf(context)}-fields.json`;
/** For the sidecar and the Grafana operator; a folder of the Grafana's. */
const FOLDER = "Telemetry";

/** For the sidecar of a Grafana, which need not be there. */
export const grafana: Manifests = {name: "grafana", title: "data source", enabled: hasGrafanaSource, build: dataSource};

/** For the Grafana operator; without it the same data source is in the Secret. */
export const grafanaOperator: Manifests = {
  name: "grafana-operator",
  title: "data source",
  enabled: hasGrafanaSource,
  build: grafanaDatasource,
  kinds: ["GrafanaDatasource", "GrafanaDashboard"].map((one) => kind("grafana.integreatly.org/v1beta1", one)),
};

/**
 * For the sidecar of kube-prometheus-stack's Grafana: a Secret with the data source, and a dashboard of the spec's fields. All other dashboards are
 * the same for all pipelines and come with the operator (cdk8s/dashboards).
 */
function dataSource(chart: Chart, context: BuildContext): void {
  const {name} = context;
  const password = context.passwords[readerName(context)] ?? "";
  const text = stringify({
    apiVersion: 1,
    datasources: [{...sourceOf(context), user: READER, secureJsonData: {password}}],
  });
  new k8s.KubeSecret(chart, `Secret-${name}-grafana`, {
    metadata: {name: `${name}-grafana`, labels: {grafana_datasource: "1"}},
    // The sidecar writes all files into one folder.
    data: {[`${idOf(context)}.yaml`]: Buffer.from(text).toString("base64")},
  });
  if (hasFields(context)) fieldsDashboard(chart, context);
}

function fieldsDashboard(chart: Chart, context: BuildContext): void {
  const {name, namespace, spec} = context;
  const uid = `${idOf(context)}-fields`;
  const board = fieldsBoard(`${namespace} / ${name}`, uid, sourceOf(context).name, spec.event.fields ?? []);
  new k8s.KubeConfigMap(chart, `ConfigMap-${fieldsName(context)}`, {
    metadata: {
      name: fieldsName(context),
      labels: {grafana_dashboard: "1"},
      annotations: {grafana_folder: FOLDER},
    },
    data: {[fieldsFile(context)]: JSON.stringify(board)},
  });
}

/** The same for the Grafana operator, which fills in the password itself. */
function grafanaDatasource(chart: Chart, context: BuildContext): void {
  const {name} = context;
  const secret = (key: string) => ({valueFrom: {secretKeyRef: {name: readerName(context), key}}});
  custom<GrafanaDatasource>(chart, {
    apiVersion: "grafana.integreatly.org/v1beta1",
    kind: "GrafanaDatasource",
    metadata: {name: `${name}-timescaledb`},
    spec: {
      ...everyGrafana,
      uid: idOf(context),
      valuesFrom: [
        {targetPath: "user", ...secret("username")},
        {targetPath: "secureJsonData.password", ...secret("password")},
      ],
      datasource: {...sourceOf(context), user: "${username}", secureJsonData: {password: "${password}"}},
    },
  });
  if (!hasFields(context)) return;
  custom<GrafanaDashboard>(chart, {
    apiVersion: "grafana.integreatly.org/v1beta1",
    kind: "GrafanaDashboard",
    metadata: {name: fieldsName(context)},
    spec: {
      ...everyGrafana,
      uid: `${idOf(context)}-fields`,
      folder: FOLDER,
      configMapRef: {name: fieldsName(context), key: fieldsFile(context)},
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
