import {dashboards as build, grafanaObjects} from "../../cdk8s/components/dashboards.ts";
import {type Component, ready} from "./component.ts";

/** For the sidecar of a Grafana, which need not be there. */
export const dashboards: Component = {
  name: "dashboards",
  dependsOn: [],
  enabled: (spec) => spec.observability.dashboards.enabled,
  build,
  readiness: () => ready("handed to Grafana"),
};

/** For the Grafana operator; without it the same dashboards are in the ConfigMap. */
export const grafana: Component = {
  name: "grafana",
  dependsOn: [],
  optional: "silently",
  enabled: (spec) => spec.observability.dashboards.enabled,
  build: grafanaObjects,
  readiness: () => ready("handed to the Grafana operator"),
};
