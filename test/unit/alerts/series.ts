import type {AlertContext} from "../../../cdk8s/component.ts";
import {alertsOf} from "../../../cdk8s/components/monitoring/alerts.ts";
import type {ruleGroups} from "../../../cdk8s/components/monitoring/rules.ts";
import {everything} from "../../../docs/sizing.ts";
import {components} from "../../../operator/components/all.ts";

/** The pipeline whose alerts are tested, and the series that its parts export, as promtool reads them. */
export const FLEET: AlertContext = {
  name: "fleet",
  namespace: "default",
  spec: everything,
  components,
  podOwners: [
    {kind: "Deployment", name: "fleet-console"},
    {kind: "StatefulSet", name: "fleet-timescaledb"},
    {kind: "StatefulSet", name: "fleet.simulator"},
    {kind: "StrimziPodSet", name: "fleet-fleet-pool"},
    {kind: "Job", name: "fleet-schema-1"},
    {kind: "CronJob", name: "fleet-backup"},
  ],
};
export const alerts = alertsOf(FLEET);
const L = 'namespace="default",pipeline="fleet"';
export const own = (name: string, more: string, values: string) => ({series: `${name}{${L}${more}}`, values});
export const store = ',store="cassandra"';
export const rows = (values: string) => own("telemetry_ingester_rows_total", store, values);
export const lag = (values: string) => own("telemetry_ingester_lag_events", store, values);
export const fresh = (values: string) => own("telemetry_ingester_freshness_seconds", store, values);
/** What kube-state-metrics tells of a pod and, if it has one, its volume. */
export const pod = (name: string, kind: string, owner: string, claim?: string) => [
  {
    series: `kube_pod_owner{namespace="default",pod="${name}",owner_kind="${kind}",owner_name="${owner}",owner_is_controller="true"}`,
    values: "1x600",
  },
  ...(claim
    ? [
        {
          series: `kube_pod_spec_volumes_persistentvolumeclaims_info{namespace="default",pod="${name}",volume="data",persistentvolumeclaim="${claim}"}`,
          values: "1x600",
        },
      ]
    : []),
];
const owned = (metric: string, by: string, of: string, owner: string, kind: string) => ({
  series: `${metric}{namespace="default",${by}="${of}",owner_kind="${kind}",owner_name="${owner}"}`,
  values: "1x600",
});
export const replicaSet = (name: string, deployment: string) =>
  owned("kube_replicaset_owner", "replicaset", name, deployment, "Deployment");
export const cronRun = (name: string, cronJob: string) => owned("kube_job_owner", "job_name", name, cronJob, "CronJob");
export const database = pod("fleet-timescaledb-0", "StatefulSet", "fleet-timescaledb", "data-fleet-timescaledb-0");
export const restarts = (name: string) => ({
  series: `kube_pod_container_status_restarts_total{namespace="default",pod="${name}",container="simulator"}`,
  values: "0+1x600",
});

/** A counter that one bad event in nine minutes makes. */
export const everyNine = Array.from({length: 100}, (_, minute) => Math.floor(minute / 9)).join(" ");

/** As the operator exports it: with the labels of its own pod. */
const OPERATOR = ',job="telemetry-operator",pod="telemetry-operator-1"';
export const pipelineReady = (values: string) => own("telemetry_pipeline_ready", OPERATOR, values);
export const componentReady = (component: string, reason: string, values: string) =>
  own("telemetry_component_ready", `,component="${component}",reason="${reason}"${OPERATOR}`, values);

/** For each alert, series of one sample a minute: those that make it fire at the given minute, and those that do not. */
export interface Case {
  at: number;
  /** How often rules are evaluated, where hours pass; by default every minute. */
  every?: "10m";
  fires: object[];
  quiet: object[];
}

/** The rules as promtool's tests want them: without the words for people, save those of the alerts that are named. */
export const bareRules = (groups: ReturnType<typeof ruleGroups>, worded: string[] = []) =>
  groups.map((group) => ({
    ...group,
    rules: group.rules!.map(({annotations, ...rule}) => (worded.includes(rule.alert!) ? {...rule, annotations} : rule)),
  }));
