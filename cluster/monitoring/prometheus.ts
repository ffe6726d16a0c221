import type {Instance} from "../instance.ts";
import {kubectl} from "../lifecycle.ts";
import {MONITORING, STACK} from "./names.ts";

/** Asks the cluster's Prometheus or Alertmanager, through the API server. */
async function ask(instance: Instance, service: string, path: string): Promise<any> {
  const text = await kubectl(instance, [
    "get",
    "--raw",
    `/api/v1/namespaces/${MONITORING}/services/${STACK}-${service}:http-web/proxy${path}`,
  ]);
  return JSON.parse(text);
}

interface Sample {
  metric: Record<string, string>;
  value: number;
}

/** The instant vector of a PromQL expression. */
export async function query(instance: Instance, expr: string): Promise<Sample[]> {
  const {data} = await ask(instance, "prometheus", `/api/v1/query?query=${encodeURIComponent(expr)}`);
  return data.result.map(({metric, value}: any) => ({metric, value: Number(value[1])}));
}

interface Target {
  /** `podMonitor/<namespace>/<name>/<endpoint>`, or of a ServiceMonitor. */
  scrapePool: string;
  health: "up" | "down" | "unknown";
  lastError: string;
  labels: Record<string, string>;
}

/** Everything that Prometheus scrapes, or tries to. */
export async function targets(instance: Instance): Promise<Target[]> {
  return (await ask(instance, "prometheus", "/api/v1/targets?state=active")).data.activeTargets;
}

/** The rule groups that Prometheus has loaded, with the state of each rule. */
export const rules = async (instance: Instance): Promise<any[]> =>
  (await ask(instance, "prometheus", "/api/v1/rules")).data.groups;

/** The configuration that Alertmanager has loaded. */
export const alertmanagerConfig = async (instance: Instance): Promise<string> =>
  (await ask(instance, "alertmanager", "/api/v2/status")).config.original;

/** The alerts that Alertmanager holds, the inhibited ones included. */
export const alerts = (instance: Instance): Promise<any[]> => ask(instance, "alertmanager", "/api/v2/alerts");
