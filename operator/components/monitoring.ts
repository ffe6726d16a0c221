import {monitoring as build} from "../../cdk8s/components/monitoring.ts";
import {type Component, ready} from "./component.ts";

/** Objects for the Prometheus operator; without it the pipeline does well and is not watched. */
export const monitoring: Component = {
  name: "monitoring",
  dependsOn: [],
  optional: true,
  enabled: (spec) => spec.observability.monitoring.enabled,
  build,
  readiness: () => ready("handed to the Prometheus operator"),
};
