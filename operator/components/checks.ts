import {checks as manifests} from "../../cdk8s/components/checks/manifests.ts";
import {allReady, type Component} from "./component.ts";

/** What it finds is in its runs: the pipeline is ready while it waits for the next one. */
export const checks: Component = {
  ...manifests,
  dependsOn: [],
  readiness: (live) => allReady(live, {}),
};
