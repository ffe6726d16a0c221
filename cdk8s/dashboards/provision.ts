import type {Chart} from "cdk8s";
import {k8s} from "cdk8s-plus-28";
import {everyGrafana} from "../components/grafana/manifests.ts";
import {custom} from "../context.ts";
import type {GrafanaDashboard} from "../imports/grafanadashboard.ts";
import type {Keyed} from "./all.ts";

interface Place {
  name: string;
  namespace: string;
}

/**
 * One set of dashboards for all pipelines, which they pick by variables: ConfigMaps for the sidecar of kube-prometheus-stack's
 * Grafana. One each, because `kubectl apply` writes down what it applied and has 256 KiB for that.
 */
export function provision(
  chart: Chart,
  {name, namespace}: Place,
  dashboards: Keyed[],
  {grafanaOperator = false} = {},
): void {
  for (const [key, dashboard] of dashboards) {
    const metadata = {name: `${name}-dashboard-${key}`, namespace};
    // The sidecar writes all files into one folder.
    const file = `telemetry-${key}.json`;
    new k8s.KubeConfigMap(chart, `dashboard-${key}`, {
      metadata: {...metadata, labels: {grafana_dashboard: "1"}, annotations: {grafana_folder: "Telemetry"}},
      data: {[file]: JSON.stringify(dashboard)},
    });
    if (!grafanaOperator) continue;
    custom<GrafanaDashboard>(chart, {
      apiVersion: "grafana.integreatly.org/v1beta1",
      kind: "GrafanaDashboard",
      // Without a Grafana that takes it Argo CD finds it Progressing for ever, and with it whatever it comes with.
      metadata: {...metadata, annotations: {"argocd.argoproj.io/ignore-healthcheck": "true"}},
      spec: {
        ...everyGrafana,
        uid: dashboard.uid!,
        folder: "Telemetry",
        configMapRef: {name: metadata.name, key: file},
      },
    });
  }
}
