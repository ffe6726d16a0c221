import {grafanaOperator as forOperator, grafana as forSidecar} from "../../cdk8s/components/grafana/manifests.ts";
import {type Component, ready} from "./component.ts";

export const grafana: Component = {
  ...forSidecar,
  dependsOn: [],
  readiness: () => ready("applied; Grafana's sidecar reads it"),
};

export const grafanaOperator: Component = {
  ...forOperator,
  dependsOn: [],
  optional: "silently",
  without: "Grafana gets its data sources from its sidecar only",
  readiness: () => ready("applied; the Grafana operator reads it"),
};
