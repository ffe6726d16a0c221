import {alertRoutes as build} from "../../cdk8s/components/alert-routes.ts";
import {type Component, ready} from "./component.ts";

/** Who is told, for Alertmanager; without the Prometheus operator nobody is, and the pipeline does well. */
export const alertRoutes: Component = {
  name: "alert-routes",
  dependsOn: [],
  optional: true,
  enabled: ({observability}) => observability.monitoring.enabled && observability.alerting.enabled,
  build,
  readiness: () => ready("handed to the Prometheus operator"),
};
