import {hasGrafanaSource} from "../../api/components/monitoring.ts";
import {dataSource, grafanaDatasource} from "../../cdk8s/components/grafana/manifests.ts";
import {type Component, ready} from "./component.ts";

/** For the sidecar of a Grafana, which need not be there. */
export const grafana: Component = {
  name: "grafana",
  dependsOn: [],
  enabled: hasGrafanaSource,
  build: dataSource,
  readiness: () => ready("applied; Grafana's sidecar reads it"),
};

/** For the Grafana operator; without it the same data source is in the Secret. */
export const grafanaOperator: Component = {
  name: "grafana-operator",
  dependsOn: [],
  optional: "silently",
  enabled: hasGrafanaSource,
  build: grafanaDatasource,
  readiness: () => ready("applied; the Grafana operator reads it"),
};
